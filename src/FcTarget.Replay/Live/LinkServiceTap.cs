// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Wire;

namespace FcTarget.Replay.Live;

/// <summary>An answer of a link service, ELS or BLS.</summary>
/// <param name="RCtl">ELS reply, BA_ACC or BA_RJT.</param>
/// <param name="Payload">Its payload.</param>
internal sealed record LinkServiceReply(RCtl RCtl, byte[] Payload);

/// <summary>A wire on which the answers to link services are overheard: what a target says to logins and aborts that a port does by itself.</summary>
/// <param name="wire">The wire; disposed with this.</param>
public sealed class LinkServiceTap(IFrameWire wire) : IFrameWire, IFrameSink
{
    /// <summary>Requests without an answer that are remembered.</summary>
    private const int MostAsked = 4096;

    private readonly Lock _gate = new(); // a leaf: the loop writes, whoever replays reads
    private readonly Dictionary<ushort, ElsCommand> _asked = [];
    private readonly Dictionary<(FcId From, ElsCommand Asked), LinkServiceReply> _answers = [];
    private LinkServiceReply? _abort;
    private IFrameSink? _sink;

    public string Name => wire.Name;

    public MacAddress Mac => wire.Mac;

    public int Mtu => wire.Mtu;

    public bool IsLinkUp => wire.IsLinkUp;

    public WireCounters Counters => wire.Counters;

    public int Receive(IFrameSink sink, int budget)
    {
        _sink = sink;
        return wire.Receive(this, budget);
    }

    void IFrameSink.OnFrame(ReadOnlySpan<byte> frame)
    {
        if (TryParse(frame, out FcFrame fc)) OnReceived(fc);
        _sink!.OnFrame(frame);
    }

    public bool TryGetTransmitSlot(out Span<byte> slot) => wire.TryGetTransmitSlot(out slot);

    public void Commit(int length)
    {
        if (wire.TryGetTransmitSlot(out Span<byte> slot) && TryParse(slot[..length], out FcFrame fc)) OnSent(fc);
        wire.Commit(length);
    }

    public int Flush() => wire.Flush();

    public void Wait(TimeSpan timeout) => wire.Wait(timeout);

    public void Wake() => wire.Wake();

    public void Dispose() => wire.Dispose();

    /// <summary>The last answer of a port to a request of this kind; null for none. Any thread.</summary>
    internal LinkServiceReply? AnswerTo(FcId from, ElsCommand asked)
    {
        lock (_gate) return _answers.GetValueOrDefault((from, asked));
    }

    /// <summary>Forgets it, so that the next answer can be waited for. Any thread.</summary>
    internal void Forget(FcId from, ElsCommand asked)
    {
        lock (_gate) _answers.Remove((from, asked));
    }

    /// <summary>The last BA_ACC or BA_RJT since the last call; null for none. Any thread.</summary>
    internal LinkServiceReply? TakeAbortAnswer()
    {
        lock (_gate)
        {
            LinkServiceReply? abort = _abort;
            _abort = null;
            return abort;
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, out FcFrame frame)
    {
        frame = default;
        return EthernetFrame.TryRead(bytes, out EthernetFrame ethernet) && ethernet.EtherType == EtherType.Fcoe
            && FcoeFrame.TryRead(ethernet.Payload, verifyCrc: false, out FcoeFrame fcoe) == FcoeError.None
            && FcFrame.TryRead(fcoe.Frame, out frame) == FcFrameError.None && frame.Header.Type is FcType.Els or FcType.Bls;
    }

    private void OnSent(in FcFrame frame)
    {
        if (frame.Header.RCtl != RCtl.ElsRequest || !ElsPayload.TryReadCommand(frame.Payload, out ElsCommand command)) return;
        if (_asked.Count >= MostAsked) _asked.Clear();
        _asked[frame.Header.OxId.Value] = command;
    }

    private void OnReceived(in FcFrame frame)
    {
        FcHeader header = frame.Header;
        LinkServiceReply reply = new(header.RCtl, frame.Payload.ToArray());
        lock (_gate)
        {
            if (header.RCtl is RCtl.BaAcc or RCtl.BaRjt) _abort = reply;
            else if (header.RCtl == RCtl.ElsReply && _asked.Remove(header.OxId.Value, out ElsCommand asked)) _answers[(header.SId, asked)] = reply;
        }
    }
}
