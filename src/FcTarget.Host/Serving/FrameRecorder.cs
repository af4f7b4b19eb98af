// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Fabric;
using FcTarget.Host.Options;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;
using FcTarget.Wire.Recording;

namespace FcTarget.Host.Serving;

/// <summary><c>--record</c>: the wire is recorded, and the frames say which probes they fired and by which counter they were refused.</summary>
internal sealed class FrameRecorder : IFcProbeSink, IFrameCommentator
{
    private static readonly byte[][] Names = [.. FcProbeNames.All.ToArray().Select(Encoding.ASCII.GetBytes)];

    private readonly RefusalWatch _refusals = new();
    private readonly RefusalWatch.SpanAction _comment;

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
        _comment = Wire.Comment;
        Wire.Commentator = this;
        provider.Attach(this);
    }

    public RecordingWire Wire { get; }

    /// <summary>What the recording lacks and why, as a sentence; null: nothing.</summary>
    public string? Lacks => Wire switch
    {
        { Failure: { } failure } => $"The recording has ended early: {failure.Message}",
        { Dropped: > 0 and var frames } => $"{frames} frames are not in the recording: the writer was too slow.",
        _ => null,
    };

    /// <summary>Recorded frames say which of these counters they moved. Before the loop runs.</summary>
    /// <param name="port">The port on the wire.</param>
    /// <param name="fabric">Its switch; null in other topologies.</param>
    public void Watch(FcPort port, SwitchTopology? fabric)
    {
        _refusals.Add(port.Counters);
        if (fabric is null) return;
        _refusals.Add(fabric.Fcf.Counters);
        _refusals.Add(fabric.Fabric.Counters);
    }

    void IFrameCommentator.BeginFrame() => _refusals.Begin();

    void IFrameCommentator.EndFrame() => _refusals.End(_comment);

    public void OnProbe(in FcProbeEvent e) => Wire.Comment(Names[(int)e.Probe]);
}
