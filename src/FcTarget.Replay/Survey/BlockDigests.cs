// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Replay.Survey;

/// <summary>
/// What blocks of a unit held when they were last written or read, as a digest: a target that was powered on in between, and holds something else
/// now, is another one.
/// </summary>
internal sealed class BlockDigests
{
    /// <summary>Blocks that are followed; of more nothing is told.</summary>
    private const int MostBlocks = 1 << 20;

    private readonly Dictionary<ulong, (uint Digest, int Restarts)> _blocks = [];

    /// <summary>A write begins: what the blocks hold is not known before its data is.</summary>
    public void OnWrite(ulong lba, ulong blocks)
    {
        if (blocks > (ulong)_blocks.Count) _blocks.Clear();
        for (ulong i = 0; _blocks.Count > 0 && i < blocks; i++) _blocks.Remove(lba + i);
    }

    /// <summary>Whole blocks of data, written or read.</summary>
    /// <param name="at">Bytes from LBA 0.</param>
    /// <param name="data">The data.</param>
    /// <param name="length">Bytes of a block.</param>
    /// <param name="isRead">It was read.</param>
    /// <param name="sections">Hears of a block that holds something else than before.</param>
    public void OnData(ulong at, ReadOnlySpan<byte> data, int length, bool isRead, SectionFinder sections)
    {
        int skip = (int)(((ulong)length - (at % (ulong)length)) % (ulong)length);
        for (; skip + length <= data.Length; skip += length)
        {
            ulong block = (at + (ulong)skip) / (ulong)length;
            uint digest = FcCrc.Compute(data.Slice(skip, length));
            bool isKnown = _blocks.TryGetValue(block, out (uint Digest, int Restarts) known);
            if (isRead && isKnown && known.Digest != digest) sections.OnOtherContent(known.Restarts);
            if (isKnown || _blocks.Count < MostBlocks) _blocks[block] = (digest, sections.Restarts);
        }
    }
}
