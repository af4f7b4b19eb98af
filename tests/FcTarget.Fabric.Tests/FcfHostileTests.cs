// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

/// <summary>
/// Bad input through the FCF in the middle of another host's commands: the standard's reject or silence, a counter with a name, and every
/// byte of the other host as it should be.
/// </summary>
public sealed class FcfHostileTests
{
    [Fact]
    public void A_login_when_every_FC_ID_is_in_use_is_rejected_and_succeeds_when_one_is_free()
    {
        using SwitchRig rig = new(fabric: new FabricOptions { SwitchName = Wwn.None, MaxAddresses = 3 }); // the target's and two more
        VerifiedHost host = new(rig, 1);
        RawPeer second = rig.AddLoggedIn(2), third = rig.AddPeer(3);
        FcId id = second.Id;
        host.MovesData(() => third.ExpectsReject(third.SendsFabricLogin(), ElsReject.InsufficientResources));
        rig.Switch.Fabric.Counters.AddressesExhausted.Should().Be(2);
        rig.Counters.LoginsRejected.Should().Be(2);

        second.ExpectsAccept(second.SendsFabricLogo());
        third.LogsInWithFabric();
        third.Id.Should().Be(id, "the only one that nobody uses");
        rig.Switch.Fabric.Counters.AddressesRecycled.Should().Be(1);
        host.MovesData();
    }

    [Fact]
    public void A_FLOGI_without_solicitation_is_taken_and_one_to_a_group_address_is_not()
    {
        using SwitchRig rig = new();
        VerifiedHost host = new(rig, 1);
        RawPeer peer = rig.AddPeer(2);
        host.MovesData(() =>
        {
            peer.Fcf = FipAddresses.AllFcf; // every FCF of the segment would make a login of it
            peer.SendsFabricLogin();
            peer.ExpectsSilence();
        });
        rig.Counters.FipGroupAddressed.Should().Be(2);
        rig.Counters.Solicitations.Should().Be(0);
        peer.Fcf = SwitchRig.FcfMac;
        host.MovesData(() => peer.LogsInWithFabric());
        rig.Fcf.VirtualLinks().Should().HaveCount(2);
    }

    [Fact]
    public void Two_hosts_in_different_zones_never_hear_of_each_other_whatever_one_sends()
    {
        using SwitchRig rig = new();
        VerifiedHost host = new(rig, 1);
        RawPeer other = rig.AddLoggedIn(2);
        other.RegistersAsInitiator();
        (string, Wwn)[] zoned = [("z1", host.Peer.PortName), ("z1", rig.Port.Local.PortName), ("z2", other.PortName)];
        rig.Switch.Fabric.Zoning.Set(new ZoningConfiguration
        {
            Zones = [.. zoned.GroupBy(z => z.Item1, z => ZoneMember.OfPortName(z.Item2)).Select(z => new Zone(z.Key, [.. z]))],
            ZoneSets = [new ZoneSet("s", ["z1", "z2"])],
            ActiveSet = "s",
        });
        rig.Advance(1);
        FcId[] forbidden = [host.Peer.Id, rig.Port.Local.Id];
        host.MovesData(() =>
        {
            foreach (FcId id in forbidden)
            {
                other.Target = id;
                other.SendsPlogi();
                other.SendsCommand(Cdbs.TestUnitReady);
                other.SendsEls(new LogoPayload { Command = ElsCommand.Logo, NPortId = host.Peer.Id, NPortName = host.Peer.PortName });
            }
            other.ExpectsSilence();
        });
        rig.Counters.ZoneDenied.Should().Be(12);
        ReceivedFrame answer = Ask(other, NameServerCommand.GidPn, new NsName(host.Peer.PortName));
        CtIu.TryRead(answer.Payload, out CtPreamble preamble, out _);
        preamble.IsAccept.Should().BeFalse("the name server does not have it for this client");
        rig.Port.Local.RemotePorts.Should().ContainSingle("the target has not met the other");
    }

    [Fact]
    public void Frames_under_another_s_name_are_dropped_and_the_other_notices_nothing()
    {
        using SwitchRig rig = new();
        VerifiedHost host = new(rig, 1);
        RawPeer spoofer = rig.AddLoggedIn(2), stranger = rig.AddPeer(3);
        OxId open = default;
        host.MovesData(() =>
        {
            foreach (RawPeer peer in (RawPeer[])[spoofer, stranger])
            {
                // FCoE with the host's S_ID from a MAC address of its own: a command, an ABTS, LOGO to the target and to the fabric.
                open = new OxId((ushort)0x0100);
                FcId target = rig.Port.Local.Id;
                foreach (FcHeader header in (FcHeader[])
                [
                    RawPeer.CommandHeader(peer.NextOxId()) with { DId = target },
                    new FcHeader { RCtl = RCtl.Abts, Type = FcType.Bls, FCtl = FCtlValues.AbtsByOriginator, OxId = open, RxId = RxId.Unassigned, DId = target },
                    RawPeer.ElsHeader(peer.NextOxId()) with { DId = target },
                    RawPeer.ElsHeader(peer.NextOxId()) with { DId = FcId.FPortController },
                ])
                {
                    byte[] payload = header.Type == FcType.Els
                        ? RawPeer.BytesOf(new LogoPayload { Command = ElsCommand.Logo, NPortId = host.Peer.Id, NPortName = host.Peer.PortName })
                        : RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0);
                    peer.SendsFrame(header with { SId = host.Peer.Id }, payload, from: peer.ENode);
                }
                // FIP about the host: LOGO, keep alive, Clear Virtual Links.
                (FcId, MacAddress, Wwn) own = (peer.Id, peer.GrantedMac, peer.PortName);
                (peer.Id, peer.GrantedMac, peer.PortName) = (host.Peer.Id, host.Peer.GrantedMac, host.Peer.PortName);
                peer.SendsFabricLogo();
                SendsClear(peer, host.Peer);
                (peer.Id, peer.GrantedMac, peer.PortName) = own;
                peer.Ignores();
            }
        });
        rig.Counters.SourceMacSpoofed.Should().Be(16);
        rig.Counters.FipSourceSpoofed.Should().Be(8);
        rig.Fcf.VirtualLinks().Should().HaveCount(2);
    }

    [Fact]
    public void A_LOGO_with_another_s_address_and_name_does_not_log_out_the_other()
    {
        using SwitchRig rig = new();
        VerifiedHost host = new(rig, 1), rogue = new(rig, 2, lba: 64);
        // From its own MAC address and S_ID: every check of the FCF is passed.
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = host.Peer.Id, NPortName = host.Peer.PortName };
        host.MovesData(() => rogue.Peer.ExpectsReject(rogue.Peer.SendsEls(logo), ElsReject.InvalidNPortId));
        rogue.Peer.ExpectsAccept(rogue.Peer.SendsLogo());
        host.MovesData(() => rogue.Peer.ExpectsReject(rogue.Peer.SendsEls(logo), ElsReject.InvalidNPortId));
        rig.Port.Local.Find(host.Peer.Id)!.IsLoggedIn.Should().BeTrue();
    }

    [Fact]
    public void A_PLOGI_with_another_s_name_does_not_take_the_other_s_place()
    {
        using SwitchRig rig = new();
        VerifiedHost host = new(rig, 1);
        RawPeer rogue = rig.AddLoggedIn(2);
        rogue.Target = rig.Port.Local.Id;
        Wwn own = rogue.PortName;
        rogue.PortName = host.Peer.PortName;
        host.MovesData(() => rogue.ExpectsReject(rogue.SendsPlogi(), ElsReject.InvalidPortName));
        rogue.PortName = own;
        rogue.ExpectsAccept(rogue.SendsPlogi());
        host.MovesData();
    }

    [Theory, InlineData("missing"), InlineData("repeated"), InlineData("length 0"), InlineData("longer than the frame")]
    public void Descriptors_that_are_not_as_they_should_be_change_nothing(string fault)
    {
        using SwitchRig rig = new();
        VerifiedHost host = new(rig, 1);
        RawPeer peer = rig.AddLoggedIn(2);
        int sent = 0;
        host.MovesData(() =>
        {
            foreach (byte[] frame in Frames(peer))
            {
                sent++;
                rig.Port.OnFrame(Spoil(frame, fault)); // not over the segment: the host's ears take no malformed frames
            }
            peer.ExpectsSilence();
        });
        FcfCounters counters = rig.Counters;
        long counted = fault switch
        {
            "missing" => counters.FipDescriptorMissing,
            "repeated" => counters.FipDescriptorRepeated,
            _ => counters.FipDescriptorListMalformed,
        };
        counted.Should().Be(sent);
        rig.Fcf.VirtualLinks().Should().HaveCount(2);
        peer.LogsInWithFabric();
    }

    [Fact]
    public void A_VLAN_that_is_not_served_is_silent_for_every_kind_of_frame()
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [100] });
        VerifiedHost host = new(rig, 1, vid: 100);
        RawPeer peer = rig.AddPeer(2, vid: 7);
        peer.GrantedMac = peer.ENode;
        host.MovesData(() =>
        {
            peer.SendsSolicitation();
            peer.SendsFabricLogin();
            peer.SendsKeepAlive();
            peer.SendsFrame(RawPeer.CommandHeader(peer.NextOxId()) with { SId = host.Peer.Id, DId = rig.Port.Local.Id }, new byte[32]);
            peer.ExpectsSilence();
        });
        rig.Counters.VlanNotServed.Should().Be(8);
        rig.Fcf.VirtualLinks().Should().ContainSingle();
    }

    private static ReceivedFrame Ask<T>(RawPeer peer, NameServerCommand command, in T body) where T : struct, IWirePayload
    {
        byte[] iu = new byte[CtPreamble.WireSize + T.WireSize];
        CtIu.Write(iu, CtPreamble.To(command), body);
        OxId oxId = peer.NextOxId();
        peer.SendsFrame(RawPeer.ElsHeader(oxId) with { RCtl = RCtl.UnsolicitedControl, Type = FcType.Ct, DId = FcId.DirectoryServer }, iu);
        return peer.Expects("the answer", f => f.IsFc && f.Header.Type == FcType.Ct && f.Header.OxId == oxId);
    }

    private static void SendsClear(RawPeer peer, RawPeer victim)
    {
        byte[] frame = new byte[128];
        FipWriter fip = FipWriter.Begin(frame, SwitchRig.FcfMac, peer.ENode, FipControlSubcode.ClearVirtualLinks);
        fip.Add(new FipMacAddressDescriptor { MacAddress = victim.ENode });
        fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = victim.GrantedMac, AddressIdentifier = victim.Id, PortName = victim.PortName });
        peer.SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    /// <summary>One frame of each kind that an FCF takes, all with a MAC address descriptor last.</summary>
    private static IEnumerable<byte[]> Frames(RawPeer peer)
    {
        FipMacAddressDescriptor mac = new() { MacAddress = peer.ENode };
        yield return Frame(peer, FipOperation.Vlan, (byte)FipVlanSubcode.Request, (ref FipWriter fip) => fip.Add(mac));
        yield return Frame(peer, FipOperation.Discovery, (byte)FipDiscoverySubcode.Solicitation, (ref FipWriter fip) =>
        {
            fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = peer.NodeName });
            fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = 2158 });
            fip.Add(mac);
        });
        yield return Frame(peer, FipOperation.LinkService, (byte)FipLinkServiceSubcode.Request, (ref FipWriter fip) =>
        {
            byte[] logo = RawPeer.BytesOf(new LogoPayload { Command = ElsCommand.Logo, NPortId = peer.Id, NPortName = peer.PortName });
            FcHeader header = RawPeer.ElsHeader(peer.NextOxId()) with { SId = peer.Id, DId = FcId.FPortController };
            FcFrame.Write(fip.AddEncapsulatedFrame(FipDescriptorType.Logo, FcHeader.WireSize + logo.Length), header, logo);
            fip.Add(mac);
        });
        yield return Frame(peer, FipOperation.Control, (byte)FipControlSubcode.KeepAlive, (ref FipWriter fip) => fip.Add(mac));
        yield return Frame(peer, FipOperation.Control, (byte)FipControlSubcode.ClearVirtualLinks, (ref FipWriter fip) => fip.Add(mac));
    }

    private delegate void Fill(ref FipWriter fip);

    private static byte[] Frame(RawPeer peer, FipOperation operation, byte subcode, Fill fill)
    {
        byte[] frame = new byte[256];
        FipWriter fip = FipWriter.Begin(frame, SwitchRig.FcfMac, peer.ENode, operation, subcode);
        fill(ref fip);
        return frame[..fip.Finish()];
    }

    /// <summary>Does something to the last descriptor, the MAC address of eight bytes.</summary>
    private static byte[] Spoil(byte[] frame, string fault)
    {
        const int LengthAt = EthernetFrame.HeaderLength + 6; // of the descriptor list, in words
        int list = (frame[LengthAt] << 8) | frame[LengthAt + 1];
        int at = EthernetFrame.HeaderLength + FipMessage.HeaderLength + (list * 4) - FipMacAddressDescriptor.WireSize;
        switch (fault)
        {
            case "missing":
                frame[LengthAt + 1] = (byte)(list - 2);
                break;
            case "repeated":
                byte[] longer = new byte[Math.Max(frame.Length, at + (2 * FipMacAddressDescriptor.WireSize))];
                frame.CopyTo(longer, 0);
                frame.AsSpan(at, FipMacAddressDescriptor.WireSize).CopyTo(longer.AsSpan(at + FipMacAddressDescriptor.WireSize));
                longer[LengthAt + 1] = (byte)(list + 2);
                return longer;
            default:
                frame[at + 1] = fault == "length 0" ? (byte)0 : (byte)200;
                break;
        }
        return frame;
    }
}
