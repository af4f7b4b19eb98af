// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Target port groups as the administrator makes them: ports 1 and 2 in group 11, port 3 alone.</summary>
public sealed class TargetPortGroupTests : IDisposable
{
    private static readonly TargetPort First = new(1, "20000000000000aa"), Second = new(2, "20000000000000bb"), Third = new(3, "20000000000000cc");

    private readonly TargetPorts _ports = new();
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;
    private readonly ItNexus _third = new("2000000000000001", Third.Name, new byte[24]) { TargetPortId = Third.PortId, RelativeTargetPort = 3 };

    public TargetPortGroupTests()
    {
        _ports.Set([Pair(), Alone()]);
        _disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity }, new MemoryStore(1 << 20), engine: null, copies: null, _ports);
        _rig = new TargetRig(_disk).Ready();
        _rig.Router.BeginNexus(_third);
        _rig.Command(new byte[6], nexus: _third);
    }

    public void Dispose() => _disk.Dispose();

    private static TargetPortGroup Pair(AccessState state = AccessState.ActiveOptimized, bool preferred = false) => new(11, [First, Second], state, preferred);

    private static TargetPortGroup Alone(AccessState state = AccessState.ActiveOptimized) => new(3, [Third], state, IsPreferred: false);

    private int Ready(ItNexus nexus) => _rig.Command(new byte[6], nexus: nexus) is { Status: ScsiStatus.CheckCondition } task ? task.SenseCode : 0;

    private string Data(ItNexus nexus, params byte[] cdb) => Convert.ToHexStringLower(_rig.Command(cdb, expect: 4096, nexus: nexus).DataIn);

    private string Groups() => Data(_rig.Nexus, 0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0);

    [Fact]
    public void Reports_name_the_groups_the_ports_in_them_and_the_port_of_the_nexus()
    {
        Groups().Should().Be("0000001c" + "00df0003" + "00000001" + "00000003" + "00df000b" + "00000002" + "00000001" + "00000002");
        Data(_rig.Nexus, 0x12, 1, 0x83, 0, 255, 0).Should().Contain("01940004" + "00000001").And.Contain("01150004" + "0000000b");
        Data(_third, 0x12, 1, 0x83, 0, 255, 0).Should().Contain("01940004" + "00000003").And.Contain("01150004" + "00000003");
        string ports = Data(_third, 0x12, 1, 0x88, 0x10, 0, 0);
        foreach (TargetPort port in (TargetPort[])[First, Second, Third]) ports.Should().Contain($"0000{port.RelativeId:x4}00000000" + "0000000c" + "01930008" + port.Name);
    }

    [Fact]
    public void What_the_administrator_sets_is_implicit_and_told_to_everybody()
    {
        _ports.Set([Pair(AccessState.Standby), Alone()]);

        Ready(_rig.Nexus).Should().Be(0x62A06);
        Ready(_third).Should().Be(0x62A06);
        Ready(_rig.Nexus).Should().Be(0x2040B);
        Ready(_third).Should().Be(0);
        Groups().Should().Contain("02df000b" + "00020002");
    }

    [Fact]
    public void An_initiator_s_choice_stays_until_the_administrator_says_something_of_that_group()
    {
        byte[] standby = [0, 0, 0, 0, 0x02, 0, 0, 11];
        _rig.Out([0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0], standby).Status.Should().Be(ScsiStatus.Good);
        Ready(_third).Should().Be(0x62A06);

        _ports.Set([Pair(), Alone(AccessState.ActiveNonOptimized)]);
        Ready(_rig.Nexus).Should().Be(0x62A06);
        Groups().Should().Contain("01df0003" + "00020001").And.Contain("02df000b" + "00010002");
        _ports.Set([Pair(AccessState.ActiveNonOptimized, preferred: true), Alone(AccessState.ActiveNonOptimized)]);
        Ready(_rig.Nexus).Should().Be(0x62A06);
        Groups().Should().Contain("81df000b" + "00020002");
    }

    [Fact]
    public void A_port_that_moves_to_another_group_changes_inquiry_data()
    {
        _ports.Set([new TargetPortGroup(11, [First], AccessState.ActiveOptimized, false), new TargetPortGroup(3, [Second, Third], AccessState.ActiveOptimized, false)]);

        Ready(_rig.Nexus).Should().Be(0x63F03);
        Ready(_rig.Nexus).Should().Be(0);
        Groups().Should().Contain("00df0003" + "00000002" + "00000002" + "00000003");
    }

    [Fact]
    public void A_new_port_changes_nothing_for_those_who_are_there()
    {
        _ports.Set([Pair(), Alone(), new TargetPortGroup(4, [new TargetPort(4, "20000000000000dd")], AccessState.ActiveOptimized, false)]);

        Ready(_rig.Nexus).Should().Be(0);
        Groups().Should().Contain("00df0004" + "00000001" + "00000004");
    }
}
