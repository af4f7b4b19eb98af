// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

public sealed class FrameLossTests
{
    private const int Size = 600 * 1024; // three bursts

    /// <summary>Kind of frame, which of them, write or read, and whether the target still has the exchange when ABTS comes.</summary>
    public static TheoryData<RCtl, int, bool, bool> LostFrames() => new()
    {
        { FcpIu.Cmnd, 1, true, true },      // never seen: BA_ACC says that nothing of it is left (FC-FS-3, ABTS)
        { FcpIu.Cmnd, 1, false, true },
        { FcpIu.XferRdy, 1, true, true },
        { FcpIu.XferRdy, 3, true, true },
        { FcpIu.Data, 1, true, true },
        { FcpIu.Data, 200, true, true },
        { FcpIu.Data, 293, true, true },    // the last but one
        { FcpIu.Data, 1, false, false },    // the target has sent FCP_RSP and closed the exchange
        { FcpIu.Data, 150, false, false },
        { FcpIu.Rsp, 1, true, false },
    };

    [Theory]
    [MemberData(nameof(LostFrames))]
    public void Command_that_lost_a_frame_times_out_is_aborted_and_can_be_retried(RCtl kind, int n, bool write, bool targetHasIt)
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(Size), back = new byte[Size];
        if (!write) data.CopyTo(rig.Medium(0, Size));
        InitiatorCommand command = write ? rig.Write(0, data) : rig.Read(0, back);
        rig.Segment.Filter = WireFaults.Nth(kind, n, FrameVerdict.Drop);

        rig.Runs(command).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        InitiatorCounters counters = rig.Initiator.Counters;
        counters.AbtsSent.Should().Be(1);
        (counters.AbtsAccepted + counters.AbtsRejected).Should().Be(1);
        if (targetHasIt) counters.AbtsAccepted.Should().Be(1);
        rig.TargetOpenExchanges.Should().Be(0);

        rig.RunsWell(command);
        if (write) rig.Medium(0, Size).SequenceEqual(data).Should().BeTrue();
        else back.AsSpan().SequenceEqual(data).Should().BeTrue();
        rig.Advance(TimeSpan.FromSeconds(11));
        rig.Initiator.OpenExchanges.Should().Be(0);
        rig.TargetOpenExchanges.Should().Be(0);
        rig.Logins.Should().Be(1);
    }

    [Fact]
    public void Lost_FCP_RSP_of_a_read_is_made_good_by_a_retry()
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(4096), back = new byte[4096];
        data.CopyTo(rig.Medium(0, 4096));
        InitiatorCommand read = rig.Read(0, back);
        rig.Segment.Filter = WireFaults.Nth(FcpIu.Rsp, 1, FrameVerdict.Drop);

        rig.Runs(read).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        rig.RunsWell(read);
        back.Should().Equal(data);
    }

    [Fact]
    public void Missing_read_data_is_given_up_after_E_D_TOV_once_the_status_is_there()
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        InitiatorCommand read = rig.Read(0, new byte[65536]);
        read.Timeout = TimeSpan.FromSeconds(30);
        rig.Segment.Filter = WireFaults.Nth(FcpIu.Data, 3, FrameVerdict.Drop);
        TimeSpan start = rig.Clock.Elapsed;

        rig.Runs(read).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        (rig.Clock.Elapsed - start).Should().BeCloseTo(rig.Port.Local.Options.EDTov, TimeSpan.FromMilliseconds(10));
        read.BytesMoved.Should().BeLessThan(65536);
    }

    [Fact]
    public void Lost_ABTS_is_sent_again()
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        InitiatorCommand held = rig.Command(Cdbs.TestUnitReady, lun: 1);
        rig.Segment.Filter = WireFaults.Nth(RCtl.Abts, 1, FrameVerdict.Drop);

        rig.Runs(held).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        rig.Initiator.Counters.AbtsSent.Should().Be(2);
        rig.Initiator.Counters.AbtsAccepted.Should().Be(1);
        rig.Held.Tasks.Should().BeEmpty();
    }

    [Fact]
    public void Lost_BA_ACC_is_made_good_by_another_ABTS()
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        InitiatorCommand held = rig.Command(Cdbs.TestUnitReady, lun: 1);
        rig.Segment.Filter = WireFaults.Nth(RCtl.BaAcc, 1, FrameVerdict.Drop);

        rig.Runs(held).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        rig.Initiator.Counters.AbtsSent.Should().Be(2);
        rig.TargetOpenExchanges.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Target_that_answers_no_ABTS_is_logged_out_and_logged_in_again(bool initiatorIsHigher)
    {
        foreach (Port.Topology topology in (Port.Topology[])[Port.Topology.Vn2Vn, Port.Topology.PointToPoint, Port.Topology.Fabric])
        {
            using InitiatorRig rig = new(topology, initiatorIsHigher) { ToleratesViolations = true };
            InitiatorCommand held = rig.Command(Cdbs.TestUnitReady, lun: 1);
            rig.Segment.Filter = WireFaults.Each(RCtl.Abts, static _ => FrameVerdict.Drop);

            rig.Runs(held).Outcome.Should().Be(InitiatorOutcome.TimedOut);
            rig.Initiator.Counters.AbtsUnanswered.Should().Be(1);
            rig.RunUntil(() => rig.Logins == 2 && rig.Target is not null, TimeSpan.FromSeconds(30));
            rig.TakesUnitAttentions();
            rig.RunsWell(rig.Read(0, new byte[512]));
        }
    }

    [Fact]
    public void Lost_FCP_CONF_stops_nothing()
    {
        using InitiatorRig rig = new();
        byte[] data = InitiatorRig.Pattern(4 << 20), back = new byte[data.Length];
        data.CopyTo(rig.Medium(0, data.Length));
        int confirmations = 0;
        rig.Segment.Filter = WireFaults.Each(FcpIu.Conf, n => (confirmations = n) > 0 ? FrameVerdict.Drop : FrameVerdict.Deliver);

        InitiatorCommand[] reads = [.. Enumerable.Range(0, 16).Select(i => rig.Read(i * 512, back.AsMemory(i * 262144, 262144)))];
        foreach (InitiatorCommand read in reads) rig.Initiator.Submit(read);
        rig.RunUntil(() => reads.All(c => c.IsGood), TimeSpan.FromSeconds(30));

        back.AsSpan().SequenceEqual(data).Should().BeTrue();
        confirmations.Should().BePositive();
    }
}
