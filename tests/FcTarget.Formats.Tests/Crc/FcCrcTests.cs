// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;
using Copying = FcTarget.Formats.FcCrcFolding.Copying;
using NotCopying = FcTarget.Formats.FcCrcFolding.NotCopying;

namespace FcTarget.Formats.Tests.Crc;

public sealed class FcCrcTests
{
    private const int LongestTried = 300;

    // The definition, a bit at a time: what every other way must agree with.
    private static uint Definition(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            state ^= b;
            for (int bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ 0xEDB88320 : state >> 1;
        }
        return state;
    }

    [Theory]
    [InlineData("", 0x00000000)]
    [InlineData("a", 0xE8B7BE43)]
    [InlineData("123456789", 0xCBF43926)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339)]
    public void Known_vectors_of_CRC_32_come_out(string text, uint crc) =>
        FcCrc.Compute(System.Text.Encoding.ASCII.GetBytes(text)).Should().Be(crc);

    [Theory]
    [InlineData(32, 0x00, 0x190A55AD)]
    [InlineData(32, 0xFF, 0xFF6CAB0B)]
    [InlineData(2112, 0x00, 0xE6579FF3)]
    public void Runs_of_one_byte_come_out(int length, byte value, uint crc)
    {
        byte[] run = new byte[length];
        run.AsSpan().Fill(value);
        FcCrc.Compute(run).Should().Be(crc);
    }

    [Fact]
    public void Every_way_agrees_for_every_length_to_300_and_every_alignment_to_16() =>
        EveryRun((bytes, length, at) =>
        {
            ReadOnlySpan<byte> run = bytes.AsSpan(at, length);
            uint state = (uint)(length * 0x9E3779B9) ^ (uint)at;
            uint expected = Definition(state, run);
            FcCrc.Append(state, run).Should().Be(expected, "length {0} at {1}", length, at);
            FcCrcTables.Append(state, run).Should().Be(expected, "tables, length {0} at {1}", length, at);
        });

    [Fact]
    public void Folding_without_hardware_agrees_with_the_tables() =>
        EveryRun((bytes, length, at) =>
        {
            if (at != 0) return; // alignment is the hardware's affair
            CheckFolding<SoftwareCarryless>(bytes, length, at);
        });

    [SkippableFact]
    public void Folding_with_PCLMULQDQ_agrees_with_the_tables()
    {
        Skip.IfNot(X86Carryless.IsSupported, "this processor has no PCLMULQDQ");
        EveryRun(CheckFolding<X86Carryless>);
    }

    [SkippableFact]
    public void Folding_with_PMULL_agrees_with_the_tables()
    {
        Skip.IfNot(ArmCarryless.IsSupported, "this processor has no PMULL");
        EveryRun(CheckFolding<ArmCarryless>);
    }

    [SkippableFact]
    public void Folding_with_VPCLMULQDQ_agrees_with_the_tables()
    {
        Skip.IfNot(System.Runtime.Intrinsics.X86.Pclmulqdq.V256.IsSupported, "this processor has no VPCLMULQDQ");
        EveryRun((bytes, length, at) =>
        {
            if (length < FcCrcFolding.MinLength256) return;
            ReadOnlySpan<byte> run = bytes.AsSpan(at, length);
            uint expected = FcCrcTables.Append(0x12345678, run);
            byte[] copy = new byte[length];
            FcCrcFolding.Append256<NotCopying>(0x12345678, run, default).Should().Be(expected, "length {0} at {1}", length, at);
            FcCrcFolding.Append256<Copying>(0x12345678, run, copy).Should().Be(expected, "length {0} at {1}", length, at);
            copy.AsSpan().SequenceEqual(run).Should().BeTrue("length {0} at {1}", length, at);
        });
    }

    [Fact]
    public void A_copy_with_CRC_copies_those_bytes_and_no_others() =>
        EveryRun((bytes, length, at) =>
        {
            ReadOnlySpan<byte> run = bytes.AsSpan(at, length);
            byte[] to = new byte[length + at + 2];
            to.AsSpan().Fill(0xA5);
            FcCrc.CopyAndAppend(FcCrc.Begin(), run, to.AsSpan(at + 1)).Should().Be(FcCrc.Append(FcCrc.Begin(), run));
            to.AsSpan(at + 1, length).SequenceEqual(run).Should().BeTrue("length {0} at {1}", length, at);
            to[at].Should().Be(0xA5);
            to[^1].Should().Be(0xA5);
        });

    [Fact]
    public void A_copy_to_too_short_a_place_is_refused_before_a_byte_is_written()
    {
        byte[] to = new byte[99];
        byte[] from = [.. Enumerable.Repeat((byte)1, 100)];
        FluentActions.Invoking(() => FcCrc.CopyAndAppend(0, from, to)).Should().Throw<ArgumentException>();
        to.Should().OnlyContain(b => b == 0);
    }

    [Fact]
    public void A_message_in_pieces_has_the_CRC_of_the_whole() =>
        Prop.ForAll(Bytes(), ArbMap.Default.ArbFor<PositiveInt>(), (message, cut) =>
        {
            int at = cut.Get % (message.Length + 1);
            byte[] copy = new byte[message.Length];
            uint state = FcCrc.CopyAndAppend(FcCrc.Begin(), message.AsSpan(0, at), copy);
            state = FcCrc.CopyAndAppend(state, message.AsSpan(at), copy.AsSpan(at));
            return FcCrc.End(state) == FcCrc.Compute(message) && copy.AsSpan().SequenceEqual(message);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_wrong_bit_anywhere_changes_the_CRC() =>
        Prop.ForAll(Bytes(), ArbMap.Default.ArbFor<PositiveInt>(), (message, bit) =>
        {
            if (message.Length == 0) return true;
            uint before = FcCrc.Compute(message);
            int at = bit.Get % (message.Length * 8);
            message[at / 8] ^= (byte)(1 << (at % 8));
            return FcCrc.Compute(message) != before;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_warm_CRC_allocates_nothing()
    {
        byte[] from = new byte[2112], to = new byte[2112];
        uint state = FcCrc.CopyAndAppend(FcCrc.Begin(), from, to);
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) state = FcCrc.Append(FcCrc.CopyAndAppend(state, from, to), to);
        }).Should().Be(0, "the state is {0:x8}", state);
    }

    private static void CheckFolding<T>(byte[] bytes, int length, int at) where T : struct, ICarryless
    {
        if (length < FcCrcFolding.MinLength) return;
        ReadOnlySpan<byte> run = bytes.AsSpan(at, length);
        uint expected = FcCrcTables.Append(0x12345678, run);
        byte[] copy = new byte[length];
        FcCrcFolding.Append<T, NotCopying>(0x12345678, run, default).Should().Be(expected, "length {0} at {1}", length, at);
        FcCrcFolding.Append<T, Copying>(0x12345678, run, copy).Should().Be(expected, "length {0} at {1}", length, at);
        copy.AsSpan().SequenceEqual(run).Should().BeTrue("length {0} at {1}", length, at);
    }

    private static void EveryRun(Action<byte[], int, int> check)
    {
        byte[] bytes = new byte[2136 + 16];
        new Random(2136).NextBytes(bytes);
        for (int at = 0; at < 16; at++)
        {
            for (int length = 0; length <= LongestTried; length++) check(bytes, length, at);
            foreach (int length in (int[])[512, 1024, 2048, 2072, 2112, 2136]) check(bytes, length, at);
        }
    }

    private static Arbitrary<byte[]> Bytes() =>
        Gen.Choose(0, 2200).Select(seed =>
        {
            byte[] bytes = new byte[seed];
            new Random(seed).NextBytes(bytes);
            return bytes;
        }).ToArbitrary();
}
