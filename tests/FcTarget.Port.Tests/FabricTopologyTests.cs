// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>FIP as an ENode plays it: VLANs, FCFs, virtual links.</summary>
public sealed class FabricTopologyTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(8);

    [Fact]
    public void A_VLAN_is_asked_for_untagged_and_everything_else_goes_in_the_one_that_is_told()
    {
        using FabricRig rig = new();
        rig.Fcf.Vlans = [100];
        rig.Fcf.Vlan = new VlanTag(100, 3);
        rig.ComesOnline();

        rig.Fcf.Heard[0].Should().Match<ReceivedFrame>(f => f.Operation == FipOperation.Vlan && f.Vlan == null && f.Destination == FipAddresses.AllFcf);
        rig.Fcf.Heard.Skip(1).Should().OnlyContain(f => f.Vlan == new VlanTag(100, 3));
    }

    [Fact]
    public void A_VLAN_without_FCF_is_left_for_the_next_one()
    {
        using FabricRig rig = new();
        rig.Fcf.Vlans = [7, 100];
        rig.Fcf.Vlan = new VlanTag(100, 3);
        rig.ComesOnline();
        rig.Fcf.Heard.Count(f => f.Vlan?.Vid == 7).Should().Be(FabricTopology.Attempts, "so often it was solicited there");
    }

    [Fact]
    public void Where_nobody_tells_of_VLANs_frames_are_untagged()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Fcf.Count(FipOperation.Vlan, (byte)FipVlanSubcode.Request).Should().Be(FabricTopology.Attempts);
        rig.Fcf.Heard.Should().OnlyContain(f => f.Vlan == null);
    }

    [Fact]
    public void The_operators_VLAN_is_used_unasked()
    {
        using FabricRig rig = new(new PortOptions { Vlan = new VlanTag(42, 3) });
        rig.Fcf.Vlan = new VlanTag(42, 3);
        rig.ComesOnline();
        rig.Fcf.Count(FipOperation.Vlan, (byte)FipVlanSubcode.Request).Should().Be(0);
    }

    [Fact]
    public void FLOGI_goes_in_FIP_from_the_ENode_and_the_VN_Port_has_the_MAC_address_of_its_N_Port_ID()
    {
        using FabricRig rig = FabricRig.Online();
        ReceivedFrame flogi = rig.Fcf.Requests(ElsCommand.Flogi).Should().ContainSingle().Subject;
        flogi.Encapsulated.Should().Be(FipDescriptorType.Flogi);
        (flogi.Source, flogi.Destination, flogi.Header.SId, flogi.Header.DId).Should().Be((FabricRig.PortMac, rig.Fcf.Mac, FcId.None, FcId.FPortController));
        rig.Local.Id.Should().Be(new FcId(0x010100u));
        MacAddress vnPort = MacAddress.Fpma(MacAddress.DefaultFcMap, rig.Local.Id);
        rig.Fcf.Heard.Where(f => !f.IsFip).Should().NotBeEmpty().And.OnlyContain(f => f.Source == vnPort && f.Destination == rig.Fcf.Mac && f.Header.SId == rig.Local.Id);
    }

    [Fact]
    public void Of_several_FCFs_the_best_priority_wins_and_then_the_lowest_name()
    {
        using FabricRig rig = new(fcfs: 3);
        (rig.Fcfs[0].Priority, rig.Fcfs[1].Priority, rig.Fcfs[2].Priority) = (200, 5, 5);
        rig.Fcfs[1].SwitchName = new Wwn(0x2FFE_0000_0000_0009ul);
        rig.Fcfs[2].SwitchName = new Wwn(0x2FFE_0000_0000_0001ul);
        rig.ComesOnline();
        rig.Fcfs.Select(f => f.Logins.Count).Should().Equal(0, 0, 1);
    }

    [Fact]
    public void An_FCF_whose_long_advertisement_does_not_arrive_long_is_not_used()
    {
        using FabricRig rig = new(fcfs: 2);
        rig.Fcf.Priority = 1;
        rig.Fcf.PadsAdvertisements = false;
        rig.ComesOnline();
        rig.Fcfs.Select(f => f.Logins.Count).Should().Equal(0, 1);
        rig.Port.Counters.AdvertisementsTooShort.Should().BePositive();
    }

    [Fact]
    public void An_FCF_that_is_not_available_is_used_when_it_is()
    {
        using FabricRig rig = new();
        rig.Fcf.Flags = FipFlags.Fpma;
        rig.Advance(60);
        rig.Fcf.Requests(ElsCommand.Flogi).Should().BeEmpty();
        rig.Fcf.Flags |= FipFlags.Available;
        rig.Advance(10);
        rig.State.Should().Be(FabricState.Online);
    }

    [Fact]
    public void ENode_and_VN_Port_are_kept_alive_unless_the_FCF_does_not_want_it()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Advance(Period * 23);
        rig.Fcf.KeepAlives(ofVnPorts: false).Should().BeInRange(22, 23);
        rig.Fcf.KeepAlives(ofVnPorts: true).Should().Be(2, "of 184 s, one each 90 s");
        ReceivedFrame keepAlive = rig.Fcf.Heard.Last(f => f.Operation == FipOperation.Control && f.Descriptor<FipVxPortIdentificationDescriptor>() is not null);
        keepAlive.Source.Should().Be(MacAddress.Fpma(MacAddress.DefaultFcMap, rig.Local.Id));

        rig.Fcf.KeepAlivesUnwanted = true;
        rig.Advance(Period);
        int before = rig.Fcf.KeepAlives(ofVnPorts: false);
        rig.Advance(Period * 5);
        rig.Fcf.KeepAlives(ofVnPorts: false).Should().Be(before);
    }

    [Fact]
    public void An_FCF_that_is_silent_for_two_and_a_half_periods_is_gone_and_is_used_again_when_it_is_back()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Advance(Period);
        RemotePort host = rig.LogsIn(0x010900);
        rig.Fcf.IsAlive = false;
        rig.Advance(Period * 1.4);
        rig.State.Should().Be(FabricState.Online, "two advertisements are missing at most");
        rig.Advance(Period * 1.2);
        rig.State.Should().Be(FabricState.Offline);
        (rig.Local.Id, host.State).Should().Be((FcId.None, LoginState.Idle));
        rig.Port.Counters.FcfsLost.Should().Be(1);

        rig.Fcf.IsAlive = true;
        rig.Advance(10);
        rig.State.Should().Be(FabricState.Online);
        rig.Local.Id.Should().Be(new FcId(0x010101u));
    }

    [Fact]
    public void When_the_FCF_is_lost_another_one_takes_over()
    {
        using FabricRig rig = new(fcfs: 2);
        rig.Fcf.Priority = 1;
        rig.ComesOnline();
        rig.Fcf.Logins.Should().HaveCount(1);
        rig.Fcf.IsAlive = false;
        rig.Advance(Period * 2.5);
        rig.Advance(1);
        rig.State.Should().Be(FabricState.Online);
        rig.Fcfs[1].Logins.Should().HaveCount(1);
    }

    [Fact]
    public void An_FCF_that_does_not_let_us_in_is_left_for_one_that_does()
    {
        using FabricRig rig = new(fcfs: 2);
        rig.Fcf.Priority = 1;
        rig.Fcf.RefusesLogins = ElsReject.InsufficientResources;
        rig.ComesOnline();
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(3);
        rig.Fcfs[1].Logins.Should().HaveCount(1);
    }

    [Fact]
    public void Clear_Virtual_Links_without_names_ends_them_all_and_they_are_made_anew()
    {
        using FabricRig rig = FabricRig.Online();
        rig.Probes.Clear();
        rig.Fcf.ClearsVirtualLinks(FabricRig.PortMac);
        rig.Pump();
        rig.Local.Id.Should().Be(FcId.None);
        rig.ComesOnline();
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(2);
        rig.ProbeNames.Should().ContainInOrder("fabric-login-start", "fabric-login-end status=0");
        rig.Port.Counters.VirtualLinksCleared.Should().Be(1);
    }

    [Fact]
    public void Clear_Virtual_Links_of_somebody_else_or_from_somebody_else_changes_nothing()
    {
        using FabricRig rig = FabricRig.Online(fcfs: 2);
        RawFcf other = rig.Fcfs.Single(f => f.Logins.Count == 0), fcf = rig.Fcfs.Single(f => f.Logins.Count == 1);
        other.ClearsVirtualLinks(FabricRig.PortMac);
        fcf.Logins[0x010777] = (new MacAddress(0x0EFC00010777ul), FabricRig.PortMac, new Wwn(0x2000_0000_0000_0777ul));
        fcf.ClearsVirtualLinks(FabricRig.PortMac, new FcId(0x010777u));
        rig.Pump();
        rig.State.Should().Be(FabricState.Online);
        rig.Port.Counters.FcfMacWrong.Should().Be(1);
    }

    [Fact]
    public void A_fabric_that_provides_no_MAC_addresses_gets_our_own()
    {
        using FabricRig rig = new();
        rig.Fcf.Flags = FipFlags.Spma | FipFlags.Available;
        rig.ComesOnline();
        rig.Fcf.Requests(ElsCommand.Flogi).Single().Descriptor<FipMacAddressDescriptor>()!.Value.MacAddress.Should().Be(FabricRig.PortMac);
        rig.Fcf.Heard.Where(f => !f.IsFip).Should().OnlyContain(f => f.Source == FabricRig.PortMac);
    }

    [Fact]
    public void A_MAC_address_that_is_not_the_fabrics_to_grant_is_refused()
    {
        using FabricRig rig = new();
        rig.Fcf.GrantsMac = new MacAddress(0x0EFC00FFFFFEul);
        rig.Advance(10);
        rig.Local.Id.Should().Be(FcId.None);
        rig.Port.Counters.MacGrantsRefused.Should().BePositive();
        rig.ProbeNames.Should().Contain("fabric-login-end status=-4");
    }

    [Fact]
    public void FCoE_frames_with_a_wrong_source_VLAN_or_destination_are_counted_and_dropped()
    {
        using FabricRig rig = FabricRig.Online();
        FcHeader header = new()
        {
            RCtl = RCtl.ElsRequest,
            Type = FcType.Els,
            FCtl = FCtlValues.ExchangeRequest,
            SId = new FcId(0x010900u),
            DId = rig.Local.Id,
        };
        byte[] plogi = RawPeer.BytesOf(rig.Fcf.Plogi(new Wwn(0x2100_0000_0000_0001ul)));
        rig.Fcf.SendsSequence(header, plogi, from: new MacAddress(0x02_00_00_00_0B_ADul));
        rig.Fcf.SendsSequence(header, plogi, to: FabricRig.PortMac);
        rig.Fcf.SendsSequence(header, plogi, vlan: new VlanTag(9));
        rig.Pump();
        rig.Local.RemotePorts.Should().BeEmpty();
        (rig.Port.Counters.FcfMacWrong, rig.Port.Counters.VnPortMacWrong).Should().Be((1, 1));
        rig.Port.Counters.NotForUs.Should().Be(3, "each of them is not for us, whatever else");
    }

    [Fact]
    public void Truncated_and_garbled_FIP_frames_are_counted_and_hurt_nobody()
    {
        using FabricRig rig = FabricRig.Online();
        Random random = new(5);
        Action<RawFcf>[] all = [f => f.Advertises(), f => f.SendsAdvertisement(FabricRig.PortMac, 2158), f => f.ClearsVirtualLinks(FabricRig.PortMac)];
        foreach (Action<RawFcf> says in all)
        {
            byte[] good = Bytes(rig, says);
            for (int length = 14; length < Math.Min(good.Length, 96); length++)
            {
                byte[] cut = good[..length];
                rig.Fcf.SendsBytes(cut);
                rig.Pump();
            }
            for (int i = 0; i < 2000; i++)
            {
                byte[] bad = (byte[])good.Clone();
                for (int n = random.Next(1, 5); n > 0; n--) bad[random.Next(14, Math.Min(bad.Length, 80))] = (byte)random.Next(256);
                rig.Fcf.SendsBytes(bad);
                if (i % 16 == 0) rig.Pump();
            }
            rig.Pump();
        }
        rig.Port.Loop.Faults.Should().Be(0);
        rig.Port.Counters.FipMalformed.Should().BePositive();
        rig.Advance(60);
        rig.State.Should().Be(FabricState.Online);
    }

    /// <summary>What an FCF would send.</summary>
    private static byte[] Bytes(FabricRig rig, Action<RawFcf> says)
    {
        byte[] sent = [];
        rig.Segment.Filter = (_, frame) =>
        {
            sent = frame.ToArray();
            return Wire.FrameVerdict.Drop;
        };
        says(rig.Fcf);
        rig.Pump();
        rig.Segment.Filter = null;
        return sent;
    }
}
