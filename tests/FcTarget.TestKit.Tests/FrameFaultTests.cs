// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Initiator;

namespace FcTarget.TestKit.Tests;

public sealed class FrameFaultTests : IDisposable
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 65536).Select(i => (byte)(i * 31 >> 3))];

    private readonly TestFabric _fabric = new();
    private readonly TestHost _host;

    public FrameFaultTests()
    {
        _fabric.AddLogicalUnit();
        _host = _fabric.AddHost();
        _host.Writes(0, Data);
        _fabric.Frames.Forget();
    }

    [Fact]
    public void A_dropped_answer_is_a_command_that_times_out_and_is_aborted()
    {
        FrameFault fault = _fabric.Faults.Drop(f => f.Is("FCP_RSP"));
        TimeSpan before = _fabric.Clock.Elapsed;
        _host.Executes(Cdbs.TestUnitReady).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        (_fabric.Clock.Elapsed - before).Should().BeGreaterThan(TimeSpan.FromSeconds(29)).And.BeLessThan(TimeSpan.FromSeconds(40));
        fault.Hits.Should().Be(1);
        fault.Left.Should().Be(0);
        _fabric.Frames.Expects("FCP_RSP", times: 1)[0].Fault.Should().Be("dropped");
        _fabric.Advance(TimeSpan.FromSeconds(11)); // R_A_TOV
        _fabric.Frames.ExpectsInOrder("FCP_CMND", "FCP_RSP", "ABTS", "BA_ACC", "RRQ");
        _host.Reads(0, 128).Should().Equal(Data);
    }

    [Fact]
    public void A_delayed_frame_comes_when_its_time_is_there()
    {
        _fabric.Faults.Delay(f => f.Is("FCP_RSP"), by: TimeSpan.FromSeconds(3));
        TimeSpan before = _fabric.Clock.Elapsed;
        _host.Executes(Cdbs.TestUnitReady).IsGood.Should().BeTrue();
        (_fabric.Clock.Elapsed - before).Should().BeCloseTo(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void A_delayed_data_frame_is_behind_those_sent_after_it()
    {
        _fabric.Faults.Delay(f => f.Is("FCP_DATA"), by: TimeSpan.FromMilliseconds(1));
        byte[] back = new byte[Data.Length];
        ScsiResult result = _host.Executes(Cdbs.Read10(0, 128), dataIn: back);
        result.IsGood.Should().BeTrue(result.ToString());
        back.Should().Equal(Data);
    }

    [Fact]
    public void A_corrupted_frame_fails_its_CRC_and_is_counted()
    {
        _fabric.Faults.Corrupt(f => f.Is("FCP_CMND"));
        _host.Executes(Cdbs.TestUnitReady).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        _fabric.Counters.FcoeBadCrc.Should().Be(1);
    }

    [Fact]
    public void A_duplicated_command_is_done_once()
    {
        _fabric.Probes.Clear();
        _fabric.Faults.Duplicate(f => f.Is("FCP_CMND"));
        _host.Executes(Cdbs.TestUnitReady).IsGood.Should().BeTrue();
        _fabric.Counters.CommandsDuplicate.Should().Be(1);
        _fabric.Probes.Expects("scsi-command", times: 1);
    }

    [Fact]
    public void An_edited_frame_has_a_right_CRC()
    {
        _fabric.Faults.Edit(f => f.Is("FCP_CMND"), (ref FcHeader _, Span<byte> payload) => payload[12] = 0xFF); // the operation code
        ScsiResult result = _host.Executes(Cdbs.TestUnitReady);
        result.Sense.Should().Be(new Scsi.Sense(Scsi.SenseKey.IllegalRequest, 0x20, 0x00));
        _fabric.Counters.FcoeBadCrc.Should().Be(0);
    }

    [Fact]
    public void Faults_strike_as_often_as_they_are_told_and_can_be_cleared()
    {
        FrameFault fault = _fabric.Faults.Duplicate(f => f.Is("FCP_CMND"), times: 2);
        for (int i = 0; i < 3; i++) _host.Executes(Cdbs.TestUnitReady);
        fault.Hits.Should().Be(2);
        _fabric.Faults.Drop(f => f.Is("FCP_CMND"), times: int.MaxValue);
        _fabric.Faults.Clear();
        _host.Executes(Cdbs.TestUnitReady).IsGood.Should().BeTrue();
    }

    public void Dispose() => _fabric.Dispose();
}
