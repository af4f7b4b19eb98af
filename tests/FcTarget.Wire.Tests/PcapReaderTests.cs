// SPDX-License-Identifier: MIT

using FcTarget.Wire.Capture;
using FsCheck;
using FsCheck.Fluent;
using static FcTarget.Wire.Tests.CaptureFiles;

namespace FcTarget.Wire.Tests;

public sealed class PcapReaderTests
{
    private const long Second = 1_000_000_000;

    // magic, version, zone, accuracy, snap length, link type; seconds, fraction, captured, original, frame
    private const string Header = "0002 0004 00000000 00000000 00040000 00000001", Sample = "00000005 00000007 00000002 0000000A BEEF";

    [Theory]
    [InlineData("A1B2C3D4", 5_000_007_000)]
    [InlineData("A1B23C4D", 5_000_000_007)]
    public void A_big_endian_file_is_read_with_micro_and_nanoseconds(string magic, long time) =>
        ReadAll(Bytes(magic + Header + Sample)).Should().Equal(new Record("BEEF", 10, time, 1));

    [Theory]
    [InlineData("D4C3B2A1", 5_000_007_000)]
    [InlineData("4D3CB2A1", 5_000_000_007)]
    public void A_little_endian_file_is_read_with_micro_and_nanoseconds(string magic, long time) =>
        ReadAll(Bytes(magic + "0200 0400 00000000 00000000 00000400 01000000 05000000 07000000 02000000 0A000000 BEEF"))
            .Should().Equal(new Record("BEEF", 10, time, 1));

    [Theory]
    [InlineData("vn2vn-login-scan.pcap", 66)]
    [InlineData("vn2vn-write-read.pcap", 141)]
    [InlineData("vn2vn-logout.pcap", 3)]
    public void A_reference_capture_has_its_frames_and_is_written_again_byte_for_byte(string name, int frames)
    {
        byte[] file = File.ReadAllBytes(Reference(name));
        List<Record> records = ReadAll(file, out bool endedEarly);
        records.Should().HaveCount(frames).And.OnlyContain(r => r.LinkType == 1 && r.Hex.Length == r.Original * 2);
        endedEarly.Should().BeFalse();
        Written(nanoseconds: false, [.. records.Select(r => (Convert.FromHexString(r.Hex), r.Time))]).Should().Equal(file);
    }

    [Fact]
    public void What_the_writer_writes_the_reader_reads() =>
        Prop.ForAll<byte[], uint, uint>((frame, seconds, fraction) =>
        {
            long time = (seconds * Second) + (fraction % Second);
            return ReadAll(Written(true, (frame, time))).Single() == new Record(Convert.ToHexString(frame), frame.Length, time, 1)
                && ReadAll(Written(false, (frame, time))).Single().Time == time / 1000 * 1000;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_packet_blocks_of_all_kinds_are_read_in_either_byte_order(bool bigEndian)
    {
        Blocks file = new(bigEndian);
        file.Section()
            .Interface(1, 4)
            .Interface(
                113, 0, file.Option(2, 1, 2, 3), file.Option(9, 9), file.Option(14, file.U64(100)), file.Option(0), file.Option(9, 0))
            .Enhanced(0, 3_000_004, [1, 2, 3], original: 9)
            .Block(5, [1, 2, 3, 4, 5, 6, 7, 8])
            .Enhanced(1, (5 * Second) + 6, [4])
            .Block(3, file.U32(6), [1, 2, 3, 4])
            .Block(2, file.U16(1), file.U16(77), file.U32(0), file.U32(8), file.U32(1), file.U32(1), [9]);
        ReadAll(file.File, out bool endedEarly).Should().Equal(
            new Record("010203", 9, 3_000_004_000, 1),
            new Record("04", 1, (105 * Second) + 6, 113),
            new Record("01020304", 6, 0, 1),
            new Record("09", 1, (100 * Second) + 8, 113));
        endedEarly.Should().BeFalse();
    }

    // Bit 26 of the field with the link type: the four upper bits are the 16-bit words of FCS behind each frame.
    [Theory]
    [InlineData("24000001", "00000006 00000006 AABB11223344", "AABB", 2)]
    [InlineData("24000001", "00000004 00000006 AABB1122", "AABB", 2)]
    [InlineData("24000001", "00000001 00000006 AA", "AA", 2)]
    [InlineData("24000001", "00000003 00000003 112233", "", 0)]
    [InlineData("20000001", "00000006 00000006 AABB11223344", "AABB11223344", 6)]
    [InlineData("240000E1", "00000006 00000006 AABB11223344", "AABB11223344", 6)] // not Ethernet: an FC CRC is no FCS
    public void An_FCS_that_a_classic_file_tells_of_is_not_part_of_the_frame(string linkType, string frame, string expected, int original) =>
        ReadAll(Bytes("A1B2C3D4" + Header[..^8] + linkType + "00000005 00000007" + frame)).Should()
            .ContainSingle().Which.Should().Match<Record>(r => r.Hex == expected && r.Original == original);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_FCS_that_pcapng_tells_of_by_interface_or_by_frame_is_not_part_of_the_frame(bool bigEndian)
    {
        Blocks file = new(bigEndian);
        byte[] Packet(int from, params byte[] frame) => [.. file.U32(from), .. file.U64(0), .. file.U32(frame.Length), .. file.U32(frame.Length), .. frame];
        file.Section()
            .Interface(1, 0, file.Option(13, 4))
            .Interface(1, 0, file.Option(13))
            .Block(6, Packet(0, 1, 2, 3, 4, 9, 9, 9, 9))
            .Block(6, Packet(0, 1, 2, 3, 4, 5, 6, 9, 9), file.Option(2, file.U32(2 << 5 | 1)))
            .Block(6, Packet(1, 1, 2, 3, 4, 9, 9, 9, 9), file.Option(2, file.U32(4 << 5)))
            .Block(6, Packet(1, 1, 2, 3, 4));
        ReadAll(file.File).Select(r => r.Hex).Should().Equal("01020304", "010203040506", "01020304", "01020304");
    }

    [Theory]
    [InlineData(6, 1_000_000, Second)]
    [InlineData(9, 5, 5)]
    [InlineData(0, 2, 2 * Second)]
    [InlineData(12, 7_000, 7)]
    [InlineData(0x8A, 1536, Second + (Second / 2))]
    [InlineData(0, long.MaxValue, long.MaxValue / 2)]
    public void Pcapng_timestamps_follow_the_interfaces_resolution(byte resolution, long ticks, long nanoseconds)
    {
        Blocks file = new(bigEndian: false);
        file.Section().Interface(1, 0, file.Option(9, resolution)).Enhanced(0, ticks, [1]);
        ReadAll(file.File).Single().Time.Should().Be(nanoseconds);
    }

    [Fact]
    public void A_new_pcapng_section_has_its_own_byte_order_and_interfaces()
    {
        byte[] little = new Blocks(false).Section().Interface(1, 0).Enhanced(0, 1, [1]).File;
        byte[] big = new Blocks(true).Section().Interface(1, 0).Enhanced(0, 2, [2]).File;
        ReadAll([.. little, .. big]).Select(r => (r.Hex, r.Time)).Should().Equal(("01", 1000), ("02", 2000));
        byte[] lost = new Blocks(true).Section().Enhanced(0, 2, [2]).File;
        Reading([.. little, .. lost]).Should().Throw<CaptureFormatException>().WithMessage("*interface 0*");
    }

    [Theory]
    [InlineData("", "*too short*")]
    [InlineData("A1B2", "*too short*")]
    [InlineData("00000000", "*magic*")]
    [InlineData("A1B2C3D4 0002", "*too short*")]
    [InlineData("A1B2C3D4" + Header + "00000005 00000007 7FFFFFFF 0000000A", "*2147483647 bytes*")]
    [InlineData("A1B2C3D4" + Header + "00000005 00000007 FFFFFFFF 0000000A", "*4294967295 bytes*")]
    [InlineData("0A0D0D0A 0000001C 00000000 0000 0000 FFFFFFFFFFFFFFFF 0000001C", "*byte-order*")]
    [InlineData("0A0D0D0A 00000000 1A2B3C4D 0000 0000 FFFFFFFFFFFFFFFF 0000001C", "*length of 0*")]
    [InlineData("0A0D0D0A 00000010 1A2B3C4D 00000010", "*too short*")]
    public void A_file_that_is_no_capture_is_refused(string hex, string message) =>
        Reading(Bytes(hex)).Should().Throw<CaptureFormatException>().WithMessage(message);

    [Theory]
    [InlineData("00000006 00000000", "*length of 0*")]
    [InlineData("00000006 0000000B", "*length of 11*")]
    [InlineData("00000006 0000000E", "*length of 14*")]
    [InlineData("00000006 7FFFFFFC", "*a block of*")]
    [InlineData("00000006 00000010 00000000 00000010", "*too short*")]
    [InlineData("00000006 00000010 00000000 00000014", "*two lengths*")]
    [InlineData("00000006 00000020 00000000 00000000 00000000 FFFFFFFF 00000001 00000020", "*longer than its block*")]
    [InlineData("00000006 00000020 00000001 00000000 00000000 00000000 00000001 00000020", "*interface 1*")]
    [InlineData("00000003 00000010 00000005 00000010", "*longer than its block*")]
    [InlineData("00000001 00000020 0001 0000 00000000 0009 0001 7F000000 00000000 00000020", "*resolution*")]
    public void A_damaged_pcapng_block_is_refused(string hex, string message)
    {
        byte[] file = [.. new Blocks(true).Section().Interface(1, 0).File, .. Bytes(hex)];
        Reading(file).Should().Throw<CaptureFormatException>().WithMessage(message);
    }

    [Fact]
    public void A_file_cut_short_at_any_byte_gives_its_whole_frames_and_says_so()
    {
        byte[] classic = Written(true, ([1, 2, 3], 1), ([4, 5], 2));
        CutEverywhere(classic, headerLength: 24, ends: [24, 43, 61]);
        byte[] blocks = new Blocks(false).Section().Interface(1, 0).Enhanced(0, 1, [1]).Enhanced(0, 2, [2]).File;
        CutEverywhere(blocks, headerLength: 28, ends: [28, 48, 84, 120]);

        static void CutEverywhere(byte[] file, int headerLength, int[] ends)
        {
            List<Record> all = ReadAll(file);
            for (int length = headerLength; length <= file.Length; length++)
            {
                List<Record> some = ReadAll(file[..length], out bool endedEarly);
                some.Should().Equal(all.Take(some.Count));
                endedEarly.Should().Be(!ends.Contains(length), $"the file ends after {length} bytes");
            }
        }
    }

    [Fact]
    public void Garbage_ends_or_is_refused_and_nothing_else()
    {
        byte[][] starts =
        [
            Written(true, ([1, 2, 3], 1)),
            new Blocks(false).Section().Interface(1, 0).Enhanced(0, 1, [1]).File,
            new Blocks(true).Section().Interface(1, 0).File,
        ];
        Prop.ForAll<int, byte[], int>((which, tail, flip) =>
        {
            byte[] file = [.. starts[(int)((uint)which % (uint)starts.Length)], .. tail];
            file[(int)((uint)flip % (uint)file.Length)] ^= (byte)(1 << (flip & 7));
            try
            {
                return ReadAll(file).Count <= file.Length;
            }
            catch (CaptureFormatException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static Action Reading(byte[] file) => () => ReadAll(file);

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}
