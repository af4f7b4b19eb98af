// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Wire.Capture;

namespace FcTarget.Decode;

// FRAME DECODER - theory of operation
//   Job      One frame after another: what it is, in the words of the standard; which exchange it belongs to; what is wrong with it.
//   Memory   One DecodedFrame, at most ExchangeTracker.Capacity exchanges: a capture of any length is read in the same memory. Lines
//            are built as UTF-8 in buffers that are used again.
//   Mercy    A capture may begin in mid-conversation, be cut by a snap length, hold other protocols, or every frame twice (both
//            sides of a bridge). None of that is an error of the peers, so a problem is flagged only where frames contradict
//            each other: an answer without a request is just said to be one whose request is not in the capture.
//   Files    FrameDecoder.cs: down to the FC header.  .Fip.cs, .LinkServices.cs, .Diagnostics.cs, .Fcp.cs: what is inside.
//   Proof    FrameDecoderTests, over the reference captures and over mutated ones

/// <summary>Decodes the frames of one capture, in their order.</summary>
public sealed partial class FrameDecoder
{
    private readonly ExchangeTracker _exchanges = new();
    private readonly DecodedFrame _frame = new();
    private readonly LinkLayer _linkLayer = new();
    private readonly byte[] _lastHeader = new byte[FcHeader.WireSize];
    private ulong _lastCrc; // and length
    private long _lastTime;
    private string _lastOf = "";
    private bool _isCut;
    private bool _isNative; // captured on an FC link
    private long _uncutLength; // of the data field of a frame that is cut

    /// <summary>Frames decoded, by kind.</summary>
    public long[] Counts { get; } = new long[Enum.GetValues<FrameKind>().Length];

    /// <summary>Frames with at least one problem.</summary>
    public long Problems { get; private set; }

    /// <summary>Exchanges that ended.</summary>
    public long ExchangesEnded { get; private set; }

    /// <summary>Requests that got no answer: replaced or forgotten on the way, or open now.</summary>
    public long Unanswered => _exchanges.Unanswered + _exchanges.Open.LongCount();

    /// <summary>The requests that are open now, oldest first: frame number, time and name.</summary>
    public IEnumerable<(long Number, long UnixNanoseconds, string Name)> Open => _exchanges.Open.Select(e => (e.Number, e.Time, e.Name));

    /// <summary>Decodes the next frame. The result is used again for the one after it.</summary>
    public DecodedFrame Decode(in CapturedFrame captured)
    {
        long number = _frame.Number + 1;
        _frame.Reset(number, captured.UnixNanoseconds, captured.OriginalLength);
        _isNative = captured.LinkType is LinkType.Fc2 or LinkType.Fc2WithDelimiters;
        FrameComment.Read(captured.Comment, _frame);
        if (!_linkLayer.TryRead(captured, out CapturedFrame whole, out int outerVlan))
            _frame.Details.Text("link type "u8).Number((int)captured.LinkType).Text(", not Ethernet"u8);
        else if (EthernetFrame.TryRead(whole.Data, out EthernetFrame ethernet)) Decode(ethernet, whole, outerVlan);
        else _frame.Problem().Text("shorter than an Ethernet header"u8);
        if (captured.DroppedBefore > 0) _frame.Problem().Text("the recorder dropped "u8).Number((long)Math.Min(captured.DroppedBefore, long.MaxValue)).Text(" frames before it"u8);
        Counts[(int)_frame.Kind]++;
        if (_frame.Problems.Length > 0) Problems++;
        return _frame;
    }

    private void Decode(in EthernetFrame ethernet, in CapturedFrame captured, int outerVlan)
    {
        _frame.OuterVlan = outerVlan;
        _frame.Destination = ethernet.Destination;
        _frame.Source = ethernet.Source;
        _frame.Vlan = ethernet.HasVlan ? ethernet.Vlan!.Value.Vid : 0;
        switch (ethernet.EtherType)
        {
            case EtherType.Fip:
                _frame.Kind = FrameKind.Fip;
                DecodeFip(ethernet.Payload, captured.IsCut);
                break;
            case EtherType.Fcoe:
                _frame.Kind = FrameKind.Fc;
                DecodeFcoe(ethernet.Payload, captured);
                break;
            default:
                _frame.Details.Text("EtherType "u8).Hex(ethernet.EtherType, 4);
                break;
        }
    }

    private void DecodeFcoe(ReadOnlySpan<byte> payload, in CapturedFrame captured)
    {
        if (captured.IsCut)
        {
            DecodeCut(payload, captured.OriginalLength - captured.Data.Length);
            return;
        }
        FcoeError error = FcoeFrame.TryRead(payload, verifyCrc: true, out FcoeFrame fcoe);
        if (error == FcoeError.BadCrc)
        {
            _frame.Problem().Text("wrong FC CRC"u8);
            if (FcoeFrame.TryRead(payload, verifyCrc: false, out fcoe) != FcoeError.None) return;
        }
        else if (error != FcoeError.None)
        {
            _frame.Problem().Text("FCoE: "u8).Text(StandardNames.Words(error.ToString()));
            return;
        }
        if (fcoe.Eof.MarksFrameInvalid()) _frame.Problem().Text("EOF marks the frame invalid"u8);
        if (FcFrame.TryRead(fcoe.Frame, out FcFrame frame) != FcFrameError.None)
        {
            _frame.Problem().Text("FC header cannot be read"u8);
            return;
        }
        bool copy = IsCopy(fcoe.Frame[..FcHeader.WireSize], fcoe.Frame.Length, fcoe.Crc, captured.UnixNanoseconds); // the CRC stands for the payload
        DecodeFc(frame, fcoe.Sof.InitiatesSequence(), copy || _frame.Problems.Length > 0);
        if (copy)
        {
            if (_frame.Of.Length == 0) _frame.Of = _lastOf; // the first copy has ended the exchange
            _frame.Details.Text(_frame.Details.Length > 0 ? " (same frame again)"u8 : "(same frame again)"u8);
        }
        _lastOf = _frame.Of;
    }

    /// <summary>A frame that the snap length has cut: what is there is shown, its CRC and its end are not looked at.</summary>
    private void DecodeCut(ReadOnlySpan<byte> payload, long missing)
    {
        if (payload.Length < FcoeFrame.HeaderLength + FcHeader.WireSize)
        {
            _frame.Details.Text("cut by the snap length"u8);
            return;
        }
        ReadOnlySpan<byte> data = payload[(FcoeFrame.HeaderLength + FcHeader.WireSize)..];
        _frame.HasFcHeader = true;
        _frame.Header = MemoryMarshal.Read<FcHeader>(payload[FcoeFrame.HeaderLength..]);
        _isCut = true;
        int fill = _frame.Header.FCtl.Has(FCtl.EndSequence) ? _frame.Header.FCtl.FillBytes() : 0;
        _uncutLength = Math.Max(0, data.Length + missing - FcoeFrame.TrailerLength - fill);
        data = data[..(int)Math.Min(data.Length, _uncutLength)];
        bool copy = IsCopy(payload.Slice(FcoeFrame.HeaderLength, FcHeader.WireSize), _uncutLength, FcCrc.Compute(data), _frame.UnixNanoseconds);
        DecodePayload(_frame.Header, data, first: true, copy, isCut: true);
        _isCut = false;
        _frame.Details.Text(" (cut by the snap length)"u8);
    }

    private void DecodeFc(in FcFrame frame, bool first, bool isCopy)
    {
        _frame.HasFcHeader = true;
        _frame.Header = frame.Header;
        DecodePayload(frame.Header, frame.Payload, first, isCopy, isCut: false);
    }

    private void DecodePayload(in FcHeader header, ReadOnlySpan<byte> payload, bool first, bool isCopy, bool isCut)
    {
        switch (header.Type)
        {
            // The TYPE of a Link_Control frame means nothing, but for F_BSY (FC-FS-3).
            case var _ when header.RCtl.IsLinkControl():
                _frame.Kind = FrameKind.Bls;
                DecodeLinkControl(header);
                break;
            case FcType.Els:
                _frame.Kind = FrameKind.Els;
                DecodeEls(header, payload, first, isCopy);
                break;
            case FcType.Bls:
                _frame.Kind = FrameKind.Bls;
                DecodeBls(header, payload);
                break;
            case FcType.Ct:
                _frame.Kind = FrameKind.Ct;
                DecodeCt(header, payload, first, isCopy);
                break;
            case FcType.Fcp:
                _frame.Kind = FrameKind.Fcp;
                DecodeFcp(header, payload, first, isCopy, isCut);
                break;
            default:
                _frame.Name = "FC";
                _frame.Details.Text("TYPE "u8).Hex((byte)header.Type, 2).Text(" R_CTL "u8).Hex((byte)header.RCtl, 2).Text(", "u8).Number(payload.Length).Text(" bytes"u8);
                break;
        }
    }

    /// <summary>What is there of a payload is too little: the fault of its sender, unless the snap length has cut it.</summary>
    private void Unreadable(ReadOnlySpan<byte> what)
    {
        if (!_isCut) _frame.Problem().Text(what);
    }

    /// <summary>
    /// The same FC frame as the one before it, within a millisecond: a capture of a bridge has each frame once as it comes in and once as
    /// it goes out.
    /// </summary>
    private bool IsCopy(ReadOnlySpan<byte> header, long length, uint checksum, long time)
    {
        ulong crc = ((ulong)length << 32) | checksum;
        bool same = crc == _lastCrc && header.SequenceEqual(_lastHeader) && Math.Abs(time - _lastTime) < 1_000_000;
        _lastCrc = same ? 0 : crc;
        header.CopyTo(_lastHeader);
        _lastTime = time;
        return same;
    }

    /// <summary>The MAC address of the host in an exchange with the fabric.</summary>
    private MacAddress HostOf(in FcHeader header) => (header.FCtl & FCtl.ExchangeResponder) != 0 ? _frame.Destination : _frame.Source;

    private Exchange? Begin(in FcHeader header, string name, bool isCopy)
    {
        if (isCopy) return _exchanges.Find(header, HostOf(header));
        Exchange exchange = _exchanges.Begin(header, HostOf(header), _frame.Number, _frame.UnixNanoseconds, out Exchange? replaced);
        if (replaced is { IsRefused: false })
            _frame.Problem().Text("OX_ID used again: no answer to frame "u8).Number(replaced.Number).Text(" ("u8).Text(replaced.Name).Text(")"u8);
        exchange.Name = name;
        exchange.IsRefused = _frame.IsRefused;
        return exchange;
    }

    private void End(Exchange exchange)
    {
        _frame.ExchangeNanoseconds = _frame.UnixNanoseconds - exchange.Time;
        _frame.ExchangeBytes = exchange.Bytes;
        ExchangesEnded++;
        _exchanges.End(exchange);
    }

    private void Follow(Exchange exchange, in FcHeader header, bool isCopy)
    {
        if (isCopy) return;
        int missing = exchange.Follow(header);
        if (missing > 0) _frame.Problem().Number(missing).Text(missing == 1 ? " frame missing before SEQ_CNT "u8 : " frames missing before SEQ_CNT "u8).Number((ushort)header.SeqCnt);
        else if (missing < 0) _frame.Problem().Text("SEQ_CNT "u8).Number((ushort)header.SeqCnt).Text(" is not after the one before"u8);
    }
}
