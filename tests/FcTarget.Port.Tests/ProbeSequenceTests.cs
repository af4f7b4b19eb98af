// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>Which probes fire, in which order and with which arguments (docs/probes.md).</summary>
public sealed class ProbeSequenceTests
{
    [Fact]
    public void From_link_up_to_the_first_login_as_originator_of_PLOGI()
    {
        using PortRig rig = PortRig.Online();
        rig.EstablishesImagePair(rig.Peer);
        rig.Probes.Lines.Should().Equal(
            "link-up", "fabric-login-start", "fabric-login-end status=0",
            "rport-login-start solicited=1", "rport-login-end solicited=1 status=0",
            "scsi-command", "scsi-response 02", "scsi-command", "scsi-response 02");
        RecordedProbe start = rig.Probes.All[3];
        start.Local.Should().Be("2000020000000010");
        start.Remote.Should().Be("2000020000000001");
        start.RemoteAddress.Should().Be(1);
        rig.Probes.All[0].Remote.Should().Be("<unknown>");
    }

    [Fact]
    public void A_login_that_the_peer_begins_is_not_solicited()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        rig.Probes.Clear();
        rig.Peer.EstablishesImagePair();
        rig.Probes.Lines.Should().Equal("rport-login-start solicited=0", "rport-login-end solicited=0 status=0");
        rig.Probes.All[0].Remote.Should().Be(rig.Peer.PortName.ToString(), "strings are known as early as the wire tells");
    }

    [Fact]
    public void A_refused_PLOGI_ends_with_the_LS_RJT()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        rig.Probes.Clear();
        rig.Peer.ReceiveDataFieldSize = 128;
        rig.Peer.ExpectsReject(rig.Peer.SendsPlogi(), ElsReject.BadReceiveDataFieldSize);
        rig.Probes.Lines.Should().Equal("rport-login-start solicited=0", $"rport-login-end solicited=0 status={FcLoginStatus.LsRjt(3, 7)}");
    }

    [Fact]
    public void Our_PLOGI_refused_or_unanswered_ends_too()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        rig.Probes.Clear();
        rig.Peer.Rejects(rig.Peer.ExpectsEls(ElsCommand.Plogi), ElsReject.InsufficientResources);
        rig.Probes.Lines.Should().Equal($"rport-login-end solicited=1 status={FcLoginStatus.LsRjt(9, 0x29)}");
        rig.Advance(1000);
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        rig.Peer.ExpectsEls(ElsCommand.Plogi);
        rig.Probes.Clear();
        rig.Advance(4000);
        rig.Probes.Lines.Should().Equal($"rport-login-end solicited=1 status={FcLoginStatus.TimedOut}");
    }

    [Fact]
    public void Link_lost_in_the_middle_of_a_login_ends_it()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        rig.Probes.Clear();
        rig.SetLink(false);
        rig.Probes.Lines.Should().Equal("link-down", $"rport-login-end solicited=1 status={FcLoginStatus.LinkLost}");
    }

    [Fact]
    public void A_login_that_replaces_a_session_shows_the_logout_it_implies()
    {
        using PortRig rig = PortRig.WithImagePair(peerHasHigherName: true);
        rig.Peer.ExpectsAccept(rig.Peer.SendsPlogi());
        rig.Probes.Lines.Should().Equal(
            "rport-logout-start solicited=1", "rport-logout-end solicited=1",
            "rport-login-start solicited=0", "rport-login-end solicited=0 status=0");
    }

    [Fact]
    public void A_read_and_a_write()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.Reads(7, 8);
        rig.Peer.Writes(7, new byte[4096]);
        rig.Probes.Lines.Should().Equal(
            "scsi-command", "xfer-start 0+4096", "xfer-done 0+4096", "scsi-response 00",
            "scsi-command", "xfer-start 0+4096", "xfer-done 0+4096", "scsi-response 00");
        RecordedProbe command = rig.Probes.All[0], read = rig.Probes.All[1], response = rig.Probes.All[3], write = rig.Probes.All[5];
        command.Cdb.Should().StartWith("28000000000700000800");
        command.Facts.ExpectedLength.Should().Be(4096);
        command.Facts.LocalId.Should().Be(0x10);
        command.Facts.RemoteId.Should().Be(1);
        response.Facts.OxId.Should().Be(command.Facts.OxId);
        response.Facts.RxId.Should().Be(command.Facts.RxId);
        read.XferFlags.Should().Be(FcXferFlags.ToRport | FcXferFlags.LportXferActive);
        write.XferFlags.Should().Be(FcXferFlags.FromRport | FcXferFlags.LportXferActive);
    }

    [Fact]
    public void A_write_of_several_bursts_has_a_pair_for_each()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.Writes(0, new byte[300 * 1024]);
        rig.Probes.Lines.Should().Equal(
            "scsi-command", "xfer-start 0+262144", "xfer-done 0+262144",
            "xfer-start 262144+45056", "xfer-done 262144+45056", "scsi-response 00");
    }

    [Fact]
    public void A_residual_and_sense_data_are_told()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ExpectsRsp(rig.Peer.SendsRead10(0xFFFF_FFF0, 1));
        rig.Probes.Lines.Should().Equal("scsi-command", "scsi-response 02");
        FcCommandFacts facts = rig.Probes.All[1].Facts;
        facts.ResidualKind.Should().Be(FcResidual.Under);
        facts.Residual.Should().Be(512);
        facts.SenseLength.Should().Be(18);
    }

    [Fact]
    public void A_session_that_ends_gives_up_its_transfers_within_its_logout()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId write = rig.Peer.SendsWrite10(0, 8);
        rig.Peer.ExpectsXferRdy(write, 0, 4096);
        rig.Peer.ExpectsAccept(rig.Peer.SendsLogo());
        rig.Probes.Lines.Should().Equal(
            "scsi-command", "xfer-start 0+4096", "rport-logout-start solicited=0", "xfer-done 0+4096", "rport-logout-end solicited=0");
    }

    [Fact]
    public void With_nobody_listening_nothing_is_fired()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Provider.Detach(rig.Probes);
        rig.Peer.Reads(0, 1);
        rig.Probes.All.Should().BeEmpty();
    }
}
