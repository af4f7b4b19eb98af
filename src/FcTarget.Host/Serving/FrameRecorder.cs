// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Host.Options;
using FcTarget.Probes;
using FcTarget.Wire;
using FcTarget.Wire.Recording;

namespace FcTarget.Host.Serving;

/// <summary><c>--record</c>: the wire is recorded, and the frames say which probes they fired.</summary>
internal sealed class FrameRecorder : IFcProbeSink
{
    private static readonly byte[][] Names = [.. FcProbeNames.All.ToArray().Select(Encoding.ASCII.GetBytes)];

    /// <summary>Puts a recorder around a wire; the recorder disposes both.</summary>
    /// <exception cref="OperatorException">The file cannot be made.</exception>
    public FrameRecorder(IFrameWire wire, RecordingOptions options, FcProvider provider)
    {
        try
        {
            Wire = new RecordingWire(wire, options, TimeProvider.System);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OperatorException($"Recording '{options.Path}' cannot be made: {fault.Message} Name a file in a directory you may write to.");
        }
        provider.Attach(this);
    }

    public RecordingWire Wire { get; }

    public void OnProbe(in FcProbeEvent e) => Wire.Comment(Names[(int)e.Probe]);
}
