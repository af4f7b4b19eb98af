// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Tests.TestSupport;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Fcoe;

public sealed class FcoeFrameTests
{
    private static readonly Sof[] Sofs = Enum.GetValues<Sof>();
    private static readonly Eof[] Eofs = Enum.GetValues<Eof>();

    [Fact]
    public void A_PDU_is_laid_out_as_FC_BB_6_prints_it()
    {
        byte[] pdu = Pdu(Sof.SOFi3, Eof.EOFt, System.Text.Encoding.ASCII.GetBytes("123456789abcdefghijklmno"));
        Convert.ToHexString(pdu.AsSpan(0, 14)).Should().Be("00000000000000000000000000" + "2E");
        Convert.ToHexString(pdu.AsSpan(14 + 24)).Should().Be("5C793F05" + "42" + "000000");
    }

    [Theory, FromCapture("vn2vn-write-read.pcap", 2)]
    public void A_captured_frame_gives_its_delimiters_and_its_FC_frame(byte[] bytes)
    {
        EthernetFrame.TryRead(bytes, out EthernetFrame ethernet).Should().BeTrue();
        FcoeFrame.TryRead(ethernet.Payload, verifyCrc: true, out FcoeFrame frame).Should().Be(FcoeError.None);
        frame.Sof.Should().Be(Sof.SOFi3);
        frame.Eof.Should().Be(Eof.EOFt);
        frame.Frame.SequenceEqual(bytes.AsSpan(28..^8)).Should().BeTrue();
        frame.Crc.Should().Be(FcCrc.Compute(bytes.AsSpan(28..^8)));
    }

    [Fact]
    public void Every_captured_frame_survives_decode_and_encode_byte_for_byte()
    {
        CaptureFrame[] all = [.. CaptureFrames.OfEtherType(EtherType.Fcoe)];
        all.Should().HaveCountGreaterThan(290);
        foreach (CaptureFrame captured in all)
        {
            EthernetFrame.TryRead(captured.Bytes, out EthernetFrame ethernet).Should().BeTrue();
            FcoeFrame.TryRead(ethernet.Payload, verifyCrc: true, out FcoeFrame frame).Should().Be(FcoeError.None, captured.ToString());

            byte[] again = new byte[captured.Bytes.Length];
            int at = EthernetFrame.WriteHeader(again, ethernet.Destination, ethernet.Source, ethernet.EtherType, ethernet.Vlan);
            Write(again.AsSpan(at), frame.Sof, frame.Eof, frame.Frame);
            Convert.ToHexString(again).Should().Be(Convert.ToHexString(captured.Bytes), captured.ToString());
        }
    }

    [Fact]
    public void A_tag_changes_nothing_behind_it()
    {
        foreach (CaptureFrame captured in CaptureFrames.OfEtherType(EtherType.Fcoe))
        {
            byte[] tagged = [.. captured.Bytes[..12], 0x81, 0x00, 0x60, 0x64, .. captured.Bytes[12..]];
            EthernetFrame.TryRead(tagged, out EthernetFrame ethernet).Should().BeTrue();
            ethernet.Vlan!.Value.Vid.Should().Be(100);
            FcoeFrame.TryRead(ethernet.Payload, verifyCrc: true, out FcoeFrame frame).Should().Be(FcoeError.None);
            frame.Frame.SequenceEqual(captured.Bytes.AsSpan(28..^8)).Should().BeTrue();
        }
    }

    [Fact]
    public void A_captured_frame_cut_at_any_length_is_refused_with_an_error()
    {
        foreach (CaptureFrame captured in CaptureFrames.OfEtherType(EtherType.Fcoe))
            for (int length = 0; length < captured.Bytes.Length; length++)
                if (LinkWalk.Accepts(captured.Bytes.AsSpan(0, length))) Assert.Fail($"{captured} cut to {length}");
    }

    [Fact]
    public void Any_frame_survives_encode_and_decode() =>
        Prop.ForAll(Frames(), Gen.Elements(Sofs).ToArbitrary(), Gen.Elements(Eofs).ToArbitrary(), (fc, sof, eof) =>
            FcoeFrame.TryRead(Pdu(sof, eof, fc), verifyCrc: true, out FcoeFrame frame) == FcoeError.None &&
            frame.Sof == sof && frame.Eof == eof && frame.Frame.SequenceEqual(fc)).QuickCheckThrowOnFailure();

    [Fact]
    public void One_wrong_bit_in_the_FC_frame_or_its_CRC_is_found() =>
        Prop.ForAll(Frames(), ArbMap.Default.ArbFor<PositiveInt>(), (fc, bit) =>
        {
            byte[] pdu = Pdu(Sof.SOFn3, Eof.EOFn, fc);
            int at = bit.Get % ((fc.Length + 4) * 8);
            pdu[14 + (at / 8)] ^= (byte)(1 << (at % 8));
            return FcoeFrame.TryRead(pdu, verifyCrc: true, out FcoeFrame refused) == FcoeError.BadCrc && refused.Frame.IsEmpty &&
                FcoeFrame.TryRead(pdu, verifyCrc: false, out _) == FcoeError.None;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_fault_has_its_error()
    {
        byte[] fc = new byte[28];
        Error(Pdu(Sof.SOFi3, Eof.EOFt, fc)).Should().Be(FcoeError.None);
        Error([]).Should().Be(FcoeError.TooShort);
        Error(new byte[45]).Should().Be(FcoeError.TooShort);
        Error(Pdu((Sof)0x2F, Eof.EOFt, fc)).Should().Be(FcoeError.BadSof);
        Error(Pdu(Sof.SOFi3, (Eof)0x43, fc)).Should().Be(FcoeError.BadEof);
        Error(Pdu(Sof.SOFi3, Eof.EOFt, new byte[26])).Should().Be(FcoeError.BadLength);
        Error(Pdu(Sof.SOFi3, Eof.EOFt, new byte[2136])).Should().Be(FcoeError.None);
        Error(Pdu(Sof.SOFi3, Eof.EOFt, new byte[2140])).Should().Be(FcoeError.BadLength);
        byte[] version1 = Pdu(Sof.SOFi3, Eof.EOFt, fc);
        version1[0] = 0x10;
        Error(version1).Should().Be(FcoeError.BadVersion);
    }

    [Fact]
    public void Reserved_bits_are_ignored_on_receipt()
    {
        byte[] pdu = Pdu(Sof.SOFi3, Eof.EOFt, new byte[24]);
        pdu[0] = 0x0F;
        pdu.AsSpan(1, 12).Fill(0xFF);
        pdu.AsSpan(^3).Fill(0xFF);
        Error(pdu).Should().Be(FcoeError.None);
    }

    [Fact]
    public void Exactly_the_codes_of_FC_BB_6_are_defined_and_say_what_they_are()
    {
        for (int code = 0; code <= 0xFF; code++)
        {
            ((Sof)code).IsDefined().Should().Be(Sofs.Contains((Sof)code));
            ((Eof)code).IsDefined().Should().Be(Eofs.Contains((Eof)code));
        }
        Sofs.Where(s => s.InitiatesSequence()).Should().Equal(Sof.SOFi4, Sof.SOFi2, Sof.SOFi3, Sof.SOFc4);
        Sofs.Where(s => s.IsClass3()).Should().Equal(Sof.SOFi3, Sof.SOFn3);
        Eofs.Where(e => !e.TerminatesSequence()).Should().Equal(Eof.EOFn, Eof.EOFni, Eof.EOFa);
        Eofs.Where(e => e.MarksFrameInvalid()).Should().Equal(Eof.EOFni, Eof.EOFdti, Eof.EOFrti, Eof.EOFa);
    }

    private static FcoeError Error(byte[] pdu)
    {
        FcoeError error = FcoeFrame.TryRead(pdu, verifyCrc: true, out FcoeFrame frame);
        frame.Frame.IsEmpty.Should().Be(error != FcoeError.None);
        return error;
    }

    private static byte[] Pdu(Sof sof, Eof eof, byte[] fc)
    {
        byte[] pdu = new byte[FcoeFrame.HeaderLength + fc.Length + FcoeFrame.TrailerLength];
        Write(pdu, sof, eof, fc);
        return pdu;
    }

    private static void Write(Span<byte> pdu, Sof sof, Eof eof, ReadOnlySpan<byte> fc)
    {
        FcoeFrame.WriteHeader(pdu, sof);
        uint crc = FcCrc.End(FcCrc.CopyAndAppend(FcCrc.Begin(), fc, pdu[FcoeFrame.HeaderLength..]));
        FcoeFrame.WriteTrailer(pdu[(FcoeFrame.HeaderLength + fc.Length)..], crc, eof);
    }

    private static Arbitrary<byte[]> Frames() =>
        Gen.Choose(6, 534).Select(words =>
        {
            byte[] fc = new byte[words * 4];
            new Random(words).NextBytes(fc);
            return fc;
        }).ToArbitrary();
}
