// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Scsi.Tests;

public sealed class LogicalBlockGuardTests
{
    /// <summary>The check value of CRC-16/T10-DIF, and the sample blocks of 32 bytes of SBC-3 4.22.4.4.</summary>
    public static TheoryData<byte[], ushort> KnownAnswers() => new()
    {
        { "123456789"u8.ToArray(), 0xD0DB },
        { new byte[32], 0x0000 },
        { [.. Enumerable.Repeat((byte)0xFF, 32)], 0xA293 },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)i)], 0x0224 },
        { [0xFF, 0xFF, .. new byte[30]], 0x21B8 },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)(0xFF - i))], 0xA0B7 },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void The_guard_of_known_data_is_known(byte[] data, ushort guard)
    {
        LogicalBlockGuard.Of(data).Should().Be(guard);
        LogicalBlockGuard.BySlices(0, data).Should().Be(guard);
    }

    [Fact]
    public void However_it_is_computed_the_guard_is_that_of_the_polynomial()
    {
        Prop.ForAll(Gen.Choose(0, 9000).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (length, seed) =>
        {
            byte[] data = new byte[length];
            new Random(seed).NextBytes(data);
            ushort guard = ByDivision(data);
            return LogicalBlockGuard.Of(data) == guard && LogicalBlockGuard.BySlices(0, data) == guard;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Any_flipped_bit_of_a_block_changes_the_guard(int length)
    {
        byte[] data = new byte[length];
        new Random(3).NextBytes(data);
        ushort guard = LogicalBlockGuard.Of(data);
        for (int bit = 0; bit < length * 8; bit++)
        {
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            LogicalBlockGuard.Of(data).Should().NotBe(guard, "bit {0}", bit);
            data[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Protection_information_reads_as_it_was_written()
    {
        Span<byte> bytes = stackalloc byte[ProtectionInformation.Length];
        new ProtectionInformation(0x1234, 0x5678, 0x9ABCDEF0).Write(bytes);
        bytes.ToArray().Should().Equal(0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0);
        ProtectionInformation.Read(bytes).Should().Be(new ProtectionInformation(0x1234, 0x5678, 0x9ABCDEF0));
        ProtectionInformation.Default.Write(bytes);
        bytes.ToArray().Should().OnlyContain(one => one == 0xFF);
    }

    private static ushort ByDivision(ReadOnlySpan<byte> data)
    {
        int crc = 0;
        foreach (byte one in data)
        {
            crc ^= one << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x18BB7 : crc << 1;
        }
        return (ushort)crc;
    }
}
