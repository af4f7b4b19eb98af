// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Initiator;
using FcTarget.Scsi;
using FcTarget.TestKit;

namespace FcTarget.Replay.Tests;

/// <summary>The initiator's side of captures, against our own target, live.</summary>
public sealed class InitiatorReplayTests
{
    [Theory]
    [InlineData("vn2vn-scsi-probe.pcap", 21)]
    [InlineData("vn2vn-write-read.pcap", 4)]
    [InlineData("vn2vn-login-scan.pcap", 17)]
    [InlineData("vn2vn-errors.pcap", 6)]
    public void A_live_target_answers_as_the_captured_one_did(string name, int commands)
    {
        (ReportList report, ReplayTotals totals) = Replay(Captures.Of(name));
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Exchanges.Should().Be(commands);
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
        (ReportList report, _) = Replay(Captures.Of("vn2vn-login-scan.pcap"), "memory:128M");
        report.Different.Select(e => e.Name).Distinct().Should().Equal("READ CAPACITY(16)");
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(List<(byte[] Frame, long Time)> frames)
    {
        using TemporaryFile file = new();
        using (Wire.Capture.PcapWriter writer = Wire.Capture.PcapWriter.Create(file.Path))
            foreach ((byte[] frame, long time) in frames) writer.Write(frame, time);
        return Replay(file.Path);
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(string path, string unit = "memory:256M")
    {
        using TestFabric fabric = new(seed: 5);
        fabric.AddLogicalUnit("disk", unit);
        ReportList report = new();
        return (report, CaptureReplay.AsInitiator(path, new ReplayOptions(), report, new LiveHost(fabric.AddHost("host"))));
    }

    private sealed class LiveHost(TestHost host) : IReplayInitiator
    {
        public string Target => host.Targets[0].ToString();

        public LiveAnswer Execute(Lun lun, ReadOnlySpan<byte> cdb, TaskAttribute attribute, Memory<byte> dataIn, ReadOnlyMemory<byte> dataOut) =>
            Of(host.Executes(cdb, dataIn, dataOut, Number(lun), attribute: attribute));

        public LiveAnswer Manage(Lun lun, FcpTaskManagementFlags function) => Of(host.Manages(function, Number(lun)));

        private static int Number(Lun lun) => lun.TryGetNumber(out int number) ? number : 0;

        private static LiveAnswer Of(ScsiResult result) =>
            new(result.Outcome == InitiatorOutcome.Completed, result.Status, result.SenseData, result.Residual, result.BytesMoved, result.RspCode);
    }
}
