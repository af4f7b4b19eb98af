// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Survey;

/// <summary>A write that the captured target completed although data of it is not in the capture.</summary>
/// <param name="lba">Its first block.</param>
/// <param name="blocks">How many.</param>
/// <param name="blockLength">Bytes of one.</param>
internal sealed class LostWrite(ulong lba, ulong blocks, int blockLength)
{
    private readonly Dictionary<ulong, byte[]> _blocks = [];

    /// <summary>Bytes of write data.</summary>
    public long Length => (long)blocks * blockLength;

    /// <summary>What it had, as far as it is known; zeros where it is not.</summary>
    /// <param name="offset">Of the write data.</param>
    /// <param name="to">Where it goes.</param>
    public void Read(long offset, Span<byte> to)
    {
        while (!to.IsEmpty)
        {
            int within = (int)(offset % blockLength), now = Math.Min(to.Length, blockLength - within);
            if (_blocks.TryGetValue(lba + (ulong)(offset / blockLength), out byte[]? content)) content.AsSpan(within, now).CopyTo(to);
            else to[..now].Clear();
            to = to[now..];
            offset += now;
        }
    }

    /// <summary>Part of a block is known. Returns the bytes that this takes.</summary>
    public int Learn(ulong block, int at, ReadOnlySpan<byte> data)
    {
        bool isNew = !_blocks.TryGetValue(block, out byte[]? content);
        if (isNew) _blocks.Add(block, content = new byte[blockLength]);
        data.CopyTo(content.AsSpan(at));
        return isNew ? blockLength : 0;
    }
}

/// <summary>
/// Writes that lack data in the capture: a recorder that cannot keep up loses frames. What was in them is known from the first read of the
/// blocks afterwards, if there is one.
/// </summary>
internal sealed class LostWrites
{
    /// <summary>Bytes and blocks remembered, of all of them together; what is beyond is taken for zeros.</summary>
    private const long MostBytes = 256 << 20, MostBlocks = 1 << 20;

    private readonly Dictionary<long, LostWrite> _writes = [];
    private readonly Dictionary<ulong, LostWrite> _unknown = []; // by block: what it holds was in this write
    private long _bytes;

    /// <summary>The write of this FCP_CMND frame; null when nothing of it is missing.</summary>
    public LostWrite? Find(long command) => _writes.GetValueOrDefault(command);

    /// <summary>A write lacks data.</summary>
    public void Add(long command, ulong lba, ulong blocks, int blockLength)
    {
        LostWrite write = _writes[command] = new LostWrite(lba, blocks, blockLength);
        for (ulong i = 0; i < blocks && _unknown.Count < MostBlocks; i++) _unknown[lba + i] = write;
    }

    /// <summary>Blocks are known again: they were written with all data, or read.</summary>
    public void Forget(ulong lba, ulong blocks)
    {
        for (ulong i = 0; _unknown.Count > 0 && i < blocks; i++) _unknown.Remove(lba + i);
    }

    /// <summary>Part of a block was read.</summary>
    public void OnRead(ulong block, int at, ReadOnlySpan<byte> data)
    {
        if (_unknown.Count > 0 && _bytes < MostBytes && _unknown.TryGetValue(block, out LostWrite? write)) _bytes += write.Learn(block, at, data);
    }
}
