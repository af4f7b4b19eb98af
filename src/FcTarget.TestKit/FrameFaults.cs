// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Wire;

namespace FcTarget.TestKit;

/// <summary>Changes an FC frame on its way; its CRC is made right again.</summary>
public delegate void FrameEdit(ref FcHeader header, Span<byte> payload);

// FRAME FAULTS - theory of operation
//   Job      What befalls frames between sender and receivers. Faults are asked in the order they were made; the first that a frame
//            matches and that has times left decides.
//   Delay    The frame is taken off the segment and put on the sender's wire again when its time has come, past all faults.
//   Proof    FrameFaultTests

/// <summary>What befalls frames on their way.</summary>
public sealed class FrameFaults
{
    private const int FcStart = EthernetFrame.HeaderLength + FcoeFrame.HeaderLength; // untagged

    private readonly Simulation _simulation;
    private readonly FrameLog _log;
    private readonly Random _random;
    private readonly List<FrameFault> _faults = [];
    private bool _passing;

    internal FrameFaults(Simulation simulation, FrameLog log, int seed)
    {
        _random = new Random(seed);
        _simulation = simulation;
        _log = log;
        simulation.Segment.Filter = Pass;
    }

    /// <summary>Whether any frame was hit so far: then what looks like a fault of a port may be none.</summary>
    public bool HaveHit { get; private set; }

    /// <summary>Nobody gets them.</summary>
    /// <param name="which">Which frames.</param>
    /// <param name="times">How many of them.</param>
    public FrameFault Drop(Func<SentFrame, bool> which, int times = 1) => Add("dropped", which, times, static (_, _) => FrameVerdict.Drop);

    /// <summary>A share of the frames is lost, which ones the seed of the fabric decides.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="which">Of which frames; null: of all.</param>
    public FrameFault Lose(double share, Func<SentFrame, bool>? which = null) =>
        Drop(frame => (which is null || which(frame)) && _random.NextDouble() < share, times: int.MaxValue);

    /// <summary>Everybody gets them twice.</summary>
    public FrameFault Duplicate(Func<SentFrame, bool> which, int times = 1) =>
        Add("duplicated", which, times, static (_, _) => FrameVerdict.Duplicate);

    /// <summary>A bit of the FC frame is turned over, so that its CRC is wrong.</summary>
    public FrameFault Corrupt(Func<SentFrame, bool> which, int times = 1) => Add("corrupted", which, times, static (_, frame) =>
    {
        frame[^(FcoeFrame.TrailerLength + 1)] ^= 1;
        return FrameVerdict.Deliver;
    });

    /// <summary>They are delivered later, frames sent meanwhile before them.</summary>
    public FrameFault Delay(Func<SentFrame, bool> which, TimeSpan by, int times = 1) => Add($"delayed by {by}", which, times, (sender, frame) =>
    {
        byte[] kept = frame.ToArray();
        _simulation.At(_simulation.Clock.Elapsed + by, () => Redeliver(sender, kept));
        return FrameVerdict.Drop;
    });

    /// <summary>Header or payload of an FC frame in untagged FCoE is changed; the CRC is right.</summary>
    public FrameFault Edit(Func<SentFrame, bool> which, FrameEdit edit, int times = 1) => Add("edited", which, times, (_, frame) =>
    {
        if (frame.Length < FcStart + FcHeader.WireSize + FcoeFrame.TrailerLength) return FrameVerdict.Deliver;
        Span<byte> fc = frame[FcStart..^FcoeFrame.TrailerLength];
        FcHeader header = MemoryMarshal.Read<FcHeader>(fc);
        edit(ref header, fc[FcHeader.WireSize..]);
        MemoryMarshal.Write(fc, in header);
        Span<byte> trailer = frame[^FcoeFrame.TrailerLength..];
        FcoeFrame.WriteTrailer(trailer, FcCrc.End(FcCrc.Append(FcCrc.Begin(), fc)), (Eof)trailer[4]);
        return FrameVerdict.Deliver;
    });

    /// <summary>No more faults; frames that are delayed still come.</summary>
    public void Clear() => _faults.Clear();

    private FrameFault Add(string name, Func<SentFrame, bool> which, int times, FaultAction action)
    {
        FrameFault fault = new(name, which, times, action);
        _faults.Add(fault);
        return fault;
    }

    private FrameVerdict Pass(MemoryWire sender, Span<byte> frame)
    {
        if (_passing) return FrameVerdict.Deliver;
        SentFrame sent = _log.Add(sender.Name, frame);
        foreach (FrameFault fault in _faults)
        {
            if (!fault.Takes(sent)) continue;
            HaveHit = true;
            sent.Fault = fault.Name;
            return fault.Action(sender, frame);
        }
        return FrameVerdict.Deliver;
    }

    /// <summary>Between two turns of the simulation every transmit ring is empty: the frame goes straight on to the segment.</summary>
    private void Redeliver(MemoryWire sender, byte[] frame)
    {
        if (!sender.TryGetTransmitSlot(out Span<byte> slot)) throw new ConversationException($"no room to deliver a late frame of {sender.Name}");
        frame.CopyTo(slot);
        sender.Commit(frame.Length);
        _passing = true;
        sender.Flush();
        _passing = false;
    }
}

internal delegate FrameVerdict FaultAction(MemoryWire sender, Span<byte> frame);

/// <summary>A fault: which frames it is for, and how often it has struck.</summary>
public sealed class FrameFault
{
    private readonly Func<SentFrame, bool> _which;

    internal FrameFault(string name, Func<SentFrame, bool> which, int times, FaultAction action)
    {
        Name = name;
        _which = which;
        Left = times;
        Action = action;
    }

    /// <summary>What it does to a frame, as comments in captures have it.</summary>
    public string Name { get; }

    /// <summary>Frames it will still befall.</summary>
    public int Left { get; private set; }

    /// <summary>Frames that it has befallen.</summary>
    public int Hits { get; private set; }

    internal FaultAction Action { get; }

    internal bool Takes(SentFrame frame)
    {
        if (Left == 0 || !_which(frame)) return false;
        Left--;
        Hits++;
        return true;
    }
}
