// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Copy;

/// <summary>A ROD token (SPC-4 5.17.6): 512 bytes that stand for ranges of a unit.</summary>
internal sealed class RodToken
{
    /// <summary>Bytes.</summary>
    public const int Length = 512;

    /// <summary>ROD TYPE "access upon reference" (SPC-4 table 125).</summary>
    public const uint AccessUponReference = 0x0001_0000;

    /// <summary>ROD TYPE of WRITE USING TOKEN's block of zeros (SBC-3 5.53): a token of this type stands for zeros.</summary>
    public const uint BlockZero = 0xFFFF_0001;

    private const int NaaAt = 20;

    public RodToken(BlockDevice unit, (long Offset, long Length)[] ranges, TimeSpan lifetime)
    {
        Unit = unit;
        Ranges = ranges;
        Lifetime = lifetime;
        Span<byte> token = Bytes;
        WriteUInt32BigEndian(token, AccessUponReference);
        WriteUInt16BigEndian(token[6..], Length - 8);               // ROD TOKEN LENGTH
        RandomNumberGenerator.Fill(token.Slice(8, 8));              // COPY MANAGER ROD TOKEN IDENTIFIER
        token[16] = 0xE4;                                           // creator: identification descriptor CSCD descriptor
        token[NaaAt] = 0x01;
        token[NaaAt + 1] = 0x03;                                    // logical unit, NAA
        token[NaaAt + 3] = 16;
        WriteUInt128BigEndian(token[(NaaAt + 4)..], unit.Identity.Guid);
        WriteUInt32BigEndian(token[44..], (uint)unit.BlockSize);
        WriteUInt128BigEndian(token[48..], (UInt128)Sum(ranges)); // NUMBER OF BYTES REPRESENTED
        RandomNumberGenerator.Fill(token.Slice(128, 32));           // what makes it ours
    }

    public byte[] Bytes { get; } = new byte[Length];

    public BlockDevice Unit { get; }

    /// <summary>In bytes.</summary>
    public (long Offset, long Length)[] Ranges { get; }

    /// <summary>How long it is kept unused.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>Timestamp of its last use; belongs to the copy manager.</summary>
    public long LastUse { get; set; }

    /// <summary>Bytes it stands for.</summary>
    public long TotalLength => Sum(Ranges);

    private static long Sum((long Offset, long Length)[] ranges) => ranges.Sum(range => range.Length);
}
