// SPDX-License-Identifier: MIT

using System.Numerics;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// Which pages of a memory store have been written: a bit each, in memory that is itself taken only where it is touched. Any thread; what is
/// set and cleared at once by two may end either way, as the pages themselves do.
/// </summary>
internal sealed unsafe class PageMap : IDisposable
{
    private const int BitsOfWord = 64;

    private readonly nuint _bytes;
    private ulong* _words;
    private long _count;

    /// <param name="length">Bytes of the store.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    public PageMap(long length, int pageSize)
    {
        long pages = (length + pageSize - 1) / pageSize;
        _bytes = (nuint)((pages + BitsOfWord - 1) / BitsOfWord * sizeof(ulong));
        _words = (ulong*)NativeMemoryMap.Map(_bytes, out int errno);
        if (_words is null)
            throw new LuConfigurationException($"No address space for the page map of {length} bytes of memory (mmap: error {errno}). Ask for less.");
    }

    /// <summary>Pages written.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Set(long first, long last)
    {
        for (long word = first / BitsOfWord; word <= last / BitsOfWord; word++)
        {
            ulong mask = MaskOf(word, first, last);
            if ((_words[word] & mask) == mask) continue; // the usual case: no write to memory that other loops read
            ulong before = Interlocked.Or(ref _words[word], mask);
            Interlocked.Add(ref _count, BitOperations.PopCount(mask & ~before));
        }
    }

    public void Clear(long first, long last)
    {
        for (long word = first / BitsOfWord; word <= last / BitsOfWord; word++)
        {
            ulong mask = MaskOf(word, first, last);
            if ((_words[word] & mask) == 0) continue;
            ulong before = Interlocked.And(ref _words[word], ~mask);
            Interlocked.Add(ref _count, -BitOperations.PopCount(mask & before));
        }
    }

    /// <summary>Whether the first page has been written, and how many in a row, up to the last, are like it.</summary>
    public bool Run(long first, long last, out long pages)
    {
        bool isSet = (_words[first / BitsOfWord] >> (int)(first % BitsOfWord) & 1) != 0;
        long at = first;
        while (at <= last)
        {
            ulong word = _words[at / BitsOfWord];
            ulong differing = (isSet ? ~word : word) >> (int)(at % BitsOfWord);
            int same = differing == 0 ? BitsOfWord - (int)(at % BitsOfWord) : BitOperations.TrailingZeroCount(differing);
            at += same;
            if (differing != 0) break;
        }
        pages = Math.Min(at, last + 1) - first;
        return isSet;
    }

    public void Dispose()
    {
        if (_words is null) return;
        NativeMemoryMap.Unmap((byte*)_words, _bytes);
        _words = null;
    }

    private static ulong MaskOf(long word, long first, long last)
    {
        ulong mask = ulong.MaxValue;
        if (word == first / BitsOfWord) mask &= ulong.MaxValue << (int)(first % BitsOfWord);
        if (word == last / BitsOfWord) mask &= ulong.MaxValue >> (BitsOfWord - 1 - (int)(last % BitsOfWord));
        return mask;
    }
}
