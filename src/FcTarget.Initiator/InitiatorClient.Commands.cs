// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Initiator;

/// <summary>The size of a disk.</summary>
/// <param name="Blocks">Logical blocks.</param>
/// <param name="BlockSize">Bytes of a logical block.</param>
public readonly record struct DiskCapacity(ulong Blocks, uint BlockSize)
{
    /// <summary>Bytes.</summary>
    public ulong Length => Blocks * BlockSize;
}

public sealed partial class InitiatorClient
{
    /// <summary>READ. The buffer's length is FCP_DL: blocks times the block size.</summary>
    public Task<ScsiResult> ReadAsync(
        InitiatorTarget target, Lun lun, ulong lba, uint blocks, Memory<byte> to, CancellationToken cancellation = default)
    {
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        return ExecuteAsync(target, lun, cdb[..BlockCdb.Read(cdb, lba, blocks)], dataIn: to, cancellation: cancellation);
    }

    /// <summary>WRITE. The buffer's length is FCP_DL: blocks times the block size.</summary>
    public Task<ScsiResult> WriteAsync(
        InitiatorTarget target, Lun lun, ulong lba, uint blocks, ReadOnlyMemory<byte> from, bool forceUnitAccess = false,
        CancellationToken cancellation = default)
    {
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        int length = BlockCdb.Write(cdb, lba, blocks, forceUnitAccess);
        return ExecuteAsync(target, lun, cdb[..length], dataOut: from, cancellation: cancellation);
    }

    /// <summary>SYNCHRONIZE CACHE of the whole medium.</summary>
    public Task<ScsiResult> SynchronizeCacheAsync(InitiatorTarget target, Lun lun, CancellationToken cancellation = default)
    {
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        return ExecuteAsync(target, lun, cdb[..BlockCdb.SynchronizeCache(cdb)], cancellation: cancellation);
    }

    public Task<ScsiResult> TestUnitReadyAsync(InitiatorTarget target, Lun lun, CancellationToken cancellation = default)
    {
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        return ExecuteAsync(target, lun, cdb[..BlockCdb.TestUnitReady(cdb)], cancellation: cancellation);
    }

    /// <summary>TEST UNIT READY until no unit attention is left: what an initiator does when it has found a logical unit.</summary>
    /// <exception cref="ScsiCommandException">It ended with anything but GOOD.</exception>
    public async Task WaitUntilReadyAsync(InitiatorTarget target, Lun lun, CancellationToken cancellation = default)
    {
        ScsiResult result;
        int attentions = 0;
        do result = await TestUnitReadyAsync(target, lun, cancellation).ConfigureAwait(false);
        while (result.IsUnitAttention && ++attentions < 16); // more conditions than a logical unit can have pending
        Require("TEST UNIT READY", result);
    }

    /// <summary>INQUIRY: the standard data, or a VPD page.</summary>
    /// <exception cref="ScsiCommandException">It ended with anything but GOOD.</exception>
    public async Task<byte[]> InquiryAsync(InitiatorTarget target, Lun lun, byte? page = null, CancellationToken cancellation = default)
    {
        byte[] cdb = new byte[BlockCdb.MaxLength], data = new byte[255];
        int length = BlockCdb.Inquiry(cdb, (ushort)data.Length, page);
        ScsiResult result =
            await ExecuteAsync(target, lun, cdb.AsSpan(0, length), dataIn: data, cancellation: cancellation).ConfigureAwait(false);
        Require("INQUIRY", result);
        return data[..(int)result.BytesMoved];
    }

    /// <summary>READ CAPACITY(16).</summary>
    /// <exception cref="ScsiCommandException">It ended with anything but GOOD, or too little data came.</exception>
    public async Task<DiskCapacity> ReadCapacityAsync(InitiatorTarget target, Lun lun, CancellationToken cancellation = default)
    {
        byte[] cdb = new byte[BlockCdb.MaxLength], data = new byte[ReadCapacityData.Length16];
        int length = BlockCdb.ReadCapacity16(cdb, (uint)data.Length);
        ScsiResult result =
            await ExecuteAsync(target, lun, cdb.AsSpan(0, length), dataIn: data, cancellation: cancellation).ConfigureAwait(false);
        Require("READ CAPACITY(16)", result, least: 12);
        return new DiskCapacity(ReadUInt64BigEndian(data) + 1, ReadUInt32BigEndian(data.AsSpan(8)));
    }

    /// <summary>REPORT LUNS, to LUN 0: the logical units, without the well known ones.</summary>
    /// <exception cref="ScsiCommandException">It ended with anything but GOOD, or too little data came.</exception>
    public async Task<IReadOnlyList<Lun>> ReportLunsAsync(InitiatorTarget target, CancellationToken cancellation = default)
    {
        byte[] cdb = new byte[BlockCdb.MaxLength], data = new byte[ReportLunsData.LengthOf(512)];
        while (true)
        {
            int length = BlockCdb.ReportLuns(cdb, (uint)data.Length);
            ScsiResult result =
                await ExecuteAsync(target, default, cdb.AsSpan(0, length), dataIn: data, cancellation: cancellation).ConfigureAwait(false);
            Require("REPORT LUNS", result, least: ReportLunsData.HeaderLength);
            int there = (int)Math.Min(ReadUInt32BigEndian(data) / ReportLunsData.EntryLength, 16384u); // all single-level LUNs there can be
            if (ReportLunsData.LengthOf(there) > data.Length)
            {
                data = new byte[ReportLunsData.LengthOf(there)];
                continue;
            }
            int came = Math.Min(there, ((int)result.BytesMoved - ReportLunsData.HeaderLength) / ReportLunsData.EntryLength);
            Lun[] luns = new Lun[came];
            for (int i = 0; i < came; i++) luns[i] = new Lun(ReadUInt64BigEndian(data.AsSpan(ReportLunsData.LengthOf(i))));
            return luns;
        }
    }

    private static void Require(string command, ScsiResult result, uint least = 0)
    {
        if (!result.IsGood || result.BytesMoved < least) throw new ScsiCommandException(command, result);
    }
}
