// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Runtime;

// RECORD BUFFER - theory of operation
//   Job      Carry records from the threads that fire to the one that prints, in the order in which they were begun.
//   Layout   A ring of bytes. A producer takes room by moving _tail, copies, then writes the length: a length of 0 is a record still being
//            written, and the consumer stops there. A record never wraps; what is left before the end becomes padding.
//   Bounds   No room: the record is dropped and counted. Nobody waits for anybody.
//   Policy   Fill: a record that finds no room makes the buffer full, and nothing is counted. Ring: it takes the place of the oldest; producers
//            then take turns, and the consumer reads when they have ended.
//   Always   Bytes between _tail and _head + size are zero: the consumer clears what it has read before it gives it back.
//   Proof    RecordBufferTests

/// <summary>A bounded queue of records: many producers, one consumer.</summary>
internal sealed unsafe class RecordBuffer : IDisposable
{
    private const int Padding = -1;

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public int Length; // of the payload, plus 1; written last
        public int Cpu;
        public uint Epid;
        public DFaultKind Fault;
        public int Action;
        public int Offset;
        public ulong Address;
    }

    private readonly byte* _memory;
    private readonly long _size;
    private long _tail, _head;
    private readonly BufferPolicy _policy;
    private readonly Lock _turn = new();
    private int _reading;
    private long _drops;
    private volatile bool _full;

    public RecordBuffer(long size, BufferPolicy policy = BufferPolicy.Switch)
    {
        _policy = policy;
        _size = Math.Max(4096, (size + 63) & ~63L);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)_size, 64);
        new Span<byte>(_memory, checked((int)_size)).Clear();
    }

    public long TakeDrops() => Interlocked.Exchange(ref _drops, 0);

    /// <summary>Policy fill: a record has found no room.</summary>
    public bool IsFull => _full;

    public void Write(uint epid, int cpu, ReadOnlySpan<byte> payload, in DFault fault)
    {
        switch (_policy)
        {
            case BufferPolicy.Ring:
                lock (_turn)
                {
                    bool written = TryWrite(epid, cpu, payload, in fault);
                    while (!written && Discard()) written = TryWrite(epid, cpu, payload, in fault);
                    if (!written) Interlocked.Increment(ref _drops); // it is larger than all there is
                }
                break;
            case BufferPolicy.Fill:
                if (!_full && !TryWrite(epid, cpu, payload, in fault)) _full = true;
                break;
            default:
                if (!TryWrite(epid, cpu, payload, in fault)) Interlocked.Increment(ref _drops);
                break;
        }
    }

    /// <summary>Makes room where the oldest record is; false: there is none.</summary>
    private bool Discard()
    {
        bool any = TryRead(out _);
        Release();
        return any;
    }

    private bool TryWrite(uint epid, int cpu, ReadOnlySpan<byte> payload, in DFault fault)
    {
        int room = (sizeof(Header) + payload.Length + 31) & ~31;
        long at, padding;
        do
        {
            at = Volatile.Read(ref _tail);
            long left = _size - (at % _size);
            padding = left < room ? left : 0;
            if (at + padding + room - Volatile.Read(ref _head) <= _size) continue;
            return false;
        }
        while (Interlocked.CompareExchange(ref _tail, at + padding + room, at) != at);

        if (padding > 0) Volatile.Write(ref Unsafe.AsRef<int>(_memory + (at % _size)), Padding);
        Header* header = (Header*)(_memory + ((at + padding) % _size));
        header->Cpu = cpu;
        header->Epid = epid;
        header->Fault = fault.Kind;
        header->Action = fault.Action;
        header->Offset = fault.Offset;
        header->Address = fault.Address;
        payload.CopyTo(new Span<byte>(header + 1, payload.Length));
        Volatile.Write(ref header->Length, payload.Length + 1);
        return true;
    }

    /// <summary>The oldest record, good until the next call.</summary>
    public bool TryRead(out DRecord record)
    {
        Release();
        record = default;
        if (_head == Volatile.Read(ref _tail))
        {
            _full = false; // what END traces finds room
            return false;
        }
        int length = Volatile.Read(ref Unsafe.AsRef<int>(_memory + (_head % _size)));
        if (length == Padding)
        {
            _reading = (int)(_size - (_head % _size));
            Release();
            if (_head == Volatile.Read(ref _tail)) return false;
            length = Volatile.Read(ref Unsafe.AsRef<int>(_memory + (_head % _size)));
        }
        if (length == 0) return false;
        Header* header = (Header*)(_memory + (_head % _size));
        _reading = (sizeof(Header) + length - 1 + 31) & ~31;
        record = new DRecord
        {
            Epid = header->Epid,
            Cpu = header->Cpu,
            Payload = new ReadOnlySpan<byte>(header + 1, length - 1),
            Fault = new DFault(header->Fault, header->Action, header->Offset, header->Address),
        };
        return true;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private void Release()
    {
        if (_reading == 0) return;
        new Span<byte>(_memory + (_head % _size), _reading).Clear();
        Volatile.Write(ref _head, _head + _reading);
        _reading = 0;
    }
}
