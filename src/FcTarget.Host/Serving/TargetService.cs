// SPDX-License-Identifier: MIT

using FcTarget.Host.Logging;
using FcTarget.Host.Options;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire.Pcap;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FcTarget.Host.Serving;

/// <summary>
/// <c>fctarget run</c> between start and stop: opens what the options name, prints <c>ready IF WWPN</c> once it serves, and puts
/// everything away in the order that loses nothing.
/// </summary>
internal sealed class TargetService : IHostedService, IDisposable
{
    private readonly TargetOptions _options;
    private readonly ILogger _logger;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly StandardOutput _output = new();
    private readonly FcProvider _provider = new();
    private JsonLinesSink? _sink;
    private Target? _target;

    public TargetService(IOptions<TargetSettings> settings, ILoggerFactory loggers, IHostApplicationLifetime lifetime)
    {
        _options = TargetOptions.Read(settings.Value, out IReadOnlyList<string> errors)
            ?? throw new OperatorException(string.Join(' ', errors));
        _logger = loggers.CreateLogger("fctarget");
        _lifetime = lifetime;
    }

    /// <summary>The loop ended by a fault of ours.</summary>
    public bool HasFailed { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        PcapWire wire = PcapWire.Open(_options.Interface);
        PortLog log = new(_logger, _options.Interface);
        PortOptions port = new()
        {
            Topology = _options.Topology,
            PortName = _options.Wwpn,
            NodeName = _options.Wwnn,
            Vlan = _options.Vlan,
            Seed = _options.Seed,
            SymbolicNodeName = $"FcTarget on {Environment.MachineName}",
            SymbolicPortName = _options.Interface,
        };
        Target target = _target = new Target(wire, port, _options.Units, TimeProvider.System, _provider, log);
        if (_options.Probes is not null) _provider.Attach(_sink = OpenSink(_options.Probes));
        foreach (Stmf.LunMap.Entry entry in target.Units) _logger.Serving(_options.Interface, entry.Lun, entry.Unit.Identity.Name);
        _logger.Starting(_options.Interface, wire.Mac.ToString(), wire.Mtu, _options.Topology, _options.Seed);
        if (!wire.IsLinkUp) _logger.WaitingForLink(_options.Interface);
        target.Start();
        target.Ended.ContinueWith(OnEnded, TaskContinuationOptions.OnlyOnFaulted);
        // In point-to-point the port has an address only once a peer is there; it serves as soon as it listens.
        if (_options.Topology == Topology.PointToPoint) PrintReady(target);
        else log.Address.ContinueWith(_ => PrintReady(target), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_target is null) return;
        _logger.Stopping(_options.Interface);
        await _target.StopAsync();
    }

    /// <summary>Comes after StopAsync, and also when the start has failed half way.</summary>
    public void Dispose()
    {
        _output.Open(); // never ready: what the probes have to say is still written
        if (_sink is { } sink)
        {
            _sink = null;
            sink.Dispose();
            if (sink.Dropped + sink.Lost is > 0 and var lost) _logger.ProbesLost(lost, sink.Failure?.Message ?? "the writer was too slow");
        }
        if (_target is { } target)
        {
            _target = null;
            target.Dispose();
            if (_options.Verbose) PrintCounters(target);
            _logger.Stopped(_options.Interface);
        }
    }

    private JsonLinesSink OpenSink(string path)
    {
        if (path == "-") return new JsonLinesSink(_output.AfterReady, TimeProvider.System);
        try
        {
            return JsonLinesSink.Open(path, TimeProvider.System);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OperatorException($"Probe file '{path}' cannot be made: {fault.Message} Name a file in a directory you may write to, or - for standard output.");
        }
    }

    private void PrintReady(Target target) =>
        _output.PrintReady($"ready {_options.Interface} {target.Port.Local.PortName.ToColonString()}");

    private void OnEnded(Task loop)
    {
        HasFailed = true;
        _logger.LoopFailed(_options.Interface, loop.Exception!.GetBaseException());
        _lifetime.StopApplication();
    }

    private static void PrintCounters(Target target)
    {
        foreach ((string name, long value) in Counters.NotZero(target.Port)) Console.Error.WriteLine($"{name} {value}");
    }
}
