// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.TestKit;

namespace FcTarget.Initiator.Tests;

public sealed class ProtocolViolationTests
{
    private const int Size = 64 * 1024;

    [Fact]
    public void Wrong_F_CTL_is_counted() =>
        Harmless(FcpIu.Data, 2, ProtocolViolation.FCtlWrong,
        static (ref FcHeader header, Span<byte> _) => header.FCtl |= FCtl.LastSequence);

    [Fact]
    public void FCP_RSP_without_Last_Sequence_is_counted() =>
        Harmless(FcpIu.Rsp, 1, ProtocolViolation.FCtlWrong,
        static (ref FcHeader header, Span<byte> _) => header.FCtl &= ~FCtl.LastSequence);

    [Fact]
    public void Gap_in_SEQ_CNT_is_counted() =>
        Harmless(FcpIu.Data, 3, ProtocolViolation.SeqCntWrong,
        static (ref FcHeader header, Span<byte> _) => header.SeqCnt = 77);

    [Fact]
    public void Frame_of_another_sequence_inside_an_open_one_is_counted() =>
        Harmless(FcpIu.Data, 3, ProtocolViolation.SeqIdWrong,
        static (ref FcHeader header, Span<byte> _) => header.SeqId += 9);

    [Fact]
    public void Sequence_with_the_SEQ_ID_of_the_one_before_is_counted() =>
        Harmless(FcpIu.Rsp, 1, ProtocolViolation.SeqIdWrong,
        static (ref FcHeader header, Span<byte> _) => header.SeqId--);

    [Fact]
    public void RX_ID_that_changes_is_counted() =>
        Harmless(FcpIu.Data, 2, ProtocolViolation.RxIdChanged,
        static (ref FcHeader header, Span<byte> _) => header.RxId = new RxId((ushort)0x7777));

    [Fact]
    public void FCP_DATA_without_relative_offset_ends_the_command() =>
        Fatal(FcpIu.Data, 2, ProtocolViolation.DataWithoutOffset, write: false,
        static (ref FcHeader header, Span<byte> _) => header.FCtl &= ~FCtl.RelativeOffsetPresent);

    [Theory]
    [InlineData(Size)]
    [InlineData(Size - 4)]
    [InlineData(uint.MaxValue)]
    public void FCP_DATA_beyond_FCP_DL_ends_the_command(uint offset) =>
        Fatal(FcpIu.Data, 2, ProtocolViolation.DataOutOfRange, write: false,
        (ref FcHeader header, Span<byte> _) => header.Parameter = offset);

    [Fact]
    public void Information_unit_that_a_target_does_not_send_ends_the_command() =>
        Fatal(FcpIu.Data, 2, ProtocolViolation.IuUnexpected, write: false,
        static (ref FcHeader header, Span<byte> _) => header.RCtl = FcpIu.Cmnd);

    [Fact]
    public void FCP_DATA_for_a_write_ends_it() =>
        Fatal(FcpIu.XferRdy, 1, ProtocolViolation.DataUnexpected, write: true,
        static (ref FcHeader header, Span<byte> _) => header.RCtl = FcpIu.Data);

    [Fact]
    public void FCP_XFER_RDY_for_a_read_ends_it() =>
        Fatal(FcpIu.Data, 1, ProtocolViolation.XferRdyUnexpected, write: false,
        static (ref FcHeader header, Span<byte> payload) =>
        {
            header.RCtl = FcpIu.XferRdy;
            payload[7] = 1; // a burst of some length
        });

    [Theory]
    [InlineData(0, 0, ProtocolViolation.XferRdyMalformed)]
    [InlineData(0, Size + 1, ProtocolViolation.XferRdyOutOfRange)]
    [InlineData(uint.MaxValue, 2, ProtocolViolation.XferRdyOutOfRange)]
    [InlineData(4096, 4096, ProtocolViolation.XferRdyOutOfOrder)]
    public void FCP_XFER_RDY_for_what_is_not_due_ends_the_command(uint offset, uint length, ProtocolViolation violation) =>
        Fatal(FcpIu.XferRdy, 1, violation, write: true, (ref FcHeader _, Span<byte> payload) =>
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload, offset);
            BinaryPrimitives.WriteUInt32BigEndian(payload[4..], length);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Residual_that_does_not_fit_the_data_moved_ends_the_command(bool write) =>
        Fatal(FcpIu.Rsp, 1, ProtocolViolation.ResidualWrong, write, static (ref FcHeader _, Span<byte> payload) =>
        {
            payload[10] |= (byte)FcpRspFlags.ResidUnder;
            BinaryPrimitives.WriteUInt32BigEndian(payload[12..], 512);
        });

    [Fact]
    public void FCP_RSP_that_is_shorter_than_it_says_ends_the_command() =>
        Fatal(FcpIu.Rsp, 1, ProtocolViolation.RspMalformed, write: false,
        static (ref FcHeader _, Span<byte> payload) =>
        {
            payload[10] |= (byte)FcpRspFlags.SenseLengthValid;
            payload[16] = 0xFF;
        });

    [Fact]
    public void Frames_of_no_exchange_are_counted_and_dropped()
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        rig.Segment.Filter = WireFaults.Edit(FcpIu.Data, 2,
            static (ref FcHeader header, Span<byte> _) => header.OxId = new OxId((ushort)0x3FFF));

        rig.Runs(rig.Read(0, new byte[Size])).Outcome.Should().Be(InitiatorOutcome.TimedOut);
        rig.Initiator.Counters[ProtocolViolation.ExchangeUnknown].Should().Be(1);
    }

    [Fact]
    public void Target_without_fault_has_no_violation_in_any_counter()
    {
        using InitiatorRig rig = new();
        rig.RunsWell(rig.Write(0, InitiatorRig.Pattern(Size)));
        rig.RunsWell(rig.Read(0, new byte[Size]));
        rig.Runs(rig.Command(Cdbs.Inquiry(8), dataIn: new byte[8]));

        rig.Initiator.Counters.Violations().Should().BeEmpty();
        rig.Initiator.Counters.All().Should().Contain(new KeyValuePair<string, long>("seq-cnt-wrong", 0));
    }

    /// <summary>The command goes on, and the counter tells.</summary>
    private static void Harmless(RCtl kind, int n, ProtocolViolation violation, FrameEdit edit)
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(Size), back = new byte[Size];
        data.CopyTo(rig.Medium(0, Size));
        rig.Segment.Filter = WireFaults.Edit(kind, n, edit);

        rig.RunsWell(rig.Read(0, back));
        back.Should().Equal(data);
        rig.Initiator.Counters[violation].Should().BePositive();
    }

    /// <summary>The command ends, names the violation, leaves nothing behind, and the next one is well.</summary>
    private static void Fatal(RCtl kind, int n, ProtocolViolation violation, bool write, FrameEdit edit)
    {
        using InitiatorRig rig = new() { ToleratesViolations = true };
        byte[] data = InitiatorRig.Pattern(Size);
        InitiatorCommand command = write ? rig.Write(0, data) : rig.Read(0, new byte[Size]);
        rig.Segment.Filter = WireFaults.Edit(kind, n, edit);

        rig.Runs(command).Outcome.Should().Be(InitiatorOutcome.ProtocolError);
        command.Violation.Should().Be(violation);
        rig.Initiator.Counters[violation].Should().Be(1);
        rig.Initiator.Counters.ProtocolErrors.Should().Be(1);
        rig.TargetOpenExchanges.Should().Be(0);

        rig.RunsWell(command);
        rig.Advance(TimeSpan.FromSeconds(11));
        rig.Initiator.OpenExchanges.Should().Be(0);
    }
}
