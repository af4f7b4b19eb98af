// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Wire.Pcap.Interop;

namespace FcTarget.Wire.Pcap;

// PCAP WIRE - theory of operation
//   Job      FCoE and FIP frames of one Ethernet interface, in and out. Reads through libpcap's memory-mapped ring (a frame is
//            parsed where the kernel put it); writes through a second packet socket, a batch per system call.
//   Owner    The port loop's thread. Wake alone is for all.
//   Life     Open -> { up: capture and queue open } <-> { down } <-> { gone: both closed } -> Dispose. The link is looked at
//            every 50 ms at most; an interface that comes back, even as another one of the same name, is opened anew.
//   Always   Nothing the interface does throws from Receive, Flush or Wait. No frame allocates. Nothing is reopened while
//            libpcap is on the stack (a sink may ask for IsLinkUp).
//   Missing  Several queues (PACKET_FANOUT).          Read  IFrameWire, PcapCapture, TransmitQueue
//   Proof    PcapWireTests, PcapWireLinkTests (they need root)

/// <summary>A live Ethernet interface through libpcap; see the theory of operation in the file.</summary>
public sealed unsafe class PcapWire : IFrameWire
{
    private static readonly TimeSpan LinkInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How soon a full interface queue is tried again; at 1 Gbit/s it has sent 50 full frames by then.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(1);

    private readonly PcapWireOptions _options;
    private readonly InterfaceQuery _query = new();
    private readonly WakeEvent _wake = new();
    private readonly long _linkTicks;
    private long _nextLinkCheck;
    private PcapCapture? _capture;
    private TransmitQueue _transmit;
    private InterfaceState _state;
    private bool _isLinkUp;
    private bool _dispatching;
    private long _droppedByEarlierCaptures;

    private PcapWire(string name, in InterfaceState state, TransmitQueue transmit, PcapWireOptions options, WireCounters counters)
    {
        Name = name;
        Counters = counters;
        _state = state;
        _options = options;
        _transmit = transmit;
        _linkTicks = (long)(LinkInterval.TotalSeconds * options.Time.TimestampFrequency);
    }

    public string Name { get; }

    public MacAddress Mac => _state.Mac;

    /// <inheritdoc/>
    /// <remarks>Read again whenever the link comes up.</remarks>
    public int Mtu => _state.Mtu;

    public WireCounters Counters { get; }

    /// <summary>How often the interface was opened anew after it went down or away.</summary>
    public long Reopened { get; private set; }

    public bool IsLinkUp
    {
        get
        {
            CheckLinkIfDue();
            return _isLinkUp;
        }
    }

    /// <summary>Opens an interface, which may be down: the wire then waits for it.</summary>
    /// <exception cref="PcapNotFoundException">No libpcap on this machine.</exception>
    /// <exception cref="WireOpenException">No such interface, no right to use it, or not Ethernet.</exception>
    public static PcapWire Open(string name, PcapWireOptions? options = null)
    {
        options ??= new PcapWireOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TransmitSlots, 1, nameof(options));
        LibPcap.EnsureLoaded();
        using InterfaceQuery query = new();
        if (!query.TryRead(name, out InterfaceState state)) throw WireOpenException.Unknown(name);
        if (!state.IsEthernet) throw WireOpenException.NotEthernet(name);
        WireCounters counters = new();
        TransmitQueue transmit = TransmitQueue.TryOpen(state, options, counters, out int errno) ?? throw Refused(name, errno);
        PcapWire wire = new(name, state, transmit, options, counters);
        try
        {
            wire.OpenCaptureOrThrow();
            wire.CheckLink();
            return wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    public int Receive(IFrameSink sink, int budget)
    {
        if (_capture is null || budget <= 0 || _dispatching) return 0;
        long before = Counters.FramesReceived;
        int result;
        _dispatching = true;
        try
        {
            result = _capture.Dispatch(sink, budget);
        }
        finally
        {
            _dispatching = false;
        }
        if (result < 0 && result != LibPcap.ErrorBreak) LoseLink();
        return (int)(Counters.FramesReceived - before);
    }

    public bool TryGetTransmitSlot(out Span<byte> slot) => _transmit.TryGetSlot(out slot);

    public void Commit(int length) => _transmit.Commit(length);

    public int Flush()
    {
        if (_transmit.Count == 0) return 0;
        int left = _transmit.Flush();
        if (_transmit.Block == TransmitBlock.Link) LoseLink();
        return left;
    }

    public void Wait(TimeSpan timeout)
    {
        if (!_wake.TryBeginWait()) return;
        bool woken = false;
        if (_transmit.Count == 0 || _transmit.Block is TransmitBlock.SendBuffer or TransmitBlock.InterfaceQueue)
            woken = Poll(timeout);
        _wake.EndWait(woken);
    }

    public void Wake() => _wake.Raise();

    public void Dispose()
    {
        if (_dispatching) throw new InvalidOperationException("A sink must not dispose the wire it receives from.");
        _isLinkUp = false;
        _nextLinkCheck = long.MaxValue;
        CloseCapture();
        _transmit.Dispose();
        _wake.Dispose();
        _query.Dispose();
    }

    /// <summary>Sleeps in slices short enough to notice the link. True when the wake event ended it.</summary>
    private bool Poll(TimeSpan timeout)
    {
        long start = _options.Time.GetTimestamp();
        PollFd* fds = stackalloc PollFd[3];
        while (true)
        {
            // Written in every turn: looking at the link may have closed a descriptor.
            fds[0] = new PollFd { Fd = _wake.Fd, Events = LibC.PollIn };
            fds[1] = new PollFd { Fd = _capture?.Fd ?? -1, Events = LibC.PollIn };
            fds[2] = new PollFd { Fd = _transmit.Block == TransmitBlock.SendBuffer ? _transmit.Fd : -1, Events = LibC.PollOut };
            bool retrySoon = _transmit.Block == TransmitBlock.InterfaceQueue;
            TimeSpan slice = retrySoon ? RetryInterval : LinkInterval;
            bool last = false;
            if (timeout >= TimeSpan.Zero)
            {
                TimeSpan left = timeout - _options.Time.GetElapsedTime(start);
                last = left <= slice;
                if (last) slice = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
            TimeSpec spec = ToTimeSpec(slice);
            // Any error but EINTR would be our own bug; both end the wait, which is always allowed.
            if (LibC.Poll(fds, 3, &spec, null) != 0) return (fds[0].Returned & LibC.PollIn) != 0;
            if (CheckLinkIfDue() || last || retrySoon) return false;
        }
    }

    private static TimeSpec ToTimeSpec(TimeSpan time) => new()
    {
        Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond),
        Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick),
    };

    private bool CheckLinkIfDue() => !_dispatching && _options.Time.GetTimestamp() >= _nextLinkCheck && CheckLink();

    /// <summary>Looks at the interface and opens what it needs. True when the link has changed.</summary>
    private bool CheckLink()
    {
        if (_nextLinkCheck == long.MaxValue) return false;
        _nextLinkCheck = _options.Time.GetTimestamp() + _linkTicks;
        bool wasUp = _isLinkUp;
        bool exists = _query.TryRead(Name, out InterfaceState now);
        if (_capture is { } capture) Counters.ReceiveDropped = _droppedByEarlierCaptures + capture.ReadDropped();
        // Another index is another interface of the same name: what is open belongs to the one that is gone.
        bool isAnother = exists && now.Index != _state.Index;
        if (!exists || isAnother) CloseCapture();
        // One that was replaced between two looks is shown as down once, so that nobody takes the new link for the old one.
        _isLinkUp = exists && now.IsRunning && now.IsEthernet && !(isAnother && wasUp) && TryReady(now, wasUp);
        if (!_isLinkUp) _transmit.Drop();
        return _isLinkUp != wasUp;
    }

    private bool TryReady(in InterfaceState now, bool wasUp)
    {
        bool newMtu = !wasUp && now.Mtu != _state.Mtu;
        if (now.Index != _state.Index || (newMtu && now.Mtu > _transmit.Mtu))
        {
            // The caller holds a span of the old queue until Commit; the next look comes after it.
            if (_transmit.SlotIsOut) return false;
            if (TransmitQueue.TryOpen(now, _options, Counters, out _) is not { } transmit) return false;
            _transmit.Drop();
            _transmit.Dispose();
            _transmit = transmit;
        }
        if (newMtu) CloseCapture();
        if (!wasUp) _state = now;
        if (_capture is not null) return true;
        _capture = PcapCapture.TryOpen(Name, now.Mtu, _options, Counters, out _, out _);
        if (_capture is null) return false;
        Reopened++;
        return true;
    }

    private void OpenCaptureOrThrow()
    {
        _capture = PcapCapture.TryOpen(Name, _state.Mtu, _options, Counters, out int error, out string text);
        if (_capture is not null || error == LibPcap.ErrorInterfaceNotUp) return;
        throw error switch
        {
            LibPcap.ErrorPermissionDenied or LibPcap.ErrorPromiscuousPermissionDenied => WireOpenException.NoPermission(Name),
            LibPcap.ErrorNoSuchDevice => WireOpenException.Unknown(Name),
            PcapCapture.NotEthernet => WireOpenException.NotEthernet(Name),
            _ => new WireOpenException($"Cannot open interface '{Name}': {text}"),
        };
    }

    private static WireOpenException Refused(string name, int errno) => errno switch
    {
        LibC.EPerm or LibC.EAcces => WireOpenException.NoPermission(name),
        LibC.ENoDev or LibC.ENxio => WireOpenException.Unknown(name),
        _ => new WireOpenException($"Cannot open interface '{name}': {Marshal.GetPInvokeErrorMessage(errno)}"),
    };

    /// <summary>
    /// A system call said so. The link counts as down until the next look, even if it is back sooner: whoever asks sees the bounce.
    /// </summary>
    private void LoseLink()
    {
        _isLinkUp = false;
        if (!_dispatching) CloseCapture();
        _nextLinkCheck = _options.Time.GetTimestamp() + _linkTicks;
    }

    private void CloseCapture()
    {
        if (_capture is null) return;
        _droppedByEarlierCaptures += _capture.ReadDropped();
        Counters.ReceiveDropped = _droppedByEarlierCaptures;
        _capture.Dispose();
        _capture = null;
    }
}
