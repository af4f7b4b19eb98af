// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FcTarget.Wire.Pcap.Interop;

namespace FcTarget.Wire.Pcap;

/// <summary>Why frames are still queued after a flush.</summary>
internal enum TransmitBlock
{
    None,

    /// <summary>EAGAIN: the send buffer is full; poll tells when it is not.</summary>
    SendBuffer,

    /// <summary>ENOBUFS: the interface's queue is full; nothing tells when it is not.</summary>
    InterfaceQueue,

    /// <summary>ENETDOWN, ENXIO, ENODEV: the interface is down or gone, and the queue was dropped.</summary>
    Link,
}

/// <summary>
/// Frames to send in pinned slots, with the message headers of sendmmsg written once, so that a batch costs one system call
/// and no preparation. The socket is bound to the interface for no protocol at all: it never receives.
/// </summary>
internal sealed unsafe class TransmitQueue : IDisposable
{
    private readonly byte[] _bytes;
    private readonly IoVector[] _vectors;
    private readonly MultiMessageHeader[] _messages;
    private readonly int _slotSize;
    private readonly WireCounters _counters;
    private readonly FileDescriptor _socket;
    private int _first;
    private int _count;
    private bool _slotIsOut;

    private TransmitQueue(FileDescriptor socket, int mtu, int slots, WireCounters counters)
    {
        _socket = socket;
        _counters = counters;
        Mtu = mtu;
        _slotSize = (mtu + FrameLimits.TaggedHeader + 63) & ~63;
        _bytes = GC.AllocateUninitializedArray<byte>(checked(slots * _slotSize), pinned: true);
        _vectors = GC.AllocateArray<IoVector>(slots, pinned: true);
        _messages = GC.AllocateArray<MultiMessageHeader>(slots, pinned: true);
        byte* bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));
        IoVector* vectors = (IoVector*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_vectors));
        for (int i = 0; i < slots; i++)
        {
            _vectors[i].Base = bytes + ((nint)i * _slotSize);
            _messages[i].Header = new MessageHeader { Vectors = vectors + i, VectorCount = 1 };
        }
    }

    /// <summary>The MTU the slots are made for.</summary>
    public int Mtu { get; }

    public int Count => _count;

    public bool SlotIsOut => _slotIsOut;

    public TransmitBlock Block { get; private set; }

    public int Fd => _socket.Number;

    /// <summary>Opens a sending socket on the interface.</summary>
    /// <param name="error">errno when null is returned.</param>
    public static TransmitQueue? TryOpen(in InterfaceState state, PcapWireOptions options, WireCounters counters, out int error)
    {
        FileDescriptor socket = LibC.Socket(LibC.AfPacket, LibC.SockRaw | LibC.SockNonBlock | LibC.SockCloExec, 0);
        error = Marshal.GetLastPInvokeError();
        if (socket.IsInvalid) return null;
        LinkLayerAddress address = new() { Family = LibC.AfPacket, InterfaceIndex = state.Index };
        if (LibC.Bind(socket, &address, (uint)sizeof(LinkLayerAddress)) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            socket.Dispose();
            return null;
        }
        // PACKET_QDISC_BYPASS stays off: with it tcpdump on this interface would not see what we send.
        int bytes = options.SendBufferBytes;
        if (LibC.SetSocketOption(socket.Number, LibC.SolSocket, LibC.SoSndBufForce, &bytes, sizeof(int)) != 0)
            _ = LibC.SetSocketOption(socket.Number, LibC.SolSocket, LibC.SoSndBuf, &bytes, sizeof(int));
        error = 0;
        return new TransmitQueue(socket, state.Mtu, options.TransmitSlots, counters);
    }

    public bool TryGetSlot(out Span<byte> slot)
    {
        if (_count == _messages.Length)
        {
            slot = default;
            return false;
        }
        _slotIsOut = true;
        slot = _bytes.AsSpan(Next() * _slotSize, _slotSize);
        return true;
    }

    public void Commit(int length)
    {
        if (!_slotIsOut) ThrowNoSlot();
        if ((uint)length > (uint)_slotSize) ThrowLength(length);
        int at = Next();
        _vectors[at].Length = (nuint)FrameLimits.Pad(_bytes.AsSpan(at * _slotSize, _slotSize), length);
        _count++;
        _slotIsOut = false;
    }

    /// <summary>Sends as much as the kernel takes. Returns how many frames stay queued, and <see cref="Block"/> says why.</summary>
    public int Flush()
    {
        Block = TransmitBlock.None;
        while (_count > 0)
        {
            int batch = Math.Min(Math.Min(_count, _messages.Length - _first), LibC.MaxMessages);
            MultiMessageHeader* messages = (MultiMessageHeader*)Unsafe.AsPointer(ref _messages[_first]);
            int sent = LibC.SendMessages(_socket, messages, (uint)batch, LibC.MsgDontWait);
            if (sent > 0)
                CountSent(sent);
            else if (!GoOnAfter(Marshal.GetLastPInvokeError()))
                break;
        }
        // An empty queue starts at its first slot again: the slots in use stay few and warm in the cache.
        if (_count == 0 && !_slotIsOut) _first = 0;
        return _count;
    }

    /// <summary>Gives up what is queued: the link is gone.</summary>
    public void Drop()
    {
        _counters.TransmitDropped += _count;
        Remove(_count);
    }

    public void Dispose() => _socket.Dispose();

    private int Next()
    {
        int next = _first + _count;
        return next < _messages.Length ? next : next - _messages.Length;
    }

    private void CountSent(int sent)
    {
        _counters.FramesSent += sent;
        for (int i = _first; i < _first + sent; i++) _counters.BytesSent += (long)_vectors[i].Length;
        Remove(sent);
    }

    private void Remove(int count)
    {
        _count -= count;
        _first += count;
        if (_first >= _messages.Length) _first -= _messages.Length;
    }

    private bool GoOnAfter(int error)
    {
        switch (error)
        {
            case LibC.EIntr:
                return true;
            case LibC.EAgain:
                Block = TransmitBlock.SendBuffer;
                return false;
            case LibC.ENoBufs:
                Block = TransmitBlock.InterfaceQueue;
                return false;
            case LibC.ENetDown or LibC.ENxio or LibC.ENoDev:
                Block = TransmitBlock.Link;
                Drop();
                return false;
            default:
                // EMSGSIZE and whatever else is wrong with this one frame: it would be refused for ever.
                _counters.TransmitDropped++;
                Remove(1);
                return true;
        }
    }

    [DoesNotReturn]
    private static void ThrowNoSlot() =>
        throw new InvalidOperationException("Commit without a transmit slot: TryGetTransmitSlot comes first.");

    [DoesNotReturn]
    private void ThrowLength(int length) =>
        throw new ArgumentOutOfRangeException(nameof(length), length, $"A frame on this wire has 0 to {_slotSize} bytes.");
}
