// SPDX-License-Identifier: MIT

using System.IO.Compression;
using System.Text.Json;
using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Wire.Capture;
using FcTarget.Wire.Recording;

namespace FcTarget.Decode.Tests;

public sealed class FrameDecoderTests
{
    private const string LoginScan = "vn2vn-login-scan.pcap", WriteRead = "vn2vn-write-read.pcap", Errors = "vn2vn-errors.pcap";

    [Theory, MemberData(nameof(Captures.Names), MemberType = typeof(Captures))]
    public void The_reference_captures_have_a_line_a_frame_and_no_problem(string name)
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Bytes(name));
        lines.Should().HaveCount(Captures.Frames(name).Count);
        lines.Should().NotContain(line => line.Contains(" ! "));
        decoder.Problems.Should().Be(0);
        decoder.Counts[(int)FrameKind.Other].Should().Be(0);
        decoder.Counts[(int)FrameKind.Fc].Should().Be(0);
    }

    [Fact]
    public void A_login_reads_as_the_standard_writes_it()
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Bytes(LoginScan));
        lines[0].Should().Be("     1 0.000000000 02:00:00:00:00:01>01:10:18:01:00:04 FIP VN2VN Probe Request: MAC 02:00:00:00:00:01, "
            + "name 1000020000000001, Vx_Port 000001 2000020000000001 MAC 0e:fd:00:00:00:01");
        lines[6].Should().Be("     7 0.930154000 000001>000002 0000/ffff FIP LS_ACC FLOGI: name 2000020000000001 node 1000020000000001, "
            + "receives 2112, MAC 0e:fd:00:00:00:01 [35.0 us]");
        lines[11].Should().Be("    12 0.930363000 000001>000002 0000/ffff LS_ACC PRLI: FCP initiator RETRY CONF [24.0 us]");
        lines[44].Should().Be("    45 0.932928000 000002>000001 0000/0000 FCP_RSP REPORT SUPPORTED OPERATION CODES: "
            + "CHECK CONDITION, ILLEGAL REQUEST 20/00 INVALID COMMAND OPERATION CODE [26.0 us]");
        decoder.ExchangesEnded.Should().Be(23);
        decoder.Unanswered.Should().Be(0);
    }

    [Fact]
    public void A_write_is_followed_from_FCP_CMND_to_FCP_RSP()
    {
        (string[] lines, _) = Captures.Decode(Captures.Bytes(WriteRead));
        lines[3].Should().EndWith("FCP_CMND WRITE(10): LUN 0, LBA 0, 128 blocks, FCP_DL 65536");
        lines[4].Should().EndWith("FCP_XFER_RDY WRITE(10): offset 0, burst 65536");
        lines[37].Should().EndWith("FCP_RSP WRITE(10): GOOD [1040.0 us, 65536 bytes]");
    }

    [Fact]
    public void An_FCP_RSP_that_SRR_asked_for_is_said_to_be_sent_again()
    {
        string[] lines = Captures.Decode(Captures.Bytes("fabric-recovery.pcapng")).Lines;
        string srr = lines.Should().ContainSingle(line => line.Contains(" SRR: ") && line.EndsWith("R_CTL 07")).Subject;
        lines.Skip(Array.IndexOf(lines, srr)).Should().ContainSingle(line => line.EndsWith("FCP_RSP WRITE(10): GOOD, sent again"));
        lines.Should().NotContain(line => line.Contains("not in the capture"));
    }

    [Fact]
    public void Frames_that_the_recorder_dropped_are_a_problem_of_the_next_one()
    {
        List<byte[]> frames = Captures.Frames(Errors);
        using MemoryStream file = new();
        using (PcapNgWriter writer = new(file, "eth0", "test"))
        {
            for (int i = 0; i < frames.Count; i++) writer.Write(frames[i], i, FrameDirection.Inbound, dropped: i == 3 ? 7u : 0, comment: default);
        }
        (string[] lines, FrameDecoder decoder) = Captures.Decode(file.ToArray());
        lines.Should().ContainSingle(line => line.Contains(" ! ")).Which.Should().Be(lines[3]).And.EndWith(" ! the recorder dropped 7 frames before it");
        decoder.Problems.Should().Be(1);
    }

    [Fact]
    public void Residuals_and_sense_are_named()
    {
        string[] lines = Captures.Decode(Captures.Bytes(Errors)).Lines;
        lines[6].Should().Contain("CHECK CONDITION, ILLEGAL REQUEST 21/00 LOGICAL BLOCK ADDRESS OUT OF RANGE");
        lines[12].Should().Contain("GOOD, over by 512");
        lines[15].Should().Contain("GOOD, under by 1024 [142.0 us, 1024 bytes]");
    }

    [Fact]
    public void A_wrong_CRC_is_flagged_and_the_frame_still_shown()
    {
        List<byte[]> frames = Captures.Frames(Errors);
        frames[5][^12] ^= 1;
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(frames));
        lines[5].Should().Contain("FCP_CMND").And.EndWith(" ! wrong FC CRC");
        decoder.Problems.Should().Be(1);
    }

    [Fact]
    public void A_lost_data_frame_is_a_gap_and_the_answer_does_not_add_up()
    {
        List<byte[]> frames = Captures.Frames(WriteRead);
        frames.RemoveAt(10);
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(frames));
        lines[10].Should().EndWith("! 1 frame missing before SEQ_CNT 6");
        lines[36].Should().EndWith("! 63488 data bytes in the capture, FCP_RSP says 65536");
        decoder.Problems.Should().Be(2);
    }

    [Fact]
    public void A_request_without_an_answer_is_named()
    {
        List<byte[]> frames = Captures.Frames(WriteRead);
        frames.RemoveAt(2); // LS_ACC of ADISC
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(frames));
        lines[2].Should().EndWith("! OX_ID used again: no answer to frame 2 (ADISC)");
        decoder.Unanswered.Should().Be(1);
        Captures.Decode(Captures.Of(frames.Take(2))).Decoder.Open.Single().Name.Should().Be("ADISC", "the file ends before the answer");
    }

    [Fact]
    public void A_request_that_the_recording_says_was_refused_waits_for_no_answer()
    {
        List<byte[]> frames = Captures.Frames(WriteRead);
        frames.RemoveAt(2); // LS_ACC of ADISC
        (string[] lines, FrameDecoder decoder) = Captures.Decode(
            Captures.WithComments(frames.Select((frame, i) => (frame, i == 1 ? "rport-login-start !zone-denied"u8.ToArray() : []))));
        lines[1].Should().Contain("ADISC").And.EndWith(" # rport-login-start !zone-denied");
        lines[2].Should().NotContain(" ! ");
        decoder.Problems.Should().Be(0);
        decoder.Unanswered.Should().Be(0);
    }

    [Fact]
    public void A_comment_of_whatever_bytes_is_one_line_of_text_and_valid_JSON()
    {
        byte[] frame = Captures.Frames(WriteRead)[0];
        byte[][] comments = [[0x1B, (byte)'[', (byte)'2', (byte)'J', 0x0A, 0xFF, 0xC3], [.. Enumerable.Repeat((byte)0xE2, 60_000)], "gr\u00fc\u00df"u8.ToArray()];
        byte[] capture = Captures.WithComments(comments.Select(comment => (frame, comment)));
        string[] lines = Captures.Decode(capture).Lines;
        lines.Should().HaveCount(3).And.NotContain(line => line.Any(char.IsControl)).And.OnlyContain(line => line.Length < 600);
        lines[2].Should().Contain(" # gr\u00fc\u00df");
        foreach (string line in Captures.Decode(capture, format: DecodeFormat.Json).Lines)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            json.RootElement.GetProperty("comment").GetString().Should().NotBeEmpty();
        }
    }

    [Fact]
    public void A_capture_that_begins_in_mid_conversation_has_no_problem()
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(Captures.Frames(LoginScan).Skip(19)));
        decoder.Problems.Should().Be(0);
        lines[0].Should().EndWith("FCP_RSP: GOOD, its request is not in the capture");
    }

    [Fact]
    public void A_capture_of_both_sides_of_a_bridge_has_no_problem_and_the_same_exchanges()
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(Captures.Frames(WriteRead).SelectMany(frame => new[] { frame, frame })));
        decoder.Problems.Should().Be(0);
        decoder.ExchangesEnded.Should().Be(5);
        lines.Count(line => line.EndsWith("(same frame again)")).Should().Be(140, "but for the FIP frame");
        lines.Should().Contain(line => line.EndsWith(" LS_ACC ADISC: (same frame again)"));
    }

    [Fact]
    public void Frames_cut_by_a_snap_length_are_shown_as_far_as_they_go()
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(Captures.Frames(WriteRead), snapLength: 96));
        decoder.Problems.Should().Be(0);
        lines[5].Should().Contain("FCP_DATA WRITE(10): offset 0").And.EndWith("(cut by the snap length)");
    }

    // Whatever the length: what is not there is nobody's fault.
    [Theory, MemberData(nameof(Captures.Names), MemberType = typeof(Captures))]
    public void No_snap_length_makes_a_problem(string name)
    {
        List<byte[]> frames = Captures.Frames(name);
        HashSet<string> wrong = [.. Captures.Decode(Captures.Of(frames)).Lines.Where(line => line.Contains(" ! ")).Select(Number)]; // without its comments
        foreach (int snapLength in (int[])[1, 14, 28, 51, 52, 53, 56, 60, 63, 64, 65, 68, 75, 76, 80, 84, 88, 95, 100, 128, 200, 1000, 2000, 2147])
        {
            string[] lines = Captures.Decode(Captures.Of(frames, snapLength)).Lines;
            lines.Should().HaveCount(frames.Count);
            lines.Where(line => line.Contains(" ! ") && !line.Contains("shorter than an Ethernet header") && !wrong.Contains(Number(line)))
                .Should().BeEmpty($"the snap length is {snapLength}");
        }

        static string Number(string line) => line.TrimStart().Split(' ')[0];
    }

    [Fact]
    public void Other_protocols_and_link_types_are_said_to_be_other()
    {
        byte[] arp = new byte[60];
        arp[12] = 0x08;
        arp[13] = 0x06;
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of([arp, new byte[5]]));
        lines[0].Should().EndWith("EtherType 0806");
        lines[1].Should().EndWith("! shorter than an Ethernet header");
        decoder.Counts[(int)FrameKind.Other].Should().Be(2);
        Captures.Decode(Captures.Of([arp], linkType: 101)).Lines[0].Should().EndWith("link type 101, not Ethernet");
    }

    [Fact]
    public void Every_JSON_line_is_an_object_with_the_frame_s_number()
    {
        string[] lines = Captures.Decode(Captures.Bytes(LoginScan), format: DecodeFormat.Json).Lines;
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument json = JsonDocument.Parse(lines[i]);
            json.RootElement.GetProperty("frame").GetInt64().Should().Be(i + 1);
        }
        using JsonDocument rsp = JsonDocument.Parse(lines[44]);
        rsp.RootElement.GetProperty("of").GetString().Should().Be("REPORT SUPPORTED OPERATION CODES");
        rsp.RootElement.GetProperty("exchangeNanoseconds").GetInt64().Should().Be(26_000);
    }

    [Fact]
    public void Gzip_is_read_as_it_comes()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (GZipStream gzip = new(File.Create(path), CompressionLevel.Fastest)) gzip.Write(Captures.Bytes(LoginScan));
            using PcapReader reader = CaptureDecoding.Open(path);
            CaptureDecoding.Run(reader, null, DecodeFormat.Text, Stream.Null).Counts.Sum().Should().Be(66);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Mutated_captures_never_throw_and_never_loop()
    {
        Random random = new(5);
        string[] names = [LoginScan, Errors, "vn2vn-scsi-probe.pcap", "vn2vn-link-bounce.pcap"];
        for (int i = 0; i < 1000; i++)
        {
            List<byte[]> frames = Captures.Frames(names[i % names.Length]);
            for (int changes = random.Next(1, 20); changes > 0; changes--)
            {
                int at = random.Next(frames.Count);
                switch (random.Next(5))
                {
                    case 0: frames.RemoveAt(at); break;
                    case 1: frames.Insert(random.Next(frames.Count), frames[at]); break;
                    case 2: frames[at] = frames[at][..random.Next(frames[at].Length)]; break;
                    default: if (frames[at].Length > 0) frames[at][random.Next(frames[at].Length)] ^= (byte)(1 << random.Next(8)); break;
                }
                if (frames.Count == 0) break;
            }
            Captures.Decode(Captures.Of(frames)).Lines.Should().HaveCount(frames.Count);
        }
    }

    [Fact]
    public void Any_file_is_decoded_or_refused()
    {
        Random random = new(9);
        byte[] whole = Captures.Bytes(LoginScan);
        for (int i = 0; i < 1000; i++)
        {
            byte[] file = whole[..random.Next(whole.Length)];
            for (int flips = random.Next(10); flips > 0 && file.Length > 0; flips--) file[random.Next(file.Length)] ^= (byte)random.Next(256);
            try
            {
                Captures.Decode(file);
            }
            catch (CaptureFormatException refusal)
            {
                refusal.Message.Should().NotBeEmpty();
            }
        }
    }

    [Fact]
    public void Exchanges_that_never_end_are_bounded()
    {
        List<byte[]> frames = Captures.Frames(WriteRead);
        byte[] adisc = frames[1];
        FrameDecoder decoder = new();
        using MemoryStream file = new(Captures.Of(Enumerable.Range(0, 200_000).Select(i =>
        {
            byte[] other = (byte[])adisc.Clone();
            Span<byte> fc = other.AsSpan(28, 24 + 28); // behind Ethernet and FCoE header: ADISC in its frame
            (fc[16], fc[17], fc[11]) = ((byte)(i >> 8), (byte)i, (byte)(i >> 16)); // OX_ID and S_ID
            FcoeFrame.WriteTrailer(other.AsSpan(28 + fc.Length), FcCrc.End(FcCrc.Append(FcCrc.Begin(), fc)), Eof.EOFt);
            return other;
        })));
        using PcapReader reader = new(file);
        while (reader.TryRead(out CapturedFrame frame)) decoder.Decode(frame);
        decoder.Open.Count().Should().Be(65536);
        decoder.Unanswered.Should().Be(200_000);
    }
}
