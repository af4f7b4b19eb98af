// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Formats.Tests.Framing;

namespace FcTarget.Formats.Tests.LinkServices;

/// <summary>FLOGI, PLOGI and the LS_ACC to them, as Linux 6.1 sends them in vn2vn-link-bounce.pcap.</summary>
public sealed class LoginPayloadTests
{
    [Fact]
    public void Plogi_of_Linux_reads_as_its_port_is_configured()
    {
        LoginPayload plogi = Read("vn2vn-link-bounce.pcap", 13);
        plogi.Command.Should().Be(ElsCommand.Plogi);
        plogi.PortName.Should().Be(new Wwn(0x2000020000000002ul));
        plogi.NodeName.Should().Be(new Wwn(0x1000020000000002ul));
        plogi.Common.HighestVersion.Should().Be(CommonServiceParameters.FcPh3);
        plogi.Common.LowestVersion.Should().Be(CommonServiceParameters.FcPh3);
        ((ushort)plogi.Common.BbCredit).Should().Be(10);
        plogi.Common.NPortFeatures.Should().Be(NPortFeatures.ContinuouslyIncreasingRelativeOffset);
        plogi.Common.BbScN.Should().Be(0);
        plogi.Common.ReceiveDataFieldSize.Should().Be(2112);
        plogi.Common.HasValidReceiveDataFieldSize.Should().BeTrue();
        ((ushort)plogi.Common.TotalConcurrentSequences).Should().Be(255);
        ((ushort)plogi.Common.RelativeOffsetByCategory).Should().Be(0x1F);
        ((uint)plogi.Common.EDTov).Should().Be(2000);
        plogi.Class1.IsValid.Should().BeFalse();
        plogi.Class2.IsValid.Should().BeFalse();
        plogi.Class3.IsValid.Should().BeTrue();
        plogi.Class3.ServiceOptions.Should().Be(ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery);
        ((ushort)plogi.Class3.ReceiveDataFieldSize).Should().Be(2112);
        ((ushort)plogi.Class3.ConcurrentSequences).Should().Be(255);
        plogi.Class3.OpenSequencesPerExchange.Should().Be(1);
        plogi.Class4.IsValid.Should().BeFalse();
    }

    [Fact]
    public void Flogi_between_VN2VN_ports_asks_for_more_N_Port_IDs()
    {
        LoginPayload flogi = Read("vn2vn-link-bounce.pcap", 9);
        flogi.Command.Should().Be(ElsCommand.Flogi);
        flogi.PortName.Should().Be(new Wwn(0x2000020000000001ul));
        flogi.Common.FlogiFeatures.Should().Be(FlogiFeatures.MultipleNPortId);
        flogi.Common.ReceiveDataFieldSize.Should().Be(2112);
        ((uint)flogi.Common.EDTov).Should().Be(0);
    }

    [Fact]
    public void Ls_Acc_to_Plogi_is_the_same_table()
    {
        LoginPayload acc = Read("vn2vn-link-bounce.pcap", 19);
        acc.Command.Should().Be(ElsCommand.LsAcc);
        acc.PortName.Should().Be(new Wwn(0x2000020000000001ul));
        acc.Class3.IsValid.Should().BeTrue();
    }

    [Fact]
    public void Data_field_size_and_BB_SC_N_share_a_field_and_keep_out_of_each_others_bits()
    {
        CommonServiceParameters common = new() { ReceiveDataFieldSize = 0xFFF, BbScN = 0xA };
        common.BbScN.Should().Be(0xA);
        common.ReceiveDataFieldSize.Should().Be(0xFFF);
        common.ReceiveDataFieldSize = 2048;
        common.BbScN.Should().Be(0xA);
        byte[] wire = new byte[16];
        ElsPayload.Write(wire, common).Should().Be(16);
        wire[6..8].Should().Equal(0xA8, 0x00);
    }

    [Fact]
    public void R_A_TOV_of_a_fabric_takes_the_place_of_the_sequence_fields()
    {
        CommonServiceParameters common = new() { RATov = 10_000, EDTov = 2_000, FPortFeatures = FPortFeatures.FPort };
        byte[] wire = new byte[16];
        ElsPayload.Write(wire, common);
        Convert.ToHexString(wire).Should().Be("00000000" + "10000000" + "00002710" + "000007D0");
        common.RATov.Should().Be(10_000);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(2112, true)]
    [InlineData(252, false)]
    [InlineData(2116, false)]
    [InlineData(1026, false)]
    [InlineData(0, false)]
    public void Receive_data_field_size_is_256_to_2112_in_words(int size, bool valid) =>
        new CommonServiceParameters { ReceiveDataFieldSize = size }.HasValidReceiveDataFieldSize.Should().Be(valid);

    [Fact]
    public void Each_part_of_the_login_payload_stands_at_its_word()
    {
        LoginPayload login = new()
        {
            Command = ElsCommand.Flogi,
            Common = new() { HighestVersion = 0x11 },
            PortName = new Wwn(0x2200000000000000ul),
            NodeName = new Wwn(0x3300000000000000ul),
            Class1 = new() { ServiceOptions = (ClassServiceOptions)0x4400 },
            Class2 = new() { ServiceOptions = (ClassServiceOptions)0x5500 },
            Class3 = new() { ServiceOptions = (ClassServiceOptions)0x6600 },
            Class4 = new() { ServiceOptions = (ClassServiceOptions)0x7700 },
        };
        login.VendorVersion[0] = 0x88;
        byte[] wire = new byte[116];
        ElsPayload.Write(wire, login);
        int[] words = [0, 1, 5, 7, 9, 13, 17, 21, 25];
        words.Select(w => wire[w * 4]).Should().Equal(0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88);
        wire.Count(b => b != 0).Should().Be(words.Length);
    }

    [Fact]
    public void The_words_of_the_class_parameters_stand_where_FC_LS_puts_them()
    {
        ClassServiceParameters cls = new()
        {
            ServiceOptions = ClassServiceOptions.ClassValid,
            InitiatorControl = ClassInitiatorControl.Ack0Capable,
            RecipientControl = ClassRecipientControl.XIdInterlock,
            ReceiveDataFieldSize = 2048,
            ConcurrentSequences = 3,
            EndToEndCredit = 4,
            OpenSequencesPerExchange = 5,
        };
        byte[] wire = new byte[16];
        ElsPayload.Write(wire, cls);
        Convert.ToHexString(wire).Should().Be("80000800" + "20000800" + "00030004" + "00050000");
    }

    private static LoginPayload Read(string file, int number)
    {
        FcFrame.TryRead(CapturedFcFrames.Get(file, number), out FcFrame frame).Should().Be(FcFrameError.None);
        ElsPayload.TryRead(frame.Payload, out LoginPayload login).Should().BeTrue();
        return login;
    }
}
