// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats;
using FcTarget.Formats.Fcoe;

namespace FcTarget.Replay.Tests;

/// <summary>Each capture of captures/ is a test: our target answers what the captured one answered.</summary>
public sealed class ReferenceReplayTests
{
    private const int FcAt = 14 + FcoeFrame.HeaderLength, PayloadAt = FcAt + 24;

    public static TheoryData<string> Names() => Captures.Names();

    [Theory, MemberData(nameof(Names))]
    public void Every_exchange_is_same_or_equivalent(string name)
    {
        (ReportList report, ReplayTotals totals) = Captures.Replay(Captures.Of(name));
        report.Different.Should().BeEmpty();
        totals.Fault.Should().BeNull();
        // What zoning keeps back, or is for a port that has left, is in the recording of a fabric all the same.
        if (!name.StartsWith("fabric-", StringComparison.Ordinal)) totals.Strays.Should().Be(0);
        totals.Exchanges.Should().Be(report.Exchanges.Count).And.BePositive();
    }

    [Theory, MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_frames(string name)
    {
        byte[] first = Output(seed: 7), second = Output(seed: 7);
        first.Should().Equal(second);
        first.Length.Should().BeGreaterThan(500);

        byte[] Output(int seed)
        {
            using MemoryStream output = new();
            Captures.Replay(Captures.Of(name), new ReplayOptions { Seed = seed, Output = output });
            return output.ToArray();
        }
    }

    [Fact]
    public void Strict_tells_what_the_tolerances_allow()
    {
        (ReportList report, _) = Captures.Replay(Captures.Of("vn2vn-scsi-probe.pcap"), new ReplayOptions { Tolerance = Compare.Tolerance.None });
        report.Different.Select(e => e.Name).Should().Contain(["INQUIRY", "MODE SENSE(10)"]).And.NotContain("TEST UNIT READY");
    }

    // The byte of the frame, what the report calls it, and the field.
    [Theory]
    [InlineData("vn2vn-login-scan.pcap", 47, PayloadAt + 11, "TEST UNIT READY", "status")]
    [InlineData("vn2vn-login-scan.pcap", 31, PayloadAt + 15, "READ CAPACITY(16)", null)]            // FCP_RESID without its flag means nothing
    [InlineData("vn2vn-login-scan.pcap", 34, PayloadAt + 15, "REPORT LUNS", "residual")]
    [InlineData("vn2vn-login-scan.pcap", 33, PayloadAt + 8, "REPORT LUNS", "data")]
    [InlineData("vn2vn-login-scan.pcap", 30, PayloadAt + 2, "READ CAPACITY(16)", "data")]           // the other answers have the right one
    [InlineData("vn2vn-errors.pcap", 2, PayloadAt + 24 + 2, "OPERATION CODE FFh", "sense.key")]
    [InlineData("vn2vn-errors.pcap", 7, PayloadAt + 24 + 12, "READ(10)", "sense.code")]
    [InlineData("vn2vn-write-read.pcap", 80, PayloadAt + 100, "READ(10)", "data")]                  // what was written is read
    [InlineData("vn2vn-write-read.pcap", 3, PayloadAt + 15, "ADISC", "port name")]
    [InlineData("vn2vn-link-bounce.pcap", 32, PayloadAt + 11, "TEST UNIT READY", "status")]
    public void One_byte_of_an_answer_is_exactly_that_difference(string name, int number, int at, string exchange, string? field)
    {
        List<(byte[] Frame, long Time)> frames = Captures.Frames(name);
        byte[] frame = frames[number - 1].Frame;
        frame[at] ^= 0x01;
        Seal(frame);
        (ReportList report, _) = Captures.Replay(frames);
        if (field is null)
        {
            report.Different.Should().BeEmpty();
            return;
        }
        ReportList.Entry different = report.Different.Should().ContainSingle().Subject;
        different.Name.Should().Be(exchange);
        different.Differences.Should().ContainSingle().Which.Should().Match<Difference>(d => d.Field == field && d.Frame == number);
    }

    internal static void Seal(Span<byte> frame)
    {
        int end = frame.Length - FcoeFrame.TrailerLength;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[end..], FcCrc.Compute(frame[FcAt..end]));
    }
}
