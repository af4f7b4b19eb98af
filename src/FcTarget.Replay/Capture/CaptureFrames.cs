// SPDX-License-Identifier: MIT

using FcTarget.Decode;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Wire.Capture;

namespace FcTarget.Replay.Capture;

/// <summary>
/// The FIP and FCoE frames of a capture, by stream. What a port would not take either is left out and counted: other protocols, damaged
/// frames, the second copy that a capture of a bridge has.
/// </summary>
internal sealed class CaptureFrames : IDisposable
{
    private readonly PcapReader _reader;
    private readonly CopyFilter _copies = new();
    private readonly LinkLayer _linkLayer = new();
    private long _number;

    private CaptureFrames(PcapReader reader) => _reader = reader;

    /// <summary>Frames read, of any kind.</summary>
    public long Read => _number;

    /// <summary>The number of the frame that is not read any more, because another section begins with it.</summary>
    public long End { get; set; } = long.MaxValue;

    /// <summary>Frames of other protocols or link types.</summary>
    public long Others { get; private set; }

    /// <summary>Frames with a wrong FC CRC, or that break the formats of FIP, FCoE or FC.</summary>
    public long Damaged { get; private set; }

    /// <summary>Frames that are in the capture a second time.</summary>
    public long Copies { get; private set; }

    /// <summary>Frames that the recorder dropped, as it says.</summary>
    public ulong Dropped { get; private set; }

    /// <summary>The first frame that the snap length has cut; 0 when none was.</summary>
    public long FirstCut { get; private set; }

    /// <summary>Why the capture ended before its end; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>After the last frame, if there was none to replay: what there was, as the rest of a sentence.</summary>
    public string WhyNone => this switch
    {
        { Failure: { } failure } => $": {failure.TrimEnd('.')}",
        { Damaged: > 0 } => $": {Damaged} are damaged",
        { Others: > 0 } => $": {Others} are of other protocols",
        _ => "",
    };

    /// <exception cref="ReplayException">There is no such file, or it is no capture.</exception>
    public static CaptureFrames Open(string path)
    {
        if (path == "-") throw new ReplayException("A replay reads the capture twice, which standard input does not allow: give a file.");
        try
        {
            return new CaptureFrames(CaptureDecoding.Open(path));
        }
        catch (Exception fault) when (fault is CaptureFormatException or IOException or UnauthorizedAccessException)
        {
            throw new ReplayException($"Capture '{path}': {fault.Message}");
        }
    }

    public bool TryRead(out ReplayFrame frame)
    {
        try
        {
            while (_number + 1 < End && _reader.TryRead(out CapturedFrame captured))
            {
                _number++;
                Dropped = captured.DroppedBefore < ulong.MaxValue - Dropped ? Dropped + captured.DroppedBefore : ulong.MaxValue;
                if (TryParse(captured, out frame)) return true;
            }
            if (_reader.EndedEarly) Failure ??= $"it ends in the middle of a frame after frame {_number}";
        }
        catch (Exception fault) when (fault is CaptureFormatException or IOException or InvalidDataException)
        {
            string why = fault is InvalidDataException ? CaptureDecoding.DamagedGzip : fault.Message;
            Failure ??= $"it cannot be read beyond frame {_number}: {why}";
        }
        frame = default;
        return false;
    }

    /// <summary>Reads on to <see cref="End"/>.</summary>
    public void Skip()
    {
        while (TryRead(out _))
        {
            // Nobody plays these.
        }
    }

    public void Dispose() => _reader.Dispose();

    private bool TryParse(CapturedFrame read, out ReplayFrame frame)
    {
        frame = default;
        // A cooked capture does not say where a frame went, which a replay must know.
        bool isCooked = read.LinkType is LinkType.LinuxSll or LinkType.LinuxSll2;
        if (!_linkLayer.TryRead(read, out CapturedFrame captured, out _) || isCooked || !EthernetFrame.TryRead(captured.Data, out EthernetFrame ethernet)
            || ethernet.EtherType is not (EtherType.Fip or EtherType.Fcoe))
        {
            Others++;
            return false;
        }
        if (captured.IsCut)
        {
            if (FirstCut == 0) FirstCut = _number;
            return false;
        }
        bool whole = ethernet.EtherType == EtherType.Fip ? TryParseFip(captured, ethernet, out frame) : TryParseFcoe(captured, ethernet, out frame);
        if (!whole)
        {
            Damaged++;
            return false;
        }
        if (read.LinkType != LinkType.Ethernet && IsWithFabric(frame.Fc.Header))
        {
            Others++;
            return false;
        }
        if (!_copies.IsCopy(captured.Data, ethernet.Source.Value, ethernet.Destination.Value, captured.UnixNanoseconds, captured.Direction)) return true;
        Copies++;
        return false;
    }

    /// <summary>
    /// Logins with the fabric and its services. Of a Fibre Channel link they are left out: the frames do not say on which side of the link the
    /// switch is, if there is one at all.
    /// </summary>
    private static bool IsWithFabric(in FcHeader header) => header.SId.IsWellKnown || header.DId.IsWellKnown;

    private bool TryParseFip(CapturedFrame captured, EthernetFrame ethernet, out ReplayFrame frame)
    {
        frame = default;
        if (FipMessage.TryRead(ethernet.Payload, out FipMessage fip) != FipError.None) return false;
        FcFrame fc = default;
        FipDescriptorType carrier = default;
        int at = 0;
        FipDescriptorReader descriptors = fip.Descriptors;
        while (descriptors.MoveNext())
        {
            if (at != 0 || !descriptors.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> bytes)) continue;
            if (FcFrame.TryRead(bytes, out fc) != FcFrameError.None) return false;
            carrier = descriptors.Type;
            captured.Data.Overlaps(bytes, out at);
        }
        if (descriptors.IsMalformed) return false;
        frame = new ReplayFrame
        {
            Number = _number,
            Time = captured.UnixNanoseconds,
            Bytes = captured.Data,
            Ethernet = ethernet,
            Fip = fip,
            Carrier = carrier,
            FcAt = at,
            Fc = fc,
            First = true,
        };
        return true;
    }

    private bool TryParseFcoe(CapturedFrame captured, EthernetFrame ethernet, out ReplayFrame frame)
    {
        frame = default;
        if (FcoeFrame.TryRead(ethernet.Payload, verifyCrc: true, out FcoeFrame fcoe) != FcoeError.None) return false;
        if (fcoe.Eof.MarksFrameInvalid() || FcFrame.TryRead(fcoe.Frame, out FcFrame fc) != FcFrameError.None) return false;
        frame = new ReplayFrame
        {
            Number = _number,
            Time = captured.UnixNanoseconds,
            Bytes = captured.Data,
            Ethernet = ethernet,
            FcAt = captured.Data.Length - ethernet.Payload.Length + FcoeFrame.HeaderLength,
            Fc = fc,
            First = fcoe.Sof.InitiatesSequence(),
        };
        return true;
    }
}
