// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Pcap.Tests;

public sealed class InterfaceListTests
{
    [Fact]
    public void The_loopback_interface_is_listed_and_not_usable()
    {
        InterfaceInfo lo = InterfaceList.All().Single(i => i.Name == "lo");
        lo.Kind.Should().Be("loopback");
        lo.IsUsable.Should().BeFalse();
    }

    [SkippableFact]
    public void A_veth_is_listed_with_its_driver_MTU_and_state()
    {
        using VethPair veth = new(mtu: 2345);
        InterfaceInfo info = InterfaceList.All().Single(i => i.Name == veth.A);
        info.Should().BeEquivalentTo(new { Mtu = 2345, IsUp = true, IsRunning = true, Kind = "veth", IsUsable = true });
        info.Mac.IsGroup.Should().BeFalse();
        VethPair.Ip($"link set {veth.A} down");
        InterfaceList.All().Single(i => i.Name == veth.A).IsUp.Should().BeFalse();
    }

    [SkippableFact]
    public void An_unknown_interface_is_refused_with_the_list_of_those_there_are()
    {
        SkipWithoutPcap();
        Action open = () => PcapWire.Open("nosuchif0");
        open.Should().Throw<WireOpenException>().WithMessage("*'nosuchif0'*lo (loopback)*");
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("a-name-that-no-interface-could-ever-have")]
    public void A_name_that_cannot_be_is_unknown_too(string name)
    {
        SkipWithoutPcap();
        Action open = () => PcapWire.Open(name);
        open.Should().Throw<WireOpenException>().WithMessage("There is no interface*");
    }

    [SkippableFact]
    public void The_loopback_interface_is_refused_as_not_Ethernet()
    {
        SkipWithoutPcap();
        Action open = () => PcapWire.Open("lo");
        open.Should().Throw<WireOpenException>().WithMessage("*not Ethernet*");
    }

    [Fact]
    public void Missing_rights_and_a_missing_library_name_their_remedies()
    {
        WireOpenException.NoPermission("eth0").Message.Should().ContainAll("eth0", "CAP_NET_RAW", "CAP_NET_ADMIN", "sudo", "setcap");
        new PcapNotFoundException(["libpcap.so.1"]).Message.Should().ContainAll("libpcap.so.1", "apt install libpcap0.8");
    }

    private static void SkipWithoutPcap()
    {
        try
        {
            Interop.LibPcap.EnsureLoaded();
        }
        catch (PcapNotFoundException e)
        {
            Skip.If(true, e.Message);
        }
    }
}
