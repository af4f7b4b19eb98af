// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Framing;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Framing;

public sealed class FcFrameTests
{
    [Fact]
    public void The_header_has_the_words_of_FC_FS()
    {
        FcHeader header = new()
        {
            RCtl = RCtl.SolicitedData,
            DId = new FcId(0x020304u),
            CsCtl = 0x05,
            SId = new FcId(0x060708u),
            Type = FcType.Fcp,
            FCtl = FCtl.ExchangeResponder | FCtl.RelativeOffsetPresent,
            SeqId = 0x0C,
            DfCtl = DfCtl.NetworkHeader,
            SeqCnt = 0x0E0F,
            OxId = new OxId((ushort)0x1011),
            RxId = new RxId((ushort)0x1213),
            Parameter = 0x14151617,
        };
        byte[] bytes = new byte[24];
        MemoryMarshal.Write(bytes, in header);
        Convert.ToHexString(bytes).Should().Be("0102030405060708" + "08800008" + "0C200E0F" + "10111213" + "14151617");
    }

    [Theory]
    [InlineData(RCtl.VftHeader)]
    [InlineData(RCtl.IfrHeader)]
    [InlineData(RCtl.EncHeader)]
    [InlineData((RCtl)0x5F)]
    public void A_frame_with_an_extended_header_is_refused(RCtl rCtl)
    {
        byte[] bytes = FrameOf(payload: 8);
        bytes[0] = (byte)rCtl;
        FcFrame.TryRead(bytes, out FcFrame frame).Should().Be(FcFrameError.ExtendedHeader);
        frame.Payload.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void A_frame_with_an_ESP_header_is_refused()
    {
        byte[] bytes = FrameOf(payload: 64, dfCtl: DfCtl.EspHeader);
        FcFrame.TryRead(bytes, out _).Should().Be(FcFrameError.Encrypted);
    }

    [Theory]
    [InlineData(DfCtl.NetworkHeader, 16)]
    [InlineData(DfCtl.AssociationHeader, 32)]
    [InlineData(DfCtl.DeviceHeader16, 16)]
    [InlineData(DfCtl.DeviceHeader32, 32)]
    [InlineData(DfCtl.DeviceHeader64, 64)]
    [InlineData(DfCtl.NetworkHeader | DfCtl.AssociationHeader | DfCtl.DeviceHeader64, 112)]
    public void Optional_headers_are_skipped(DfCtl dfCtl, int length)
    {
        byte[] bytes = FrameOf(payload: length + 4, dfCtl: dfCtl);
        bytes[24 + length] = 0xAB;
        FcFrame.TryRead(bytes, out FcFrame frame).Should().Be(FcFrameError.None);
        frame.Payload.ToArray().Should().Equal(0xAB, 0, 0, 0);
    }

    [Fact]
    public void Optional_headers_longer_than_the_data_field_are_refused() =>
        FcFrame.TryRead(FrameOf(payload: 28, dfCtl: DfCtl.AssociationHeader), out _).Should().Be(FcFrameError.OptionalHeadersTooLong);

    [Fact]
    public void Fill_bytes_of_the_last_frame_are_no_payload()
    {
        byte[] bytes = FrameOf(payload: 8, fCtl: FCtl.EndSequence | (FCtl)3);
        FcFrame.TryRead(bytes, out FcFrame frame).Should().Be(FcFrameError.None);
        frame.Payload.Length.Should().Be(5);
    }

    [Fact]
    public void Fill_bits_of_a_frame_that_does_not_end_its_sequence_mean_nothing()
    {
        FcFrame.TryRead(FrameOf(payload: 8, fCtl: (FCtl)3), out FcFrame frame).Should().Be(FcFrameError.None);
        frame.Payload.Length.Should().Be(8);
    }

    [Fact]
    public void More_fill_bytes_than_payload_are_refused() =>
        FcFrame.TryRead(FrameOf(payload: 0, fCtl: FCtl.EndSequence | (FCtl)1), out _).Should().Be(FcFrameError.BadFillBytes);

    [Fact]
    public void A_data_field_of_2112_bytes_is_taken_and_a_longer_one_is_refused()
    {
        FcFrame.TryRead(FrameOf(payload: 2112), out _).Should().Be(FcFrameError.None);
        FcFrame.TryRead(FrameOf(payload: 2116), out _).Should().Be(FcFrameError.TooLong);
    }

    [Fact]
    public void A_frame_of_broken_words_is_refused() =>
        FcFrame.TryRead(FrameOf(payload: 6), out _).Should().Be(FcFrameError.NotWholeWords);

    [Theory]
    [InlineData(42, 2)]
    [InlineData(24, 0)]
    [InlineData(41, 3)]
    [InlineData(43, 1)]
    [InlineData(0, 0)]
    public void Write_pads_to_words_with_zeros_and_says_so_in_F_CTL(int payload, int fill)
    {
        byte[] to = new byte[128];
        to.AsSpan().Fill(0xEE);
        byte[] data = new byte[payload];
        data.AsSpan().Fill(0x77);
        int length = FcFrame.Write(to, new FcHeader { FCtl = FCtlValues.FcpRsp }, data);
        length.Should().Be(24 + payload + fill);
        to[11].Should().Be((byte)fill);
        to.AsSpan(24 + payload, fill).ToArray().Should().Equal(new byte[fill]);
        to[length].Should().Be(0xEE);
    }

    [Fact]
    public void Write_into_too_little_room_writes_nothing()
    {
        byte[] to = new byte[27];
        FcFrame.Write(to, new FcHeader { Type = FcType.Fcp, FCtl = FCtl.EndSequence }, [1]).Should().Be(0);
        to.Should().OnlyContain(b => b == 0);
    }

    [Fact]
    public void Any_last_frame_survives_write_and_read() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), payload =>
        {
            byte[] to = new byte[24 + payload.Length + 3];
            int length = FcFrame.Write(to, new FcHeader { OxId = new OxId((ushort)7), FCtl = FCtl.EndSequence }, payload);
            return FcFrame.TryRead(to.AsSpan(0, length), out FcFrame frame) == FcFrameError.None
                && frame.Payload.SequenceEqual(payload) && frame.Header.OxId.Value == 7;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_are_a_frame_or_an_error_value()
    {
        Random random = new(20261121);
        byte[] bytes = new byte[2200];
        int frames = 0;
        for (int i = 0; i < 100_000; i++)
        {
            Span<byte> some = bytes.AsSpan(0, random.Next(random.Next(4) == 0 ? bytes.Length : 80));
            random.NextBytes(some[..Math.Min(some.Length, 40)]);
            if (FcFrame.TryRead(some, out FcFrame frame) == FcFrameError.None) frames++;
            else frame.Payload.IsEmpty.Should().BeTrue();
        }
        frames.Should().BeGreaterThan(1000);
    }

    [Fact]
    public void Routing_tells_extended_headers_device_data_and_link_control_apart()
    {
        foreach (RCtl rCtl in Enum.GetValues<RCtl>())
        {
            rCtl.IsExtendedHeader().Should().Be(rCtl is RCtl.VftHeader or RCtl.IfrHeader or RCtl.EncHeader, rCtl.ToString());
            rCtl.IsDeviceData().Should().Be((int)rCtl < 8, rCtl.ToString());
            rCtl.IsLinkControl().Should().Be((int)rCtl is >= 0xC0 and <= 0xC9, rCtl.ToString());
        }
    }

    private static byte[] FrameOf(int payload, FCtl fCtl = FCtl.None, DfCtl dfCtl = DfCtl.None)
    {
        byte[] bytes = new byte[24 + payload];
        FcHeader header = new() { RCtl = RCtl.SolicitedData, Type = FcType.Fcp, FCtl = fCtl, DfCtl = dfCtl };
        MemoryMarshal.Write(bytes, in header);
        return bytes;
    }
}
