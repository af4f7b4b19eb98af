// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>The link services that only ask (FC-LS-3): RTV, RLS, RNID, RDP, ECHO; and those that we do not have.</summary>
public sealed class DiagnosticElsTests
{
    // ---- RTV ------------------------------------------------------------------------------------------------------

    [Fact]
    public void Rtv_tells_our_time_out_values()
    {
        using PortRig rig = PortRig.LoggedIn();
        RtvAccPayload answer = Rtv(rig);
        ((uint)answer.RATov).Should().Be(10_000);
        ((uint)answer.EDTov).Should().Be(2_000);
        answer.Qualifier.Should().Be(RtvQualifier.None);
    }

    [Fact]
    public void An_E_D_TOV_that_is_no_whole_milliseconds_is_told_in_nanoseconds()
    {
        using PortRig rig = PortRig.LoggedIn(options: new PortOptions { EDTov = TimeSpan.FromMicroseconds(1_000_500) });
        RtvAccPayload answer = Rtv(rig);
        ((uint)answer.EDTov).Should().Be(1_000_500_000);
        answer.Qualifier.Should().Be(RtvQualifier.EDTovInNanoseconds);
        answer.EDTovMilliseconds.Should().Be(1001);
    }

    [Fact]
    public void Rtv_tells_the_E_D_TOV_of_the_fabric_to_the_nanosecond()
    {
        using FabricRig rig = new();
        (rig.Fcf.Timeouts, rig.Fcf.EDTovInNanoseconds) = ((10_000, 2_000_000_700), true);
        rig.ComesOnline();
        rig.Local.EDTov.Should().Be(TimeSpan.FromTicks(20_000_007), "a tick is 100 ns");
        OxId oxId = rig.Fcf.SendsEls(FcId.FabricController, rig.Local.Id, new RtvPayload { Command = ElsCommand.Rtv });
        rig.Pump();
        RtvAccPayload answer = rig.Fcf.AnswerTo(oxId)!.As<RtvAccPayload>();
        ((uint)answer.EDTov, answer.Qualifier).Should().Be((2_000_000_700u, RtvQualifier.EDTovInNanoseconds));
    }

    // ---- RLS ------------------------------------------------------------------------------------------------------

    [Fact]
    public void Rls_counts_what_the_link_has_suffered()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] damaged = rig.Peer.Encapsulate(
            RawPeer.CommandHeader(rig.Peer.NextOxId()), RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0));
        damaged[60] ^= 1;
        rig.Peer.SendsBytes(damaged);
        rig.Peer.SendsBytes(damaged);
        FcoeLinkErrorStatusBlock before = Rls(rig, PortRig.PortId);
        ((uint)before.LinkFailures, (uint)before.FrameCheckSequenceErrors).Should().Be((0u, 2u));

        rig.SetLink(false);
        rig.SetLink(true);
        rig.Advance(12_000);
        rig.Peer.Ignores();
        rig.Peer.LogsIn();
        FcoeLinkErrorStatusBlock after = Rls(rig, FcId.None);
        ((uint)after.LinkFailures, (uint)after.FrameCheckSequenceErrors).Should().Be((1u, 2u));
    }

    [Fact]
    public void Rls_of_another_port_without_login_or_cut_is_rejected()
    {
        using PortRig rig = PortRig.LoggedIn();
        RlsPayload rls = new() { Command = ElsCommand.Rls, PortId = rig.Peer.Id };
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(rls), ElsReject.InvalidNPortId);
        rig.Peer.ExpectsReject(rig.Peer.SendsEls([0x0F, 0, 0, 0]), ElsReject.InvalidPayloadLength);
        RawPeer stranger = rig.AddPeer(number: 2);
        stranger.ExpectsReject(stranger.SendsEls(rls with { PortId = PortRig.PortId }), ElsReject.PlogiRequired);
    }

    // ---- RNID -----------------------------------------------------------------------------------------------------

    [Fact]
    public void Rnid_of_general_topology_names_us_and_says_that_we_are_a_storage_subsystem()
    {
        using PortRig rig = PortRig.Online(); // no login needed
        byte[] answer = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Rnid(RnidFormat.GeneralTopology))).Payload;
        answer.Should().HaveCount(24 + 52);
        ElsPayload.TryRead(answer, out RnidAccPayload accept).Should().BeTrue();
        (accept.Format, accept.CommonLength, accept.SpecificLength).Should().Be((RnidFormat.GeneralTopology, (byte)16, (byte)52));
        (accept.PortName, accept.NodeName).Should().Be((rig.Port.Local.PortName, rig.Port.Local.NodeName));
        ElsPayload.TryRead(answer.AsSpan(24), out RnidGeneralTopology general).Should().BeTrue();
        general.AssociatedType.Should().Be(RnidAssociatedType.StorageSubsystem);
    }

    [Theory]
    [InlineData(RnidFormat.CommonOnly)]
    [InlineData((RnidFormat)FcType.Fcp)]
    [InlineData((RnidFormat)0xFF)]
    public void Rnid_of_a_format_that_we_do_not_have_is_answered_with_the_common_data(RnidFormat format)
    {
        using PortRig rig = PortRig.LoggedIn();
        ReceivedFrame answer = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Rnid(format)));
        answer.Payload.Should().HaveCount(24);
        RnidAccPayload accept = answer.As<RnidAccPayload>();
        (accept.Format, accept.CommonLength, accept.SpecificLength).Should().Be((RnidFormat.CommonOnly, (byte)16, (byte)0));
    }

    [Fact]
    public void Rnid_that_is_cut_is_rejected()
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Peer.ExpectsReject(rig.Peer.SendsEls([0x78, 0, 0, 0]), ElsReject.InvalidPayloadLength);
    }

    // ---- RDP ------------------------------------------------------------------------------------------------------

    [Fact]
    public void Rdp_tells_names_and_errors_of_an_Ethernet_port()
    {
        using PortRig rig = PortRig.Online(); // a switch has no login with us
        byte[] damaged = rig.Peer.Encapsulate(RawPeer.ElsHeader(rig.Peer.NextOxId()), new byte[8]);
        damaged[40] ^= 1;
        rig.Peer.SendsBytes(damaged);
        byte[] answer = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(RdpPayload.About(PortRig.PortId))).Payload;
        answer.Should().HaveCount(RdpAccPayload.LengthWithoutAttached, "in VN2VN there is no F_Port");
        ElsPayload.TryRead([.. answer, .. new byte[24]], out RdpAccPayload accept).Should().BeTrue();
        ((uint)accept.ListLength).Should().Be(84);
        ((uint)accept.RequestWord).Should().Be(0x1800_0000);
        ((uint)accept.PhysicalType).Should().Be(0x8000_0000, "the link errors are those of an Ethernet MAC");
        ((uint)accept.Lesb.FrameCheckSequenceErrors).Should().Be(1);
        (accept.DiagnosedNames.PortName, accept.DiagnosedNames.NodeName).Should().Be((rig.Port.Local.PortName, rig.Port.Local.NodeName));
    }

    [Fact]
    public void Rdp_of_a_switch_is_told_what_it_is_itself_as_the_attached_port()
    {
        using FabricRig rig = FabricRig.Online();
        OxId oxId = rig.Fcf.SendsEls(FcId.FabricController, rig.Local.Id, RdpPayload.About(rig.Local.Id));
        rig.Pump();
        RdpAccPayload accept = rig.Fcf.AnswerTo(oxId)!.As<RdpAccPayload>();
        accept.Attached.Tag.Should().Be(RdpDescriptorTag.PortNames);
        accept.AttachedNames.NodeName.Should().Be(rig.Fcf.FabricName);
        accept.AttachedNames.PortName.Should().Be(new Wwn(rig.Fcf.SwitchName.Value ^ 0x0001_0000_0000_0000ul));
        accept.DiagnosedNames.PortName.Should().Be(rig.Local.PortName);
    }

    [Fact]
    public void In_a_fabric_Rls_counts_virtual_links_cleared_and_advertisements_missed()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Fcf.IsAlive = false;
        rig.Advance(rig.Fcf.FkaAdvPeriod * 3);
        rig.Fcf.IsAlive = true;
        rig.ComesOnline();
        rig.Fcf.ClearsVirtualLinks(FabricRig.PortMac);
        rig.Pump();
        rig.ComesOnline();
        Wwn host = new(0x2000_0000_0000_0077ul);
        FcId id = new(0x010077u);
        OxId plogi = rig.Fcf.SendsEls(id, rig.Local.Id, rig.Fcf.Plogi(host));
        OxId rls = rig.Fcf.SendsEls(id, rig.Local.Id, new RlsPayload { Command = ElsCommand.Rls, PortId = rig.Local.Id });
        rig.Pump();
        rig.Fcf.AnswerTo(plogi)!.Els.Should().Be(ElsCommand.LsAcc);
        FcoeLinkErrorStatusBlock lesb = rig.Fcf.AnswerTo(rls)!.As<RlsAccPayload>().FcoeLesb;
        ((uint)lesb.MissedAdvertisements, (uint)lesb.VirtualLinkFailures, (uint)lesb.LinkFailures).Should().Be((1u, 1u, 0u));
    }

    [Fact]
    public void Rdp_about_another_port_or_with_wrong_lengths_is_rejected()
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(RdpPayload.About(rig.Peer.Id)), ElsReject.InvalidNPortId);
        byte[] rdp = RawPeer.BytesOf(RdpPayload.About(PortRig.PortId));
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(rdp.AsSpan(0, 16)), ElsReject.InvalidPayloadLength);
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(With(7, 16)), ElsReject.InvalidPayloadLength);
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(With(15, 8)), ElsReject.InvalidPayloadLength);
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(With(11, 1)), ElsReject.InvalidNPortId);

        byte[] With(int at, byte value)
        {
            byte[] changed = [.. rdp];
            changed[at] = value;
            return changed;
        }
    }

    // ---- ECHO, TEST, FPIN -----------------------------------------------------------------------------------------

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(2112)]
    public void Echo_comes_back_byte_for_byte(int length)
    {
        using PortRig rig = PortRig.LoggedIn();
        byte[] echo = new byte[length];
        new Random(3).NextBytes(echo);
        echo[0] = (byte)ElsCommand.Echo;
        byte[] answer = rig.Peer.ExpectsAccept(SendsPadded(rig.Peer, echo)).Payload;
        answer[1..].Should().Equal(echo[1..]);
    }

    [Fact]
    public void Echo_longer_than_a_frame_is_rejected_and_not_cut()
    {
        using PortRig rig = PortRig.LoggedIn();
        byte[] echo = new byte[2116];
        echo[0] = (byte)ElsCommand.Echo;
        OxId oxId = rig.Peer.NextOxId();
        rig.Peer.SendsFrame(RawPeer.ElsHeader(oxId) with { FCtl = FCtl.FirstSequence }, echo.AsSpan(0, 2112));
        rig.Peer.SendsFrame(RawPeer.ElsHeader(oxId) with { SeqCnt = 1 }, echo.AsSpan(2112), Formats.Fcoe.Sof.SOFn3);
        rig.Peer.ExpectsReject(oxId, ElsReject.InvalidPayloadLength);
    }

    [Theory]
    [InlineData(ElsCommand.Test)]
    [InlineData(ElsCommand.Fpin)]
    public void Test_and_Fpin_have_no_answer(ElsCommand command)
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Peer.SendsEls([(byte)command, 0, 0, 0, 1, 2, 3, 4]);
        rig.Peer.ExpectsSilence();
        (rig.Port.Counters.ElsReceived, rig.Port.Counters.ElsUnsupported).Should().BeEquivalentTo((1L, 0L));
    }

    // ---- what we do not have --------------------------------------------------------------------------------------

    [Theory]
    [InlineData(ElsCommand.Res)]
    [InlineData(ElsCommand.Rss)]
    [InlineData(ElsCommand.Ests)]
    [InlineData(ElsCommand.Edc)]
    [InlineData(ElsCommand.Rdf)]
    [InlineData(ElsCommand.Tprlo)]
    [InlineData(ElsCommand.FarpReq)]
    [InlineData(ElsCommand.Rps)]
    [InlineData(ElsCommand.Rpl)]
    [InlineData(ElsCommand.Scr)]
    [InlineData(ElsCommand.Rlir)]
    [InlineData(ElsCommand.Lirr)]
    [InlineData(ElsCommand.Srl)]
    [InlineData(ElsCommand.Rpsc)]
    [InlineData(ElsCommand.AuthEls)]
    [InlineData(ElsCommand.Qfpa)]
    [InlineData((ElsCommand)0xEE)]
    public void Elses_that_are_not_there_are_rejected_command_not_supported(ElsCommand command)
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Peer.ExpectsReject(rig.Peer.SendsEls([(byte)command, 0, 0, 0, 0, 0, 0, 0]), ElsReject.CommandNotSupported);
        rig.Port.Counters.ElsUnsupported.Should().Be(1);
    }

    // ---- helpers --------------------------------------------------------------------------------------------------

    private static RtvAccPayload Rtv(PortRig rig) =>
        rig.Peer.ExpectsAccept(rig.Peer.SendsEls(new RtvPayload { Command = ElsCommand.Rtv })).As<RtvAccPayload>();

    private static FcoeLinkErrorStatusBlock Rls(PortRig rig, FcId about) =>
        rig.Peer.ExpectsAccept(rig.Peer.SendsEls(new RlsPayload { Command = ElsCommand.Rls, PortId = about })).As<RlsAccPayload>().FcoeLesb;

    private static RnidPayload Rnid(RnidFormat format) => new() { Command = ElsCommand.Rnid, Format = format };

    /// <summary>With the fill bytes that its length needs.</summary>
    private static OxId SendsPadded(RawPeer peer, byte[] payload)
    {
        OxId oxId = peer.NextOxId();
        FcHeader header = RawPeer.ElsHeader(oxId);
        header.FCtl = header.FCtl.WithFillFor(payload.Length);
        peer.SendsFrame(header, payload);
        return oxId;
    }
}
