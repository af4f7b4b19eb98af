// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Survey;

/// <summary>A set of logical blocks, for ranges that are near each other.</summary>
internal sealed class BlockSet
{
    private const int WordsOfPage = 512;
    private const int BlocksOfPage = WordsOfPage * 64;

    private readonly Dictionary<ulong, ulong[]> _pages = [];

    /// <summary>Every block is in it.</summary>
    public bool IsAll { get; private set; }

    public bool Contains(ulong block) =>
        IsAll || (_pages.TryGetValue(block / BlocksOfPage, out ulong[]? page) && (page[block % BlocksOfPage / 64] >> (int)(block % 64) & 1) != 0);

    public void AddAll()
    {
        IsAll = true;
        _pages.Clear();
    }

    public void Add(ulong first, ulong count)
    {
        for (ulong block = first; count > 0 && !IsAll;)
        {
            ulong[] page = PageOf(block);
            ulong now = Math.Min(count, BlocksOfPage - (block % BlocksOfPage));
            for (ulong left = now; left > 0;)
            {
                int bit = (int)(block % 64);
                int bits = (int)Math.Min(left, (ulong)(64 - bit));
                page[block % BlocksOfPage / 64] |= (bits == 64 ? ulong.MaxValue : (1ul << bits) - 1) << bit;
                block += (ulong)bits;
                left -= (ulong)bits;
            }
            count -= now;
        }
    }

    private ulong[] PageOf(ulong block)
    {
        if (!_pages.TryGetValue(block / BlocksOfPage, out ulong[]? page)) _pages.Add(block / BlocksOfPage, page = new ulong[WordsOfPage]);
        return page;
    }
}
