// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FcTarget.DTrace.Runtime;

// DYNAMIC VARIABLES - theory of operation
//   Job      The elements of a program's associative arrays, in one block of option dynvarsize.
//   Owner    The run. All firing threads come here: a spin lock, held for one probe of the table and one copy.
//   Layout   Chunks of one size: next chunk, hash, key length, key, value. Free chunks form a list; used ones hang off buckets.
//   Life     Assigning anything but zero makes an element, assigning zero frees it (as DTrace does). No chunk left: the assignment is
//            dropped and counted.
//   Proof    DynamicVariablesTests

/// <summary>A bounded hash table in native memory.</summary>
internal sealed unsafe class DynamicVariables : IDisposable
{
    private const int HeaderBytes = 12;

    private readonly byte* _memory;
    private readonly int* _buckets;
    private readonly int _mask, _stride, _valueAt, _valueBytes;
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private int _free;
    private int _lock;
    private long _drops;

    public DynamicVariables(long size, int keyBytes, int valueBytes)
    {
        _valueBytes = valueBytes;
        _valueAt = (HeaderBytes + keyBytes + 7) & ~7;
        _stride = (_valueAt + valueBytes + 7) & ~7;
        int chunks = (int)Math.Max(1, Math.Min(size / _stride, 1 << 22));
        int buckets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)chunks);
        _mask = buckets - 1;
        Capacity = chunks;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)chunks, (nuint)_stride);
        _buckets = (int*)NativeMemory.Alloc((nuint)buckets, sizeof(int));
        new Span<int>(_buckets, buckets).Fill(-1);
        for (int i = 0; i < chunks; i++) Next(i) = i + 1 < chunks ? i + 1 : -1;
    }

    /// <summary>How many elements there is room for.</summary>
    public int Capacity { get; }

    public long TakeDrops() => Interlocked.Exchange(ref _drops, 0);

    /// <summary>The element's integer; 0 if there is none.</summary>
    public long Get(ReadOnlySpan<byte> key)
    {
        uint hash = Hash(key);
        Enter();
        int chunk = Find(hash, key);
        long value = chunk < 0 ? 0 : *(long*)Value(chunk);
        Exit();
        return value;
    }

    /// <summary>Copies the element's string or structure; zeros if there is none.</summary>
    public void Get(ReadOnlySpan<byte> key, Span<byte> value)
    {
        uint hash = Hash(key);
        Enter();
        int chunk = Find(hash, key);
        if (chunk < 0) value.Clear();
        else new ReadOnlySpan<byte>(Value(chunk), value.Length).CopyTo(value);
        Exit();
    }

    public void Set(ReadOnlySpan<byte> key, long value) =>
        Set(key, new ReadOnlySpan<byte>(&value, sizeof(long)), value == 0);

    /// <param name="isZero">Whether the value frees the element.</param>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isZero)
    {
        uint hash = Hash(key);
        Enter();
        int chunk = Find(hash, key);
        if (isZero)
        {
            if (chunk >= 0) Remove(chunk, hash);
        }
        else
        {
            if (chunk < 0) chunk = Add(hash, key);
            if (chunk < 0) _drops++;
            else value[..Math.Min(value.Length, _valueBytes)].CopyTo(new Span<byte>(Value(chunk), _valueBytes));
        }
        Exit();
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        NativeMemory.Free(_buckets);
    }

    private ref int Next(int chunk) => ref *(int*)(_memory + ((long)chunk * _stride));

    private ref uint HashOf(int chunk) => ref *(uint*)(_memory + ((long)chunk * _stride) + 4);

    private ref int KeyLength(int chunk) => ref *(int*)(_memory + ((long)chunk * _stride) + 8);

    private byte* Key(int chunk) => _memory + ((long)chunk * _stride) + HeaderBytes;

    private byte* Value(int chunk) => _memory + ((long)chunk * _stride) + _valueAt;

    private int Find(uint hash, ReadOnlySpan<byte> key)
    {
        for (int chunk = _buckets[hash & (uint)_mask]; chunk >= 0; chunk = Next(chunk))
            if (HashOf(chunk) == hash && new ReadOnlySpan<byte>(Key(chunk), KeyLength(chunk)).SequenceEqual(key)) return chunk;
        return -1;
    }

    private int Add(uint hash, ReadOnlySpan<byte> key)
    {
        int chunk = _free;
        if (chunk < 0) return -1;
        _free = Next(chunk);
        ref int bucket = ref _buckets[hash & (uint)_mask];
        Next(chunk) = bucket;
        bucket = chunk;
        HashOf(chunk) = hash;
        KeyLength(chunk) = key.Length;
        key.CopyTo(new Span<byte>(Key(chunk), key.Length));
        return chunk;
    }

    private void Remove(int chunk, uint hash)
    {
        ref int link = ref _buckets[hash & (uint)_mask];
        while (link != chunk) link = ref Next(link);
        link = Next(chunk);
        Next(chunk) = _free;
        _free = chunk;
    }

    // Keys come from the wire: the seed keeps them from being chosen to fall into one bucket.
    private uint Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = _seed;
        while (key.Length >= sizeof(ulong))
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(key)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
            key = key[sizeof(ulong)..];
        }
        foreach (byte b in key) hash = (hash ^ b) * 1099511628211;
        return (uint)(hash ^ (hash >> 32));
    }

    private void Enter()
    {
        SpinWait spin = default;
        while (Interlocked.CompareExchange(ref _lock, 1, 0) != 0) spin.SpinOnce(sleep1Threshold: -1);
    }

    private void Exit() => Volatile.Write(ref _lock, 0);
}
