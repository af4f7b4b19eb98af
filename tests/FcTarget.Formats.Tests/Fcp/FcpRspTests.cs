// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.Tests.Framing;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Fcp;

public sealed class FcpRspTests
{
    [Fact]
    public void A_check_condition_of_a_Linux_target()
    {
        FcFrame.TryRead(CapturedFcFrames.Get("vn2vn-errors.pcap", 2), out FcFrame frame).Should().Be(FcFrameError.None);
        frame.Header.RCtl.Should().Be(FcpIu.Rsp);
        FcpRsp.TryRead(frame.Payload, out FcpRsp rsp).Should().Be(FcpRspError.None);
        rsp.Header.Status.Should().Be(0x02);
        rsp.Header.Flags.Should().Be(FcpRspFlags.SenseLengthValid);
        rsp.Code.Should().BeNull();
        rsp.Sense.Length.Should().Be(96);
        Convert.ToHexString(rsp.Sense[..14]).Should().Be("70000500000000" + "0A000000002000"); // invalid command operation code
    }

    [Fact]
    public void An_Fcp_Xfer_Rdy_of_a_Linux_target()
    {
        FcFrame.TryRead(CapturedFcFrames.Get("vn2vn-write-read.pcap", 5), out FcFrame frame).Should().Be(FcFrameError.None);
        frame.Header.RCtl.Should().Be(FcpIu.XferRdy);
        MemoryMarshal.TryRead(frame.Payload, out FcpXferRdy ready).Should().BeTrue();
        ((uint)ready.DataRo).Should().Be(0);
        ((uint)ready.BurstLen).Should().Be(65536);
    }

    [Fact]
    public void Response_info_stands_before_sense_and_the_bidirectional_residual_after_it()
    {
        FcpRspHeader header = new()
        {
            StatusQualifier = 0x0102,
            Status = 0x02,
            Flags = FcpRspFlags.ResidUnder | FcpRspFlags.BidirectionalResponse | FcpRspFlags.BidirectionalReadResidOver,
            Resid = 0x100,
        };
        byte[] wire = new byte[64];
        int length = FcpRsp.Write(wire, header, FcpRspCode.TaskManagementFunctionRejected, [0x70, 0xAA], 0x0BADF00D);
        Convert.ToHexString(wire[..length]).Should().Be(
            "0000000000000000" + "0102AB02" + "00000100" + "00000002" + "00000008" + "0000000400000000" + "70AA" + "0BADF00D");
        FcpRsp.TryRead(wire.AsSpan(0, length), out FcpRsp rsp).Should().Be(FcpRspError.None);
        rsp.Code.Should().Be(FcpRspCode.TaskManagementFunctionRejected);
        rsp.Sense.ToArray().Should().Equal(0x70, 0xAA);
        rsp.BidirectionalReadResid.Should().Be(0x0BADF00D);
    }

    [Fact]
    public void Good_status_is_24_bytes_of_zero()
    {
        byte[] wire = new byte[24];
        wire.AsSpan().Fill(0xEE);
        FcpRsp.Write(wire, default).Should().Be(24);
        wire.Should().OnlyContain(b => b == 0);
    }

    [Fact]
    public void Validity_bits_follow_from_what_is_there_not_from_the_header_given()
    {
        FcpRspFlags lengthsValid = FcpRspFlags.SenseLengthValid | FcpRspFlags.ResponseLengthValid;
        FcpRspHeader header = new() { Flags = lengthsValid, SenseLength = 9, ResponseLength = 9 };
        byte[] wire = new byte[24];
        FcpRsp.Write(wire, header).Should().Be(24);
        wire.Should().OnlyContain(b => b == 0);
    }

    [Theory]
    [InlineData(0, FcpRspError.None)]
    [InlineData(4, FcpRspError.None)]
    [InlineData(8, FcpRspError.None)]
    [InlineData(1, FcpRspError.BadResponseLength)]
    [InlineData(12, FcpRspError.BadResponseLength)]
    [InlineData(uint.MaxValue, FcpRspError.BadResponseLength)]
    public void Fcp_Rsp_Len_is_0_4_or_8(uint responseLength, FcpRspError expected)
    {
        byte[] wire = new byte[40];
        FcpRspHeader header = new() { Flags = FcpRspFlags.ResponseLengthValid, ResponseLength = responseLength };
        MemoryMarshal.Write(wire, in header);
        wire[27] = (byte)FcpRspCode.TaskManagementFunctionFailed;
        FcpRsp.TryRead(wire, out FcpRsp rsp).Should().Be(expected);
        rsp.Code.Should().Be(responseLength is 4 or 8 ? FcpRspCode.TaskManagementFunctionFailed : null);
    }

    [Theory]
    [InlineData(17u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void Sense_longer_than_the_payload_is_too_short(uint senseLength)
    {
        byte[] wire = new byte[40];
        FcpRspHeader header = new() { Flags = FcpRspFlags.SenseLengthValid, SenseLength = senseLength };
        MemoryMarshal.Write(wire, in header);
        FcpRsp.TryRead(wire, out _).Should().Be(FcpRspError.TooShort);
    }

    [Fact]
    public void Lengths_whose_validity_bit_is_zero_mean_nothing()
    {
        byte[] wire = new byte[24];
        FcpRspHeader header = new() { SenseLength = 99, ResponseLength = 99 };
        MemoryMarshal.Write(wire, in header);
        FcpRsp.TryRead(wire, out FcpRsp rsp).Should().Be(FcpRspError.None);
        rsp.Sense.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Every_truncation_is_too_short_and_every_smaller_buffer_is_not_written()
    {
        FcpRspHeader header = new() { Flags = FcpRspFlags.BidirectionalResponse };
        byte[] wire = new byte[24 + 8 + 18 + 4];
        FcpRsp.Write(wire, header, FcpRspCode.CmndFieldsInvalid, new byte[18], 5).Should().Be(wire.Length);
        for (int length = 0; length < wire.Length; length++)
        {
            FcpRsp.TryRead(wire.AsSpan(0, length), out FcpRsp rsp).Should().Be(FcpRspError.TooShort);
            rsp.Sense.IsEmpty.Should().BeTrue();
            FcpRsp.Write(new byte[length], header, FcpRspCode.CmndFieldsInvalid, new byte[18], 5).Should().Be(0);
        }
    }

    [Fact]
    public void Any_response_survives_write_and_read() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<uint>(), Gen.Choose(-1, 255).ToArbitrary(),
            (sense, resid, code) =>
            {
                FcpRspCode? rspCode = code < 0 ? null : (FcpRspCode)code;
                FcpRspHeader header = new() { Status = 0x02, Resid = resid, Flags = FcpRspFlags.ResidOver };
                byte[] wire = new byte[24 + 8 + sense.Length];
                int length = FcpRsp.Write(wire, header, rspCode, sense);
                return FcpRsp.TryRead(wire.AsSpan(0, length), out FcpRsp rsp) == FcpRspError.None
                    && rsp.Sense.SequenceEqual(sense) && rsp.Code == rspCode && rsp.Header.Resid == resid;
            }).QuickCheckThrowOnFailure();
}
