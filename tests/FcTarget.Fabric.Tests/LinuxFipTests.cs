// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

/// <summary>
/// What an unmodified Linux 6.1 (libfcoe, lab/) sends in fabric mode, byte for byte, MAC address 02:00:00:00:00:01; the FCF had 9e:78:42:e7:04:32.
/// The frames are shorter than Ethernet's 60 bytes, because on a tap nobody pads them.
/// </summary>
public sealed class LinuxFipTests
{
    private const string Solicitation = "01101801000202000000000189141000000100010006800002020200000000010403000010000200000000010601086e";

    private const string Flogi =
        "9e7842e704320200000000018914100000020001002680000724000022fffffe0000000001290000000000000001ffff00000000040000002020000a8000084000000000"
        + "000000002000020000000001100002000000000100000000000000000000000000000000000000000000000000000000000000008800000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000202000000000000";

    private const string Fdisc =
        "9e7842e704320200000000018914100000020001002680000824000022fffffe0000000001290000000000000001ffff00000000510000002020000a0000084000000000"
        + "0000000020010002deadbeef20000002deadbeef00000000000000000000000000000000000000000000000000000000000000008800000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000202000000000000";

    private const string KeepAlive = "9e7842e704320200000000018914100000030001000280000202020000000001";

    [Fact]
    public void The_solicitation_is_answered_up_to_the_size_it_asks_for()
    {
        using SwitchRig rig = new();
        RawPeer linux = Linux(rig);
        linux.SendsBytes(Convert.FromHexString(Solicitation));
        linux.ExpectsAdvertisement(solicited: true).Bytes.Should().HaveCount(14 + 0x86E);
    }

    [Fact]
    public void The_FLOGI_with_a_MAC_descriptor_of_zeros_gets_a_fabric_provided_MAC_address()
    {
        using SwitchRig rig = new();
        RawPeer linux = Linux(rig);
        linux.SendsBytes(ToFcf(Flogi));
        ReceivedFrame accept = linux.TakesAddress(new OxId((ushort)1));
        accept.Flags.Should().Be(FipFlags.Fpma);
        accept.As<LoginPayload>().Common.ReceiveDataFieldSize.Should().Be(2112);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.PortName.Should().Be(new Wwn(0x2000_0200_0000_0001ul));
    }

    [Fact]
    public void An_NPIV_port_s_FDISC_hangs_on_the_FLOGI_of_the_same_ENode()
    {
        using SwitchRig rig = new();
        RawPeer linux = Linux(rig);
        linux.SendsBytes(ToFcf(Flogi));
        linux.TakesAddress(new OxId((ushort)1));
        linux.SendsBytes(ToFcf(Fdisc));
        linux.TakesAddress(new OxId((ushort)1));
        rig.Fcf.VirtualLinks().Select(l => (l.PortName.Value, l.IsNpiv)).Should()
            .Equal((0x2000_0200_0000_0001ul, false), (0x2001_0002_DEAD_BEEFul, true));
    }

    [Fact]
    public void The_keep_alive_keeps_alive_and_from_before_a_restart_is_answered_with_Clear_Virtual_Links()
    {
        using SwitchRig rig = new();
        RawPeer linux = Linux(rig);
        linux.SendsBytes(ToFcf(KeepAlive));
        linux.ExpectsClearVirtualLinks();
        linux.SendsBytes(ToFcf(Flogi));
        for (int i = 0; i < 10; i++)
        {
            rig.Advance(8);
            linux.SendsBytes(ToFcf(KeepAlive));
        }
        rig.Fcf.VirtualLinks().Should().ContainSingle();
    }

    /// <summary>The frame with the MAC address of the FCF here.</summary>
    private static byte[] ToFcf(string hex)
    {
        byte[] frame = Convert.FromHexString(hex);
        MacAddress to = SwitchRig.FcfMac;
        MemoryMarshal.Write(frame, in to);
        return frame;
    }

    private static RawPeer Linux(SwitchRig rig)
    {
        RawPeer peer = rig.AddPeer();
        peer.ENode = new MacAddress(0x02_00_00_00_00_01ul);
        peer.Ignores();
        return peer;
    }
}
