// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

/// <summary>What is wrong with a frame is a counter with a name, and nobody else is disturbed.</summary>
public sealed class FcfBadInputTests
{
    [Fact]
    public void A_FIP_frame_with_a_descriptor_missing_is_dropped_and_counted()
    {
        using SwitchRig rig = new();
        RawPeer peer = Quiet(rig);
        peer.SendsBytes(Solicitation(peer, (ref FipWriter fip) => fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode })));
        peer.SendsBytes(Fip(peer, FipOperation.Vlan, (byte)FipVlanSubcode.Request, (ref FipWriter _) => { }));
        peer.SendsBytes(Fip(peer, FipOperation.LinkService, (byte)FipLinkServiceSubcode.Request, AddMac));
        peer.SendsBytes(Fip(peer, FipOperation.Control, (byte)FipControlSubcode.KeepAlive, (ref FipWriter _) => { }));
        peer.ExpectsSilence();
        rig.Counters.FipDescriptorMissing.Should().Be(4);

        void AddMac(ref FipWriter fip) => fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
    }

    [Fact]
    public void A_FIP_frame_with_a_descriptor_repeated_is_dropped_and_counted()
    {
        using SwitchRig rig = new();
        RawPeer peer = Quiet(rig);
        peer.SendsBytes(Fip(peer, FipOperation.Vlan, (byte)FipVlanSubcode.Request, (ref FipWriter fip) =>
        {
            fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
            fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
        }));
        peer.ExpectsSilence();
        rig.Counters.FipDescriptorRepeated.Should().Be(1);
    }

    [Fact]
    public void A_FIP_frame_with_a_descriptor_of_length_0_is_dropped_and_counted()
    {
        using SwitchRig rig = new();
        RawPeer peer = Quiet(rig);
        byte[] frame = Fip(peer, FipOperation.Vlan, (byte)FipVlanSubcode.Request, (ref FipWriter fip) =>
        {
            fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
            fip.Add(new FipPriorityDescriptor());
        });
        frame[EthernetFrame.HeaderLength + FipMessage.HeaderLength + FipMacAddressDescriptor.WireSize + 1] = 0;
        peer.SendsBytes(frame);
        peer.ExpectsSilence();
        rig.Counters.FipDescriptorListMalformed.Should().Be(1);
    }

    [Fact]
    public void A_FIP_frame_with_an_unknown_critical_descriptor_is_dropped_and_one_with_an_unknown_other_is_not()
    {
        using SwitchRig rig = new();
        RawPeer peer = Quiet(rig);
        foreach (byte type in (byte[])[99, 200])
            peer.SendsBytes(Fip(peer, FipOperation.Vlan, (byte)FipVlanSubcode.Request, (ref FipWriter fip) =>
            {
                fip.AddOpaque((FipDescriptorType)type, [0, 0]);
                fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
            }));
        peer.ExpectsVlanNotification();
        peer.ExpectsSilence();
        rig.Counters.FipDescriptorUnknown.Should().Be(1);
    }

    [Fact]
    public void A_FIP_frame_about_another_s_MAC_address_is_dropped_and_counted()
    {
        using SwitchRig rig = new();
        RawPeer victim = rig.AddLoggedIn(1), peer = rig.AddPeer(2);
        peer.Fcf = SwitchRig.FcfMac;
        (peer.Id, peer.GrantedMac, peer.PortName) = (victim.Id, victim.GrantedMac, victim.PortName);
        peer.SendsBytes(Solicitation(peer, (ref FipWriter fip) =>
        {
            fip.Add(new FipMacAddressDescriptor { MacAddress = victim.ENode });
            fip.Add(new FipNameIdentifierDescriptor());
            fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = 2158 });
        }));
        peer.SendsFabricLogo();
        rig.Counters.FipSourceSpoofed.Should().Be(2);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.ENode.Should().Be(victim.ENode);
    }

    [Fact]
    public void A_VLAN_that_is_not_served_is_met_with_silence_and_counted()
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [100] });
        RawPeer peer = rig.AddPeer(vid: 7);
        peer.Ignores();
        peer.SendsSolicitation();
        peer.SendsFabricLogin();
        peer.SendsCommand(Cdbs.TestUnitReady);
        peer.Vlan = null;
        peer.SendsSolicitation();
        peer.ExpectsSilence();
        rig.Counters.VlanNotServed.Should().Be(4);
    }

    [Fact]
    public void An_encapsulated_frame_that_is_not_what_its_descriptor_says_is_dropped_and_counted()
    {
        using SwitchRig rig = new();
        RawPeer peer = Quiet(rig);
        byte[] flogi = RawPeer.BytesOf(peer.LoginPayload(ElsCommand.Flogi));
        peer.SendsToFPort(FipDescriptorType.Logo, RawPeer.ElsHeader(peer.NextOxId()), flogi, FcId.None, MacAddress.None);
        peer.SendsToFPort(FipDescriptorType.Flogi, RawPeer.ElsHeader(peer.NextOxId()) with { Type = FcType.Fcp }, flogi, FcId.None, MacAddress.None);
        peer.ExpectsSilence();
        rig.Counters.FipEncapsulatedFrameRefused.Should().Be(2);
    }

    [Fact]
    public void An_FCoE_frame_goes_on_only_from_the_MAC_address_and_in_the_VLAN_of_its_login()
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [100, 200] });
        RawPeer a = rig.AddLoggedIn(1, vid: 100), b = rig.AddLoggedIn(2, vid: 100);
        a.Target = b.Id;
        b.Ignores();
        a.SendsFrame(RawPeer.CommandHeader(a.NextOxId()), new byte[32], from: a.ENode);
        rig.Counters.SourceMacSpoofed.Should().Be(1);
        a.SendsFrame(RawPeer.CommandHeader(a.NextOxId()) with { SId = b.Id }, new byte[32]);
        rig.Counters.SourceMacSpoofed.Should().Be(2);
        a.Vlan = new VlanTag(200);
        a.SendsFrame(RawPeer.CommandHeader(a.NextOxId()), new byte[32]);
        rig.Counters.SourceVlanWrong.Should().Be(1);
        a.Vlan = new VlanTag(100);
        a.SendsFrame(RawPeer.CommandHeader(a.NextOxId()) with { DId = new FcId(0x01FFEEu) }, new byte[32]);
        rig.Counters.DestinationUnknown.Should().Be(1);
        b.ExpectsSilence();
        a.SendsFrame(RawPeer.CommandHeader(a.NextOxId()), new byte[32]);
        b.Expects("the command", f => f.IsFc);
    }

    [Fact]
    public void A_hundred_thousand_damaged_frames_disturb_nobody()
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [0, 100] });
        RawPeer peer = rig.AddPeer(1), bystander = rig.AddLoggedIn(2);
        peer.LogsInWithFabric();
        FcId id = peer.Id;
        byte[][] seeds =
        [
            Captured(rig, () => peer.SendsFabricLogin()), Captured(rig, () => peer.SendsFabricLogin(ElsCommand.Fdisc)),
            Captured(rig, () => peer.SendsSolicitation()), Captured(rig, peer.SendsVlanRequest), Captured(rig, () => peer.SendsKeepAlive()),
            Captured(rig, () => peer.SendsKeepAlive(vnPort: true)), Captured(rig, () => peer.SendsCommand(Cdbs.TestUnitReady)),
            Captured(rig, () => peer.SendsFabricLogo()),
        ];
        Random random = new(42);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] frame = [.. seeds[random.Next(seeds.Length)]];
            for (int changes = random.Next(1, 4); changes > 0; changes--) frame[random.Next(12, frame.Length)] = (byte)random.Next(256);
            rig.Port.OnFrame(frame.AsSpan(0, random.Next(4) == 0 ? random.Next(frame.Length) : frame.Length));
            if (i % 256 == 255) rig.Pump();
            if (i % 256 == 255) peer.Ignores();
        }
        rig.Pump();
        rig.Fcf.VirtualLinks().Should().Contain(l => l.ENode == bystander.ENode && l.Id == bystander.Id);
        peer.Ignores();
        peer.LogsInWithFabric().Header.DId.Should().Be(id);
    }

    private delegate void Fill(ref FipWriter fip);

    private static RawPeer Quiet(SwitchRig rig)
    {
        RawPeer peer = rig.AddPeer();
        peer.Ignores();
        return peer;
    }

    private static byte[] Solicitation(RawPeer peer, Fill fill) => Fip(peer, FipOperation.Discovery, (byte)FipDiscoverySubcode.Solicitation, fill);

    private static byte[] Fip(RawPeer peer, FipOperation operation, byte subcode, Fill fill)
    {
        byte[] frame = new byte[256];
        FipWriter fip = FipWriter.Begin(frame, SwitchRig.FcfMac, peer.ENode, operation, subcode);
        fill(ref fip);
        return frame[..fip.Finish()];
    }

    /// <summary>The frame that a peer sends, as it was on the segment.</summary>
    private static byte[] Captured(SwitchRig rig, Action send)
    {
        byte[]? first = null;
        rig.Segment.Filter = (_, frame) =>
        {
            first ??= frame.ToArray();
            return Wire.FrameVerdict.Drop;
        };
        send();
        rig.Segment.Filter = null;
        return first!;
    }
}
