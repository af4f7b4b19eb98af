// SPDX-License-Identifier: MIT

using FcTarget.Host.Logging;
using FcTarget.Host.Options;
using FcTarget.Probes;
using FcTarget.Probes.Events;
using FcTarget.Probes.Usdt;
using Microsoft.Extensions.Logging;

namespace FcTarget.Host.Serving;

/// <summary>Every way the probes leave the process: USDT and events for whoever traces it, JSON lines if they are asked for.</summary>
internal sealed class ProbeOutputs : IDisposable
{
    private readonly FcProvider _provider;
    private readonly ILogger _logger;
    private readonly FcEventSource _events;
    private readonly JsonLinesSink? _json;

    /// <param name="provider">Whose probes.</param>
    /// <param name="spec">What is asked for; null for nothing but what tracers come for.</param>
    /// <param name="standardOutput">For JSON lines to <c>-</c>.</param>
    /// <exception cref="OperatorException">The file cannot be made.</exception>
    public ProbeOutputs(FcProvider provider, ProbesSpec? spec, Stream standardOutput, ILogger logger)
    {
        _provider = provider;
        _logger = logger;
        if (spec?.Path is { } path) provider.Attach(_json = Open(path, spec.Rotation, standardOutput));
        if (UsdtProbes.Load(spec?.Always ?? false) is { } usdt) provider.Connect(usdt);
        else logger.NoUsdt();
        _events = new FcEventSource(provider);
    }

    /// <summary>Writes what has been fired and says what was lost.</summary>
    public void Dispose()
    {
        _events.Dispose();
        _provider.Disconnect();
        if (_json is null) return;
        _json.Dispose();
        if (_json.Dropped + _json.Lost is > 0 and var lost) _logger.ProbesLost(lost, _json.Failure?.Message ?? "the writer was too slow");
    }

    private static JsonLinesSink Open(string path, JsonLinesRotation? rotation, Stream standardOutput)
    {
        if (path == "-") return new JsonLinesSink(standardOutput, TimeProvider.System);
        try
        {
            return JsonLinesSink.Open(path, TimeProvider.System, rotation);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OperatorException($"Probe file '{path}' cannot be made: {fault.Message} Name a file in a directory you may write to, or - for standard output.");
        }
    }
}
