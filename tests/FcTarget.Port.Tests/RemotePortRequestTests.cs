// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>What we ask of a port that is logged in: ADISC, PDISC, RTV, PRLO as originator.</summary>
public sealed class RemotePortRequestTests
{
    private static RemotePort PortOf(PortRig rig) => rig.Port.Local.Find(rig.Peer.Id)!;

    [Fact]
    public void ADISC_names_us_and_its_acceptance_leaves_the_login_alone()
    {
        using PortRig rig = PortRig.WithImagePair();
        PortOf(rig).Verify();
        ReceivedFrame request = rig.Peer.ExpectsEls(ElsCommand.Adisc);
        ElsPayload.TryRead(request.Payload, out AdiscPayload adisc).Should().BeTrue();
        (adisc.PortName, adisc.NodeName, adisc.NPortId).Should().Be((rig.Port.Local.PortName, rig.Port.Local.NodeName, rig.Port.Local.Id));
        RemotePort peer = PortOf(rig);
        rig.Peer.Accepts(request, new AdiscPayload { Command = ElsCommand.LsAcc, PortName = peer.PortName, NodeName = peer.NodeName, NPortId = peer.Id });
        rig.Peer.ExpectsSilence();
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_port_that_refuses_to_be_the_one_that_logged_in_is_logged_in_with_anew(bool withPdisc)
    {
        using PortRig rig = PortRig.WithImagePair();
        PortOf(rig).Verify(withPdisc);
        rig.Peer.Rejects(rig.Peer.ExpectsEls(withPdisc ? ElsCommand.Pdisc : ElsCommand.Adisc), ElsReject.PlogiRequired);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
        rig.StateOf(rig.Peer).Should().Be(LoginState.Flogi);
    }

    [Fact]
    public void Another_name_in_the_answer_to_ADISC_is_another_port()
    {
        using PortRig rig = PortRig.WithImagePair();
        PortOf(rig).Verify();
        ReceivedFrame request = rig.Peer.ExpectsEls(ElsCommand.Adisc);
        rig.Peer.Accepts(request, new AdiscPayload { Command = ElsCommand.LsAcc, PortName = new Wwn(0x2000_0000_0000_9999ul), NPortId = rig.Peer.Id });
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    [Fact]
    public void A_port_that_does_not_answer_ADISC_is_gone()
    {
        using PortRig rig = PortRig.WithImagePair();
        PortOf(rig).Verify();
        rig.Peer.ExpectsEls(ElsCommand.Adisc);
        rig.Advance(4_100);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    [Fact]
    public void PDISC_carries_our_service_parameters_and_its_acceptance_leaves_the_login_alone()
    {
        using PortRig rig = PortRig.WithImagePair();
        PortOf(rig).Verify(withPdisc: true);
        ReceivedFrame request = rig.Peer.ExpectsEls(ElsCommand.Pdisc);
        ElsPayload.TryRead(request.Payload, out LoginPayload pdisc).Should().BeTrue();
        pdisc.PortName.Should().Be(rig.Port.Local.PortName);
        pdisc.Class3.ReceiveDataFieldSize.Should().Be((UInt16BE)(ushort)rig.Port.Local.MaxPayload);
        rig.Peer.AcceptsLogin(request);
        rig.Peer.ExpectsSilence();
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Fact]
    public void RTV_teaches_the_time_outs_in_milliseconds_also_when_they_come_in_nanoseconds()
    {
        using PortRig rig = PortRig.WithImagePair();
        PortOf(rig).ReadTimeouts();
        rig.Peer.Accepts(rig.Peer.ExpectsEls(ElsCommand.Rtv), new RtvAccPayload
        {
            Command = ElsCommand.LsAcc,
            RATov = 12_000,
            EDTov = 3_000_000_000,
            Qualifier = RtvQualifier.EDTovInNanoseconds,
        });
        rig.Pump();
        (PortOf(rig).RATov, PortOf(rig).EDTov).Should().Be((TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void PRLO_ends_the_image_pair_and_the_tasks_in_it_but_not_the_login()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsWrite10(lba: 0, blocks: 8);
        rig.Pump();
        rig.OpenExchanges.Should().Be(1);
        PortOf(rig).EndImagePair();
        rig.Pump();
        rig.OpenExchanges.Should().Be(0);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
        rig.Peer.Ignores();
        rig.Peer.SendsPrli();
        rig.Pump();
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }
}
