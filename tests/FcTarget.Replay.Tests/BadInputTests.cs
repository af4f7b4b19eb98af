// SPDX-License-Identifier: MIT

using System.IO.Compression;
using System.Text;
using FcTarget.Replay.Compare;
using FcTarget.Wire.Recording;

namespace FcTarget.Replay.Tests;

/// <summary>Files that are no good capture, or no usual one: handled, or refused with one line.</summary>
public sealed class BadInputTests
{
    /// <summary>Longer than any designator, or not printable: our unit has a name of its own then.</summary>
    [Theory]
    [InlineData(250, 'x')]
    [InlineData(20, 'ä')]
    public void Serial_numbers_that_no_unit_could_have(int length, char character)
    {
        const int PayloadAt = 52;
        List<(byte[] Frame, long Time)> frames = Captures.Frames("fabric-login.pcapng");
        int at = frames.FindIndex(f => f.Frame.Length > 64 && f.Frame[28] == 0x01 && f.Frame[PayloadAt + 1] == 0x80 && f.Frame[PayloadAt] == 0);
        byte[] old = frames[at].Frame, frame = [.. old[..PayloadAt], .. new byte[4 + length + (-length & 3)], .. old[^8..]];
        (frame[PayloadAt + 1], frame[PayloadAt + 3]) = (0x80, (byte)length);
        frame.AsSpan(PayloadAt + 4, length).Fill((byte)character);
        frame[28 + 9] = (byte)((frame[28 + 9] & ~3) | 0); // no fill bytes
        ReferenceReplayTests.Seal(frame);
        frames[at] = (frame, frames[at].Time);
        (ReportList report, ReplayTotals totals) = Captures.Replay(frames);
        totals.Fault.Should().BeNull();
        report.Different.Where(e => !e.Name.StartsWith("INQUIRY", StringComparison.Ordinal)).Should().BeEmpty();
        report.Exchanges.Should().Contain(e => e.Name == "INQUIRY VPD 83h" && e.Outcome != ExchangeOutcome.Different);
    }

    private const string Scan = "vn2vn-login-scan.pcap";

    [Fact]
    public void A_capture_cut_short_is_replayed_as_far_as_it_goes()
    {
        byte[] whole = File.ReadAllBytes(Captures.Of(Scan));
        for (int length = 25; length < whole.Length; length += 97)
        {
            try
            {
                (ReportList report, ReplayTotals totals) = ReplayBytes(whole[..length]);
                report.Different.Should().BeEmpty($"it is cut at byte {length}");
                totals.CaptureFailure.Should().Match(failure => failure == null || failure.Contains("in the middle of a frame"));
            }
            catch (ReplayException refusal)
            {
                refusal.Message.Should().Match(m => m.Contains("no whole FCoE or FIP frame") || m.Contains("name the port with --target"));
            }
        }
    }

    [Fact]
    public void Gzip_byte_swapped_microseconds_and_pcapng_replay_alike()
    {
        byte[] plain = File.ReadAllBytes(Captures.Of(Scan));
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        string[] expected = Lines(plain);
        Lines(packed.ToArray()).Should().Equal(expected);
        Lines(Swapped(plain)).Should().Equal(expected);
        Lines(PcapNg()).Should().Equal(expected);

        static string[] Lines(byte[] file) => [.. ReplayBytes(file).Report.Exchanges.Select(e => e.ToString())];
    }

    [Fact]
    public void A_snap_length_is_refused_with_the_first_frame_that_it_cut()
    {
        byte[] file = File.ReadAllBytes(Captures.Of(Scan));
        file[24 + 12]++; // original length of frame 1
        FluentActions.Invoking(() => ReplayBytes(file)).Should().Throw<ReplayException>().WithMessage("Frame 1 is cut by the snap length*");
    }

    [Fact]
    public void What_is_wrong_with_a_capture_without_a_whole_frame_is_said()
    {
        byte[] file = File.ReadAllBytes(Captures.Of(Scan));
        byte[] cut = file[..(24 + 16 + 10)], ip = file[..(40 + BitConverter.ToInt32(file, 24 + 8))];
        ip[40 + 12] = 8;
        ip[40 + 13] = 0;
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(ip);
        byte[] wrongCrc = packed.ToArray();
        wrongCrc[^8] ^= 0xFF; // CRC-32 of the data, RFC 1952 2.3.1
        foreach ((byte[] bytes, string why) in new[]
        {
            (cut, "it ends in the middle of a frame after frame 0."), (ip, "1 are of other protocols."),
            (wrongCrc, "it cannot be read beyond frame *: its gzip data are damaged."),
        })
        {
            FluentActions.Invoking(() => ReplayBytes(bytes)).Should().Throw<ReplayException>()
                .WithMessage($"Capture '*' has no whole FCoE or FIP frame: {why}");
        }
    }

    [Fact]
    public void Both_copies_of_a_bridge_are_one()
    {
        List<(byte[] Frame, long Time)> twice = [.. Captures.Frames(Scan).SelectMany(f => new[] { f, (f.Frame, f.Time + 1000) })];
        (ReportList report, ReplayTotals totals) = Captures.Replay(twice);
        totals.Copies.Should().Be(66);
        report.Different.Should().BeEmpty();
        totals.Exchanges.Should().Be(24);
    }

    [Fact]
    public void A_frame_that_went_the_same_way_twice_was_sent_twice()
    {
        Copies(FrameDirection.Inbound, FrameDirection.Outbound).Should().Be(66);
        Copies(FrameDirection.Inbound, FrameDirection.Inbound).Should().Be(0);

        static long Copies(FrameDirection first, FrameDirection second)
        {
            using TemporaryFile file = new();
            using (PcapNgWriter writer = new(File.Create(file.Path), "br0", "test"))
            {
                foreach ((byte[] frame, long time) in Captures.Frames(Scan))
                {
                    writer.Write(frame, time, first, 0, default);
                    writer.Write(frame, time + 1000, second, 0, default);
                }
            }
            return Captures.Replay(file.Path).Totals.Copies;
        }
    }

    [Fact]
    public void Other_protocols_are_left_out()
    {
        byte[] arp = new byte[60];
        (arp[12], arp[13]) = (0x08, 0x06);
        List<(byte[] Frame, long Time)> mixed = [.. Captures.Frames(Scan).SelectMany(f => new[] { f, (arp, f.Time), (new byte[7], f.Time) })];
        (ReportList report, ReplayTotals totals) = Captures.Replay(mixed);
        totals.Others.Should().Be(2 * 66);
        report.Different.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is not a capture at all, whatever it is")]
    public void What_is_no_capture_is_refused(string content) =>
        FluentActions.Invoking(() => ReplayBytes(Encoding.ASCII.GetBytes(content))).Should().Throw<ReplayException>().WithMessage("*Not a readable capture file*");

    [Fact]
    public void Gzip_that_is_damaged_is_refused_or_ends_early()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(File.ReadAllBytes(Captures.Of(Scan)));
        byte[] file = packed.ToArray();
        file[file.Length / 2] ^= 0xFF;
        try
        {
            ReplayBytes(file).Totals.Frames.Should().BeLessThanOrEqualTo(66);
        }
        catch (ReplayException refusal)
        {
            refusal.Message.Should().NotContain("\n");
        }
    }

    // Frames 41 to 60 ask a unit for nothing but pages of vital product data: so there is one.
    [Fact]
    public void A_unit_that_only_INQUIRY_tells_of_is_there()
    {
        (ReportList report, ReplayTotals totals) = Captures.Replay(Captures.Frames("fabric-login.pcapng").Skip(40).Take(20));
        report.Different.Should().BeEmpty();
        report.Exchanges.Select(e => e.Name).Should().Contain("INQUIRY VPD 00h");
        totals.Fault.Should().BeNull();
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Times_beyond_all_time_are_no_reason_to_stop(long time)
    {
        using MemoryStream file = new();
        using (PcapNgWriter writer = new(file, "eth0", "test"))
            foreach ((byte[] frame, long usual) in Captures.Frames(Scan).Take(40)) writer.Write(frame, frame[^1] % 2 == 0 ? time : usual, FrameDirection.Unknown, 0, default);
        ReplayBytes(file.ToArray()).Totals.Fault.Should().BeNull();
    }

    [Fact]
    public void Standard_input_and_no_file_are_refused()
    {
        FluentActions.Invoking(() => Captures.Replay("-")).Should().Throw<ReplayException>().WithMessage("*give a file*");
        FluentActions.Invoking(() => Captures.Replay("/no/such/file")).Should().Throw<ReplayException>().WithMessage("Capture '/no/such/file'*");
    }

    [Fact]
    public void A_target_that_is_not_there_is_refused_with_those_that_are() =>
        FluentActions.Invoking(() => Captures.Replay(Captures.Of(Scan), new ReplayOptions { Target = "000099" }))
            .Should().Throw<ReplayException>().WithMessage("*000002 (20:00:02:00:00:00:00:02)*");

    [Theory]
    [InlineData("20:00:02:00:00:00:00:02")]
    [InlineData("000002")]
    [InlineData("02:00:00:00:00:02")]
    public void A_target_can_be_named(string name) =>
        Captures.Replay(Captures.Of(Scan), new ReplayOptions { Target = name }).Totals.Different.Should().Be(0);

    [Theory]
    [InlineData("{", "*Tolerance file 'x'*")]
    [InlineData("null", "*empty*")]
    [InlineData("""{"rules":[{"field":"data","why":"y"}]}""", "*rule 1: 'exchange' is missing*")]
    [InlineData("""{"rules":[{"exchange":"*","why":"y"}]}""", "*rule 1: 'field' is missing*")]
    [InlineData("""{"rules":[{"exchange":"*","field":"data"}]}""", "*rule 1: 'why' is missing*")]
    [InlineData("""{"rules":[{"exchange":"*","field":"data","why":"y","bytes":"5-3"}]}""", "*rule 1: 'bytes' is not like*")]
    [InlineData("""{"rules":[{"exchange":"*","field":"data","why":"y","bytes":"-"}]}""", "*rule 1: 'bytes' is not like*")]
    [InlineData("""{"rules":[{"exchange":"*","field":"data","why":"y"},{"exchange":"*","field":"data","why":"y","when":"never"}]}""", "*rule 2: 'when' is not*")]
    [InlineData("""{"rules":[],"strictly":true}""", "*strictly*")]
    public void A_tolerance_file_that_says_what_no_rule_can_say_is_refused(string json, string message) =>
        FluentActions.Invoking(() => Tolerance.Parse(Encoding.UTF8.GetBytes(json), "x")).Should().Throw<ReplayException>().WithMessage(message)
            .Which.Message.Should().NotContain("\n");

    [Fact]
    public void A_rule_of_a_file_allows_what_it_says_and_no_more()
    {
        List<(byte[] Frame, long Time)> frames = Captures.Frames(Scan);
        frames[46].Frame[63] ^= 0x08; // the status of a TEST UNIT READY
        ReferenceReplayTests.Seal(frames[46].Frame);
        Captures.Replay(frames).Totals.Different.Should().Be(1);
        Captures.Replay(frames, With("""{"rules":[{"exchange":"TEST*","field":"status","why":"busy"}]}""")).Totals.Different.Should().Be(0);
        Captures.Replay(frames, With("""{"rules":[{"exchange":"TEST*","field":"data","why":"busy"}]}""")).Totals.Different.Should().Be(1);
        Captures.Replay(frames, With("""{"builtIn":false,"rules":[{"exchange":"TEST*","field":"status","why":"busy"}]}""")).Totals.Different.Should().BeGreaterThan(5);

        static ReplayOptions With(string json) => new() { Tolerance = Tolerance.Parse(Encoding.UTF8.GetBytes(json), "x") };
    }

    private static (ReportList Report, ReplayTotals Totals) ReplayBytes(byte[] bytes)
    {
        using TemporaryFile file = new();
        File.WriteAllBytes(file.Path, bytes);
        return Captures.Replay(file.Path);
    }

    /// <summary>A classic capture in the other byte order.</summary>
    private static byte[] Swapped(byte[] little)
    {
        byte[] big = [.. little];
        Reverse(0, 4);
        Reverse(4, 2);
        Reverse(6, 2);
        for (int at = 8; at < 24; at += 4) Reverse(at, 4);
        for (int at = 24; at < big.Length;)
        {
            int length = BitConverter.ToInt32(little, at + 8);
            for (int field = 0; field < 16; field += 4) Reverse(at + field, 4);
            at += 16 + length;
        }
        return big;

        void Reverse(int at, int length) => big.AsSpan(at, length).Reverse();
    }

    private static byte[] PcapNg()
    {
        using MemoryStream file = new();
        using PcapNgWriter writer = new(file, "eth0", "test");
        foreach ((byte[] frame, long time) in Captures.Frames(Scan)) writer.Write(frame, time, FrameDirection.Unknown, 0, default);
        writer.Flush();
        return file.ToArray();
    }
}
