// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

public sealed class DisorderTests
{
    private const int Size = 512 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Data_that_comes_twice_is_taken_once(bool write) =>
        Moves(write, static n => n % 3 == 0 ? FrameVerdict.Duplicate : FrameVerdict.Deliver);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Data_that_comes_out_of_order_is_put_where_it_belongs(bool write) =>
        Moves(write, static n => (n % 7) switch
        {
            2 or 4 => FrameVerdict.Hold,
            6 => FrameVerdict.DeliverBeforeHeld,
            _ => FrameVerdict.Deliver,
        });

    [Fact]
    public void Read_data_that_comes_after_its_status_still_counts()
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(65536), back = new byte[65536];
        data.CopyTo(rig.Medium(0, data.Length));
        rig.Segment.Filter = WireFaults.Nth(FcpIu.Data, 5, FrameVerdict.Hold);
        InitiatorCommand read = rig.Read(0, back);

        rig.Initiator.Submit(read);
        rig.Pump();
        read.Outcome.Should().Be(InitiatorOutcome.None);
        rig.Segment.ReleaseHeld();
        rig.Pump();

        read.IsGood.Should().BeTrue(InitiatorRig.Describe(read));
        back.Should().Equal(data);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FCP_XFER_RDY_and_FCP_RSP_that_come_twice_harm_nothing(bool transferReady)
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(Size);
        rig.Segment.Filter = WireFaults.Each(transferReady ? FcpIu.XferRdy : FcpIu.Rsp, static _ => FrameVerdict.Duplicate);

        InitiatorCommand write = rig.Write(0, data);
        rig.RunsWell(write);

        rig.Medium(0, Size).SequenceEqual(data).Should().BeTrue();
        write.BytesMoved.Should().Be(Size);
        rig.Completions.Should().Be(3); // two unit attentions and this
        ProtocolViolation seen = transferReady ? ProtocolViolation.XferRdyDuplicate : ProtocolViolation.ExchangeUnknown;
        rig.Initiator.Counters[seen].Should().BePositive();
    }

    [Fact]
    public void FCP_CMND_that_comes_twice_is_executed_once()
    {
        using InitiatorRig rig = new();
        rig.Segment.Filter = WireFaults.Each(FcpIu.Cmnd, static _ => FrameVerdict.Duplicate);
        InitiatorCommand held = rig.Command(TestKit.Cdbs.TestUnitReady, lun: 1);
        rig.Initiator.Submit(held);
        rig.Pump();

        rig.Held.Tasks.Should().ContainSingle();
        rig.TargetPort.Counters.CommandsDuplicate.Should().Be(1);
    }

    private static void Moves(bool write, Func<int, FrameVerdict> fate)
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(Size), back = new byte[Size];
        if (!write) data.CopyTo(rig.Medium(0, Size));
        rig.Segment.Filter = WireFaults.Each(FcpIu.Data, fate);

        InitiatorCommand command = write ? rig.Write(0, data) : rig.Read(0, back);
        rig.Initiator.Submit(command);
        rig.Pump();
        rig.Segment.ReleaseHeld(); // what was held when nothing came after it
        rig.RunUntil(() => command.Outcome != InitiatorOutcome.None, TimeSpan.FromSeconds(10));

        command.IsGood.Should().BeTrue(InitiatorRig.Describe(command));
        command.BytesMoved.Should().Be(Size);
        if (write) rig.Medium(0, Size).SequenceEqual(data).Should().BeTrue();
        else back.AsSpan().SequenceEqual(data).Should().BeTrue();
    }
}
