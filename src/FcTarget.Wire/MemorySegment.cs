// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire;

// MEMORY SEGMENT - theory of operation
//   Job      An Ethernet hub without Ethernet: what one wire flushes, every other wire with its link up receives, in order,
//            as a NIC in promiscuous mode would.
//   Owner    Nobody. Senders take the segment's lock for a Flush; a receiver reads its own ring without it.
//   Life     Attach makes a wire and its rings, all memory included; Dispose of the wire detaches it.
//   Always   One thread driving all wires sees the same bytes in the same order every time. No frame allocates, unless it is held.
//            Lock order: this lock is a leaf; filter and tap run under it and call nothing of the segment.
//   Missing  Transmission time, MAC learning.          Read  IFrameWire, docs/threading.md
//   Proof    MemorySegmentTests, MemoryWireThreadTests

/// <summary>An in-memory Ethernet segment; see the theory of operation in the file.</summary>
public sealed class MemorySegment
{
    private readonly Lock _gate = new();
    private readonly MemorySegmentOptions _options;
    private readonly Queue<(MemoryWire Sender, byte[] Frame)> _held = new();
    private MemoryWire[] _wires = [];
    private bool _hasBlockedSender;

    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 receive slots or 1 transmit slot.</exception>
    public MemorySegment(MemorySegmentOptions? options = null)
    {
        _options = options ?? new MemorySegmentOptions();
        // A duplicate needs two free slots at once.
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.ReceiveSlots, 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.TransmitSlots, 1, nameof(options));
    }

    /// <summary>Asked about every frame, if set. Set it before the wires are in use or from the thread that drives them.</summary>
    public FrameFilter? Filter { get; set; }

    /// <summary>Sees every frame as it is delivered, duplicates twice, lost ones not. Runs under the segment's lock.</summary>
    public IFrameSink? Tap { get; set; }

    /// <summary>Frames kept back by <see cref="FrameVerdict.Hold"/>.</summary>
    public int HeldFrames
    {
        get { lock (_gate) return _held.Count; }
    }

    /// <param name="name">What <see cref="IFrameWire.Name"/> says.</param>
    /// <param name="mtu">Largest Ethernet payload in bytes; 2500 carries a full FC frame (2112 bytes of payload) with room to
    /// spare.</param>
    /// <exception cref="ArgumentOutOfRangeException">The MTU is outside 68 to 65535.</exception>
    public MemoryWire Attach(string name, MacAddress mac, int mtu = 2500)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, FrameLimits.MinimumMtu);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, FrameLimits.MaximumMtu);
        MemoryWire wire = new(this, name, mac, mtu, _options);
        lock (_gate) _wires = [.. _wires, wire];
        return wire;
    }

    /// <summary>
    /// Delivers the held frames, oldest first, without asking the filter again. Returns how many stay held for want of room.
    /// </summary>
    public int ReleaseHeld()
    {
        lock (_gate) return ReleaseHeldLocked();
    }

    internal void Detach(MemoryWire wire)
    {
        lock (_gate)
        {
            _wires = Array.FindAll(_wires, w => w != wire);
            NudgeBlockedSenders();
        }
    }

    /// <summary>Whether a frame of this sender would be taken now.</summary>
    internal bool HasRoom(MemoryWire sender)
    {
        lock (_gate) return HasRoomLocked(sender);
    }

    /// <summary>Delivers what the sender has queued, as far as there is room. Returns how many frames stay queued.</summary>
    internal int Transmit(MemoryWire sender, FrameRing queue)
    {
        lock (_gate)
        {
            while (queue.TryPeek(out Span<byte> frame))
            {
                if (!HasRoomLocked(sender))
                {
                    sender.IsBlocked = true;
                    Volatile.Write(ref _hasBlockedSender, true);
                    break;
                }
                Pass(sender, frame);
                sender.Counters.FramesSent++;
                sender.Counters.BytesSent += frame.Length;
                queue.Release();
            }
            foreach (MemoryWire wire in _wires)
                if (wire != sender) wire.Signal.Nudge();
        }
        return queue.Count;
    }

    /// <summary>A wire has received frames, so a sender that was refused may go on.</summary>
    internal void OnRoom()
    {
        Interlocked.MemoryBarrier();
        if (!Volatile.Read(ref _hasBlockedSender)) return;
        lock (_gate) NudgeBlockedSenders();
    }

    private void NudgeBlockedSenders()
    {
        Volatile.Write(ref _hasBlockedSender, false);
        foreach (MemoryWire wire in _wires)
        {
            if (!wire.IsBlocked) continue;
            wire.IsBlocked = false;
            wire.Signal.Nudge();
        }
    }

    private bool HasRoomLocked(MemoryWire sender)
    {
        if (_options.WhenFull == WhenFull.Drop) return true;
        int needed = Filter is null ? 1 : 2;
        foreach (MemoryWire wire in _wires)
            if (wire != sender && wire.LinkIsUp && wire.Received.Free < needed) return false;
        return true;
    }

    private void Pass(MemoryWire sender, Span<byte> frame)
    {
        switch (Filter?.Invoke(sender, frame) ?? FrameVerdict.Deliver)
        {
            case FrameVerdict.Drop:
                break;
            case FrameVerdict.Hold:
                _held.Enqueue((sender, frame.ToArray()));
                break;
            case FrameVerdict.Duplicate:
                Deliver(sender, frame);
                Deliver(sender, frame);
                break;
            case FrameVerdict.DeliverBeforeHeld:
                Deliver(sender, frame);
                ReleaseHeldLocked();
                break;
            default:
                Deliver(sender, frame);
                break;
        }
    }

    private int ReleaseHeldLocked()
    {
        while (_held.TryPeek(out (MemoryWire Sender, byte[] Frame) late) && HasRoomLocked(late.Sender))
        {
            _held.Dequeue();
            Deliver(late.Sender, late.Frame);
        }
        foreach (MemoryWire wire in _wires) wire.Signal.Nudge();
        return _held.Count;
    }

    private void Deliver(MemoryWire sender, ReadOnlySpan<byte> frame)
    {
        Tap?.OnFrame(frame);
        foreach (MemoryWire wire in _wires)
            if (wire != sender && wire.LinkIsUp) wire.Accept(frame);
    }
}
