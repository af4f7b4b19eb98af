// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Formats.Tests.Framing;

namespace FcTarget.Formats.Tests.LinkServices;

/// <summary>The bytes of every link service: from the captures where they hold one, else as the standard's table orders them.</summary>
public sealed class LinkServicePayloadTests
{
    [Fact]
    public void Ls_Rjt_of_a_busy_Linux()
    {
        LsRjtPayload rjt = Read<LsRjtPayload>("vn2vn-link-bounce.pcap", 10);
        rjt.Command.Should().Be(ElsCommand.LsRjt);
        rjt.Reject.Should().Be(ElsReject.LogicalBusy);
        Hex(new LsRjtPayload(ElsReject.PlogiRequired)).Should().Be("0100000000091E00");
        Hex(new LsRjtPayload(ElsReject.CommandNotSupported)).Should().Be("01000000000B0000");
        Hex(new LsRjtPayload(ElsReject.InvalidOxRxCombination)).Should().Be("0100000000031700");
    }

    [Fact]
    public void Logo_of_Linux()
    {
        LogoPayload logo = Read<LogoPayload>("vn2vn-logout.pcap", 1);
        logo.Command.Should().Be(ElsCommand.Logo);
        logo.NPortId.Should().Be(new FcId(1u));
        logo.NPortName.Should().Be(new Wwn(0x2000020000000001ul));
        Hex(LsAccPayload.Accept).Should().Be("02000000");
    }

    [Fact]
    public void Adisc_of_Linux()
    {
        AdiscPayload adisc = Read<AdiscPayload>("vn2vn-write-read.pcap", 2);
        adisc.Command.Should().Be(ElsCommand.Adisc);
        adisc.HardAddress.Should().Be(FcId.None);
        adisc.PortName.Should().Be(new Wwn(0x2000020000000001ul));
        adisc.NodeName.Should().Be(new Wwn(0x1000020000000001ul));
        adisc.NPortId.Should().Be(new FcId(1u));
    }

    [Fact]
    public void Ls_Acc_to_Rtv_of_Linux()
    {
        RtvAccPayload acc = Read<RtvAccPayload>("vn2vn-link-bounce.pcap", 26);
        acc.Command.Should().Be(ElsCommand.LsAcc);
        ((uint)acc.RATov).Should().Be(4000);
        ((uint)acc.EDTov).Should().Be(2000);
        acc.Qualifier.Should().Be(RtvQualifier.None);
        acc.EDTovMilliseconds.Should().Be(2000);
    }

    [Fact]
    public void E_D_TOV_in_nanoseconds_is_rounded_up_to_milliseconds()
    {
        RtvAccPayload acc = new() { EDTov = 2_000_000_001, Qualifier = RtvQualifier.EDTovInNanoseconds };
        acc.EDTovMilliseconds.Should().Be(2001);
        acc.EDTov = 2_000_000_000;
        acc.EDTovMilliseconds.Should().Be(2000);
        Hex(acc).Should().EndWith("04000000");
    }

    [Theory]
    [InlineData(10_000_000_000, 2_000_000_000, "02000000" + "00002710" + "000007D0" + "00000000")] // whole milliseconds
    [InlineData(10_000_000_000, 2_000_500_000, "02000000" + "00002710" + "773D3520" + "04000000")] // nanoseconds
    [InlineData(10_000_100_000, 2_000_000_100, "02000000" + "00002711" + "77359464" + "04000000")]
    [InlineData(10_000_000_000, 4_294_967_200, "02000000" + "00002710" + "FFFFFFA0" + "04000000")] // the most that 32 bits hold
    [InlineData(10_000_000_000, 4_294_967_300, "02000000" + "00002710" + "000010C7" + "00000000")] // one more: rounded up to 4295 ms
    public void Ls_Acc_to_Rtv_takes_the_resolution_that_holds_E_D_TOV(long rATovNanoseconds, long eDTovNanoseconds, string wire) =>
        Hex(RtvAccPayload.Of(TimeSpan.FromTicks(rATovNanoseconds / 100), TimeSpan.FromTicks(eDTovNanoseconds / 100))).Should().Be(wire);

    [Fact]
    public void Rdp_and_its_Ls_Acc()
    {
        RdpPayload rdp = RdpPayload.About(new FcId(0x010203u));
        Hex(rdp).Should().Be("18000000" + "0000000C" + "00000003" + "00000004" + "00010203");
        rdp.HasValidLengths.Should().BeTrue();
        RdpAccPayload acc = RdpAccPayload.Create(withAttached: true);
        acc.PhysicalType = RdpAccPayload.EthernetMac;
        string none = "0000000000000000";
        Hex(acc).Should().Be("02000000" + "0000006C" + "00000001" + "00000004" + "00000000" + "00010001" + "00000004" + "00000000"
            + "00010002" + "0000001C" + none + none + none + "80000000" + "00010003" + "00000010" + none + none
            + "00010003" + "00000010" + none + none);
        ((uint)RdpAccPayload.Create(withAttached: false).ListLength).Should().Be(RdpAccPayload.LengthWithoutAttached - 8);
    }

    [Fact]
    public void The_link_error_status_block_of_FCoE_has_the_words_of_that_of_FC()
    {
        RlsAccPayload acc = new()
        {
            Command = ElsCommand.LsAcc,
            FcoeLesb = new()
            {
                LinkFailures = 1,
                VirtualLinkFailures = 2,
                MissedAdvertisements = 3,
                SymbolErrors = 4,
                ErroredBlocks = 5,
                FrameCheckSequenceErrors = 6,
            },
        };
        Hex(acc).Should().Be("02000000" + "00000001" + "00000002" + "00000003" + "00000004" + "00000005" + "00000006");
        ((uint)acc.FcoeLesb.FrameCheckSequenceErrors).Should().Be(acc.Lesb.InvalidCrcs);
    }

    [Fact]
    public void Rrq_and_Rec_name_an_exchange()
    {
        FcId originator = new(0xABCDEFu);
        OxId oxId = new((ushort)0x1234);
        Hex(new RrqPayload { Command = ElsCommand.Rrq, OriginatorSId = originator, OxId = oxId, RxId = new RxId((ushort)0x5678) })
            .Should().Be("1200000000ABCDEF12345678");
        Hex(new RecPayload { Command = ElsCommand.Rec, OriginatorSId = originator, OxId = oxId, RxId = RxId.Unassigned })
            .Should().Be("1300000000ABCDEF1234FFFF");
    }

    [Fact]
    public void Ls_Acc_to_Rec_tells_how_far_the_exchange_came()
    {
        RecAccPayload acc = new()
        {
            Command = ElsCommand.LsAcc,
            OxId = new OxId((ushort)0x1234),
            RxId = new RxId((ushort)0x5678),
            OriginatorId = new FcId(1u),
            ResponderId = new FcId(2u),
            Fc4Value = 0x10000,
            EStat = ExchangeStatus.Responder | ExchangeStatus.SequenceInitiative,
        };
        Hex(acc).Should().Be("02000000" + "12345678" + "00000001" + "00000002" + "00010000" + "C0000000");
    }

    [Fact]
    public void Srr_names_the_information_unit_to_send_again() =>
        Hex(new SrrPayload
        {
            Command = ElsCommand.Srr,
            OxId = new OxId((ushort)1),
            RxId = new RxId((ushort)2),
            RelativeOffset = 0x800,
            RCtlForIu = RCtl.SolicitedData,
        }).Should().Be("14000000" + "00010002" + "00000800" + "01000000");

    [Fact]
    public void Rls_and_its_Ls_Acc()
    {
        Hex(new RlsPayload { Command = ElsCommand.Rls, PortId = new FcId(0x010203u) }).Should().Be("0F00000000010203");
        RlsAccPayload acc = new()
        {
            Command = ElsCommand.LsAcc,
            Lesb = new()
            {
                LinkFailures = 1,
                LossOfSynchronization = 2,
                LossOfSignal = 3,
                PrimitiveSequenceProtocolErrors = 4,
                InvalidTransmissionWords = 5,
                InvalidCrcs = 6,
            },
        };
        Hex(acc).Should().Be("02000000" + "00000001" + "00000002" + "00000003" + "00000004" + "00000005" + "00000006");
    }

    [Fact]
    public void Scr_Echo_and_Rnid()
    {
        Hex(new ScrPayload { Command = ElsCommand.Scr, Function = ScrFunction.Full }).Should().Be("6200000000000003");
        Hex(new EchoPayload { Command = ElsCommand.Echo }).Should().Be("10000000");
        Hex(new RnidPayload { Command = ElsCommand.Rnid, Format = RnidFormat.GeneralTopology }).Should().Be("78000000DF000000");
        Hex(new RnidAccPayload
        {
            Command = ElsCommand.LsAcc,
            CommonLength = RnidAccPayload.CommonIdentificationLength,
            PortName = new Wwn(0x2000020000000001ul),
            NodeName = new Wwn(0x1000020000000001ul),
        }).Should().Be("02000000" + "00100000" + "2000020000000001" + "1000020000000001");
    }

    [Fact]
    public void Ba_Acc_and_Ba_Rjt()
    {
        Hex(BaAccPayload.ForExchange(new OxId((ushort)0x1234), new RxId((ushort)0x5678))).Should().Be("00000000" + "12345678" + "0000FFFF");
        Hex(new BaAccPayload { SeqIdValidity = BaAccPayload.SeqIdValid, LastSeqId = 9, LowSeqCnt = 1, HighSeqCnt = 2 })
            .Should().Be("80090000" + "00000000" + "00010002");
        Hex(BaRjtPayload.InvalidOxRxCombination).Should().Be("00030300");
        Hex(new BaRjtPayload { Reason = BaRjtReason.VendorSpecific, VendorSpecific = 7 }).Should().Be("00FF0007");
    }

    [Fact]
    public void The_command_is_read_from_a_whole_word_only()
    {
        ElsPayload.TryReadCommand([0x03, 0, 0, 0], out ElsCommand command).Should().BeTrue();
        command.Should().Be(ElsCommand.Plogi);
        ElsPayload.TryReadCommand([0x03, 0, 0], out command).Should().BeFalse();
        command.Should().Be(default(ElsCommand));
        ElsPayload.TryReadCommand([], out _).Should().BeFalse();
        ElsPayload.TryReadCommand([0x77, 0, 0, 0], out command).Should().BeTrue();
        Enum.IsDefined(command).Should().BeFalse();
    }

    [Fact]
    public void No_two_ELS_commands_share_a_code() => Enum.GetValues<ElsCommand>().Should().OnlyHaveUniqueItems();

    private static string Hex<T>(T value) where T : unmanaged, IWirePayload
    {
        byte[] wire = new byte[T.WireSize];
        MemoryMarshal.Write(wire, in value);
        return Convert.ToHexString(wire);
    }

    private static T Read<T>(string file, int number) where T : struct, IWirePayload
    {
        FcFrame.TryRead(CapturedFcFrames.Get(file, number), out FcFrame frame).Should().Be(FcFrameError.None);
        ElsPayload.TryRead(frame.Payload, out T value).Should().BeTrue();
        return value;
    }
}
