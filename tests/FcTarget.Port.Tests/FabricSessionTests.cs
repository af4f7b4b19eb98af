// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>What an N_Port says to the fabric and its services, and what it makes of their answers.</summary>
public sealed class FabricSessionTests
{
    private static readonly PortOptions Named = new() { SymbolicNodeName = "node", SymbolicPortName = "port" };

    [Fact]
    public void A_target_logs_in_registers_and_asks_for_state_changes_in_the_order_of_libfc()
    {
        using FabricRig rig = FabricRig.Online(Named);
        rig.Fcf.Heard.Where(f => f.Els is not null).Select(f => (f.Els!.Value, f.Header.DId)).Should().Equal(
            (ElsCommand.Flogi, FcId.FPortController), (ElsCommand.Plogi, FcId.DirectoryServer), (ElsCommand.Scr, FcId.FabricController),
            (ElsCommand.Plogi, FcId.ManagementServer));
        rig.Fcf.CtCommands.Take(5).Should().Equal(
            (ushort)NameServerCommand.RnnId, (ushort)NameServerCommand.RsnnNn, (ushort)NameServerCommand.RspnId, (ushort)NameServerCommand.RftId,
            (ushort)NameServerCommand.RffId);
        rig.Fcf.CtCommands.Skip(5).Should().Equal((ushort)FdmiCommand.Rhba, (ushort)FdmiCommand.Rpa);

        ReceivedFrame rff = rig.Fcf.Heard.Where(f => f.IsFc && f.Header.Type == FcType.Ct).ElementAt(4);
        CtIu.TryRead(rff.Payload, out CtPreamble _, out ReadOnlySpan<byte> body).Should().BeTrue();
        CtIu.TryRead(body, out NsRegisterFc4Features features).Should().BeTrue();
        (features.Id, features.Features, features.Fc4Type).Should().Be((rig.Local.Id, Fc4Features.FcpTarget, FcType.Fcp));
    }

    [Fact]
    public void Link_up_and_the_fabric_login_fire_once_each_and_in_order()
    {
        using FabricRig rig = FabricRig.Online();
        rig.ProbeNames.Should().Equal(
            "link-up", "fabric-login-start", "fabric-login-end status=0",
            "rport-login-start solicited=1", "rport-login-end solicited=1 status=0",     // FFFFFC
            "rport-login-start solicited=1", "rport-login-end solicited=1 status=0");    // FFFFFA
        rig.Probes.Clear();
        rig.Wire.SetLink(false);
        rig.Pump();
        rig.ProbeNames.Should().Equal(
            "link-down", "rport-logout-start solicited=1", "rport-logout-end solicited=1", "rport-logout-start solicited=1",
            "rport-logout-end solicited=1");
    }

    [Fact]
    public void The_fabrics_timeouts_hold_from_FLOGI_to_the_end_of_the_login()
    {
        using FabricRig rig = new();
        rig.Fcf.Timeouts = (20_000, 4_000);
        rig.ComesOnline();
        (rig.Local.RATov, rig.Local.EDTov).Should().Be((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(4)));
        rig.Wire.SetLink(false);
        rig.Pump();
        (rig.Local.RATov, rig.Local.EDTov).Should().Be((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)));
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void Timeouts_that_cannot_be_meant_leave_ours_in_force(uint rATov, uint eDTov)
    {
        using FabricRig rig = new();
        rig.Fcf.Timeouts = (rATov, eDTov);
        rig.ComesOnline();
        (rig.Local.RATov, rig.Local.EDTov).Should().Be((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_refused_FLOGI_is_sent_again_more_and_more_rarely_and_each_is_told_to_the_probes()
    {
        using FabricRig rig = new();
        rig.Fcf.RefusesLogins = ElsReject.LogicalBusy;
        rig.Advance(2.5); // VLAN discovery 1.5 s, solicitation 0.5 s, FLOGI at 2.0
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(1);
        rig.Advance(15); // again after 1, 2, 4 and 8 s
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(5);
        rig.ProbeNames.Where(p => p.StartsWith("fabric", StringComparison.Ordinal)).Should().Equal(
            Enumerable.Repeat<string[]>(["fabric-login-start", $"fabric-login-end status={0x0500}"], 5).SelectMany(p => p));
        rig.Fcf.RefusesLogins = null;
        rig.Advance(10);
        rig.State.Should().Be(FabricState.Online);
    }

    [Fact]
    public void A_busy_name_server_is_asked_again_and_one_that_refuses_an_object_is_not()
    {
        using FabricRig rig = new(Named);
        int busy = 2;
        rig.Fcf.RefusesCt = command => command == (ushort)NameServerCommand.RnnId && busy-- > 0 ? CtReject.LogicalBusy
            : command == (ushort)NameServerCommand.RspnId ? CtReject.CommandNotSupported : null;
        rig.ComesOnline();
        rig.Fcf.CtCommands.Count(c => c == (ushort)NameServerCommand.RnnId).Should().Be(3);
        rig.Fcf.CtCommands.Count(c => c == (ushort)NameServerCommand.RspnId).Should().Be(1);
        rig.Port.Counters.RegistrationsRefused.Should().Be(1);
    }

    [Fact]
    public void Hosts_may_log_in_before_the_name_server_answers()
    {
        using FabricRig rig = new();
        rig.Fcf.AnswersServices = false;
        rig.Advance(3);
        rig.State.Should().Be(FabricState.NameServer);
        rig.LogsIn(0x010900).State.Should().Be(LoginState.LoggedIn);
        rig.Fcf.AnswersServices = true;
        rig.Advance(10);
        rig.State.Should().Be(FabricState.Online);
        rig.Local.Find(new FcId(0x010900u))!.State.Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void Symbolic_names_of_a_host_are_asked_for_when_it_logs_in()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Fcf.Names[0x010900] = new NameServerEntry(new Wwn(0x2100_0000_0001_0900ul), Fc4Features.FcpInitiator, "host port", "host node");
        RemotePort host = rig.LogsIn(0x010900);
        unsafe
        {
            Text(host.ProbeInfo.Info->fcp_sym_port_name).Should().Be("host port");
            Text(host.ProbeInfo.Info->fcp_sym_node_name).Should().Be("host node");
            static string Text(byte* at) => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)at)!;
        }
    }

    [Fact]
    public void An_RSCN_about_a_host_that_the_name_server_no_longer_knows_ends_its_login()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Fcf.Names[0x010900] = new NameServerEntry(new Wwn(0x2100_0000_0001_0900ul), Fc4Features.FcpInitiator);
        RemotePort host = rig.LogsIn(0x010900), other = rig.LogsIn(0x010A00);
        rig.Fcf.SendsRscn(rig.Local.Id, host.Id);
        rig.Pump();
        host.State.Should().Be(LoginState.LoggedIn, "it is still there");
        rig.Fcf.Names.Clear();
        rig.Fcf.SendsRscn(rig.Local.Id, host.Id);
        rig.Pump();
        (host.State, other.State).Should().Be((LoginState.Idle, LoginState.LoggedIn));
        rig.Fcf.SendsRscn(rig.Local.Id, new FcId(0x010000u), RscnAddressFormat.Domain);
        rig.Pump();
        other.State.Should().Be(LoginState.Idle);
        rig.ProbeNames.Should().Contain("rscn-receive 010900");
    }

    [Fact]
    public void A_silent_name_server_ends_nobodys_login()
    {
        using FabricRig rig = FabricRig.Online();
        RemotePort host = rig.LogsIn(0x010900);
        rig.Fcf.AnswersServices = false;
        rig.Fcf.SendsRscn(rig.Local.Id, host.Id);
        rig.Advance(40);
        host.State.Should().Be(LoginState.LoggedIn);
        rig.Port.Counters.CtTimeouts.Should().BeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public void LOGO_from_the_F_Port_controller_begins_the_login_anew()
    {
        using FabricRig rig = FabricRig.Online();
        RemotePort host = rig.LogsIn(0x010900);
        rig.Fcf.SendsLogo(rig.Local.Id);
        rig.Pump();
        rig.ComesOnline();
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(2);
        host.State.Should().Be(LoginState.Idle);
    }

    [Fact]
    public void A_port_that_stops_logs_out_of_its_hosts_and_then_of_the_fabric()
    {
        using FabricRig rig = FabricRig.Online();
        rig.LogsIn(0x010900);
        bool stopped = false;
        rig.Port.RequestStop(() => stopped = true);
        rig.Pump();
        ReceivedFrame logo = rig.Fcf.Requests(ElsCommand.Logo).Should().ContainSingle().Subject;
        rig.Fcf.Answers(logo, RawPeer.BytesOf(LsAccPayload.Accept));
        rig.Advance(0.1);
        stopped.Should().BeTrue();
        rig.Fcf.Logins.Should().BeEmpty();
        rig.Fcf.Requests(ElsCommand.Logo).Last().IsFip.Should().BeTrue();
    }

    // ---- an initiator ---------------------------------------------------------------------------------------------

    private static Wwn NameOf(uint id) => new(0x2100_0000_0000_0000ul | id);

    [Fact]
    public void An_initiator_logs_in_with_the_targets_of_a_list_of_several_frames_and_with_nobody_else()
    {
        using FabricRig rig = new(target: false);
        for (uint id = 0x010900; id < 0x010900 + 300; id++) // 4800 bytes of list
            rig.Fcf.Names[id] = new NameServerEntry(NameOf(id), id % 100 == 0 ? Fc4Features.FcpTarget : Fc4Features.FcpInitiator);
        rig.ComesOnline();
        rig.Pump();
        rig.Fcf.Heard.Where(f => f.Els == ElsCommand.Plogi && !f.Header.DId.IsWellKnown).Select(f => f.Header.DId.Value)
            .Should().BeEquivalentTo(Enumerable.Range(0x010900, 300).Where(i => i % 100 == 0).Select(i => (uint)i));
    }

    [Fact]
    public void An_initiator_meets_new_targets_by_RSCN_verifies_those_it_knows_and_drops_those_that_are_gone()
    {
        using FabricRig rig = FabricRig.Online(target: false);
        FcId id = new(0x010900u);
        rig.Fcf.Names[id.Value] = new NameServerEntry(NameOf(id.Value), Fc4Features.FcpTarget);
        rig.Fcf.SendsRscn(rig.Local.Id, id);
        rig.Pump();
        ReceivedFrame plogi = rig.Fcf.Heard.Single(f => f.Els == ElsCommand.Plogi && f.Header.DId == id);
        Answer(rig, plogi, RawPeer.BytesOf(rig.Fcf.Plogi(NameOf(id.Value), ElsCommand.LsAcc)));
        ReceivedFrame prli = rig.Fcf.Heard.Single(f => f.Els == ElsCommand.Prli);
        byte[] accept = new byte[20];
        PrliPage page = new()
        {
            Type = FcType.Fcp,
            Flags = PrliFlags.EstablishImagePair,
            ResponseCode = ProcessResponseCode.RequestExecuted,
            FcpParameters = FcpServiceParameters.TargetFunction,
        };
        ProcessPages.Write(accept, ElsCommand.LsAcc, [page]);
        Answer(rig, prli, accept);
        RemotePort target = rig.Local.Find(id)!;
        target.State.Should().Be(LoginState.ImagePair);

        rig.Fcf.SendsRscn(rig.Local.Id, id);
        rig.Pump();
        rig.Fcf.Heard.Should().Contain(f => f.Els == ElsCommand.Adisc && f.Header.DId == id);

        rig.Fcf.Names.Clear();
        rig.Fcf.SendsRscn(rig.Local.Id, id);
        rig.Pump();
        target.State.Should().Be(LoginState.Idle);
    }

    private static void Answer(FabricRig rig, ReceivedFrame request, ReadOnlySpan<byte> payload)
    {
        rig.Fcf.Answers(request, payload);
        rig.Pump();
    }
}
