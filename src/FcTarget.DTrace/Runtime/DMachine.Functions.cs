// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Cryptography;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Runtime;

/// <content>Arithmetic that can fail, time, byte order, and functions on memory.</content>
internal sealed unsafe partial class DMachine
{
    private ulong _random = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    public long Divide(long left, long right) =>
        right == 0 ? Fail(DFaultKind.DivideByZero) : right == -1 ? unchecked(-left) : left / right;

    public long DivideUnsigned(long left, long right) =>
        right == 0 ? Fail(DFaultKind.DivideByZero) : (long)((ulong)left / (ulong)right);

    public long Modulo(long left, long right) =>
        right == 0 ? Fail(DFaultKind.DivideByZero) : right == -1 ? 0 : left % right;

    public long ModuloUnsigned(long left, long right) =>
        right == 0 ? Fail(DFaultKind.DivideByZero) : (long)((ulong)left % (ulong)right);

    /// <summary>Nanoseconds on a clock that never goes back: the same for all clauses of a firing.</summary>
    public long Timestamp() => _timestamp != 0 ? _timestamp : _timestamp = Nanoseconds();

    /// <summary>Nanoseconds since 1970.</summary>
    public long WallTimestamp() =>
        _wallTimestamp != 0 ? _wallTimestamp : _wallTimestamp = (_time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    public static long Cpu() => Thread.GetCurrentProcessorId();

    public long Tid() => ThreadId;

    /// <summary>31 pseudo-random bits (xorshift64*).</summary>
    public long Rand()
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return (long)((_random * 2685821657736338717) >> 33);
    }

    public static long Swap2(long value) => BinaryPrimitives.ReverseEndianness((ushort)value);

    public static long Swap4(long value) => BinaryPrimitives.ReverseEndianness((uint)value);

    public static long Swap8(long value) => BinaryPrimitives.ReverseEndianness(value);

    public long Alloca(long size) => (long)Allocate(size);

    public long BCopy(long source, long destination, long size)
    {
        if (!InScratch(destination, size)) return Bad(destination);
        if (size > 0 && Check(source, size)) Buffer.MemoryCopy((void*)source, (void*)destination, size, size);
        return 0;
    }

    /// <summary>A copy of bytes the firing's arguments point to.</summary>
    public long CopyIn(long source, long size)
    {
        byte* copy = Allocate(size);
        if (Faulted || !Check(source, size)) return 0;
        Buffer.MemoryCopy((void*)source, copy, size, size);
        return (long)copy;
    }

    public long CopyInStr(long source, long limit)
    {
        ReadOnlySpan<byte> text = Text(source);
        return Faulted ? 0 : NewText(limit >= 0 && limit < text.Length ? text[..(int)limit] : text);
    }

    public long CopyInTo(long source, long size, long destination) => BCopy(source, destination, size);

    /// <summary>Only what a clause allocated itself may be written through a pointer.</summary>
    private bool InScratch(long address, long size) =>
        size >= 0 && address >= (long)_scratch && address <= (long)_scratchAt && size <= (long)_scratchAt - address;

    private long Nanoseconds()
    {
        long ticks = _time.GetTimestamp(), frequency = _time.TimestampFrequency;
        return frequency == 1_000_000_000 ? ticks : (long)((Int128)ticks * 1_000_000_000 / frequency);
    }
}
