// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;
using FcTarget.TestKit;

namespace FcTarget.Replay.Tests;

/// <summary>The initiator's side of captures, against our own target, live.</summary>
public sealed class InitiatorReplayTests
{
    [Theory]
    [InlineData("vn2vn-scsi-probe.pcap", 21)]
    [InlineData("vn2vn-write-read.pcap", 5)]
    [InlineData("vn2vn-login-scan.pcap", 19)]
    [InlineData("vn2vn-errors.pcap", 6)]
    public void A_live_target_answers_as_the_captured_one_did(string name, int exchanges)
    {
        (ReportList report, ReplayTotals totals) = Replay(Captures.Of(name));
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Exchanges.Should().Be(exchanges);
        totals.Strays.Should().Be(0);
    }

    [Fact]
    public void What_was_written_must_be_read_and_what_was_not_need_not()
    {
        List<(byte[] Frame, long Time)> frames = Captures.Frames("vn2vn-write-read.pcap");
        frames[79].Frame[200] ^= 1;
        ReferenceReplayTests.Seal(frames[79].Frame);
        Replay(frames).Report.Different.Should().ContainSingle().Which.Differences.Should().ContainSingle().Which.Frame.Should().Be(80);
        List<(byte[] Frame, long Time)> readsOnly = [.. frames.Skip(73)];
        (ReportList report, _) = Replay(readsOnly);
        report.Different.Should().BeEmpty();
        report.Exchanges[0].Reasons.Should().ContainMatch("a live target holds its own data*");
    }

    [Fact]
    public void A_smaller_disk_is_told()
    {
        (ReportList report, _) = Replay(Captures.Of("vn2vn-login-scan.pcap"), "128M");
        report.Different.Select(e => e.Name).Distinct().Should().Equal("READ CAPACITY(16)");
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(List<(byte[] Frame, long Time)> frames)
    {
        using TemporaryFile file = new();
        using (Wire.Capture.PcapWriter writer = Wire.Capture.PcapWriter.Create(file.Path))
            foreach ((byte[] frame, long time) in frames) writer.Write(frame, time);
        return Replay(file.Path);
    }

    // Two commands are outstanding, one of them is aborted: so it was with a target that holds commands, so it is with ours. To a target that
    // answers at once there is nothing to abort.
    [Fact]
    public void Concurrency_aborts_and_link_services_are_the_captures()
    {
        using TemporaryFile file = new();
        using (LiveRig rig = new(new HeldUnit { AnswersTestUnitReady = true }, file.Path)) rig.Converse();
        (ReportList report, ReplayTotals totals) = Captures.Replay(file.Path);
        report.Exchanges.Select(e => e.Name).Should().Contain(["PLOGI", "PRLI", "ADISC", "RTV", "ABTS", "LOGICAL UNIT RESET", "LOGO"]);

        HeldUnit held = new() { AnswersTestUnitReady = true };
        using (LiveRig rig = new(held))
        {
            (report, totals) = rig.Replay(file.Path);
            string.Join("\n", report.Different).Should().BeEmpty();
            report.Exchanges.Where(e => e.Name is "PLOGI" or "PRLI" or "ADISC" or "RTV" or "ABTS" or "LOGICAL UNIT RESET" or "LOGO").Select(e => e.Name)
                .Should().Equal("PLOGI", "PRLI", "ADISC", "RTV", "ABTS", "LOGICAL UNIT RESET", "ABTS", "LOGO", "PLOGI", "PRLI");
            report.Exchanges.Should().OnlyContain(e => e.Name != "ABTS" || e.Reasons.Count == 0);
            rig.MostOutstanding.Should().Be(2);
            totals.Strays.Should().Be(0);
        }
        using (LiveRig rig = new(Disk()))
        {
            (report, _) = rig.Replay(file.Path);
            report.Exchanges.Where(e => e.Name == "ABTS").Should().HaveCount(2).And.OnlyContain(e => e.Reasons.Any(why => why.Contains("had answered the command before")));
        }
    }

    [Fact]
    public void PDISC_and_PRLO_are_sent_and_compared_and_what_follows_has_a_login()
    {
        using TemporaryFile file = new();
        using (LiveRig rig = new(Disk(), file.Path)) rig.ConverseAboutLogins();
        using (LiveRig rig = new(Disk()))
        {
            (ReportList report, ReplayTotals totals) = rig.Replay(file.Path);
            string.Join("\n", report.Different).Should().BeEmpty();
            report.Exchanges.Select(e => e.Name).Where(name => name is "PDISC" or "PRLO" or "LOGO" or "PLOGI").Should().Equal("PLOGI", "PDISC", "PRLO", "LOGO", "PLOGI");
            report.Exchanges[^1].Name.Should().Be("TEST UNIT READY");
            totals.Strays.Should().Be(0);
        }

        // What the captured target answered otherwise is told.
        List<(byte[] Frame, long Time)> frames = Captures.FramesOf(file.Path);
        int answer = 1 + frames.FindIndex(f => f.Frame[28] == 0x22 && f.Frame[52] == 0x21);
        frames[answer].Frame[52].Should().Be(0x02);
        frames[answer].Frame[52 + 4 + 2] ^= 0x01; // response code of the PRLO page
        ReferenceReplayTests.Seal(frames[answer].Frame);
        Replay(frames).Report.Different.Should().ContainSingle().Which.Name.Should().Be("PRLO");
    }

    [Fact]
    public void A_login_that_is_answered_otherwise_is_told()
    {
        List<(byte[] Frame, long Time)> frames = Captures.Frames("vn2vn-login-scan.pcap");
        int accept = frames.FindIndex(f => f.Frame[28] == 0x23 && f.Frame[35] == 0x02 && f.Frame[52] == 0x02 && f.Frame[53] == 0x10); // LS_ACC to PRLI
        frames[accept].Frame[52 + 4 + 2] ^= 0x01; // ACCEPT RESPONSE CODE
        ReferenceReplayTests.Seal(frames[accept].Frame);
        Replay(frames).Report.Different.Should().ContainSingle().Which.Differences.Should().ContainSingle().Which.Should()
            .Match<Difference>(d => d.Field == "response code" && d.Frame == accept + 1);
    }

    [Theory]
    [InlineData("vn2vn-scsi-probe.pcap")]
    [InlineData("vn2vn-write-read.pcap")]
    [InlineData("vn2vn-login-scan.pcap")]
    [InlineData("vn2vn-errors.pcap")]
    [InlineData("fabric-login.pcapng")]
    [InlineData("fabric-vlan.pcapng")]
    public void In_memory_our_own_target_holds_what_the_captured_one_held(string name)
    {
        ReportList report = new();
        ReplayTotals totals = CaptureReplay.AsInitiatorInMemory(Captures.Of(name), new ReplayOptions(), report);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Should().NotContain(e => e.Reasons.Any(why => why.StartsWith("a live target holds its own data")));
        totals.Exchanges.Should().BePositive();
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(string path, string unit = "256M")
    {
        using LiveRig rig = new(Disk(unit));
        return rig.Replay(path);
    }

    private static BlockDevice Disk(string size = "256M")
    {
        ByteSize.TryParse(size, out long bytes).Should().BeTrue();
        return new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, new MemoryStore(bytes));
    }
}
