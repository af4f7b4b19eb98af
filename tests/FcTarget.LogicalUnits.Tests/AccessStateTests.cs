// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Asymmetric logical unit access through two target ports (SPC-4 5.15).</summary>
public sealed class AccessStateTests : IDisposable
{
    private readonly BlockDevice _disk = Disk.InMemory();
    private readonly TargetRig _rig;
    private readonly ItNexus _second = new("2000000000000001", "20000000000000bb", new byte[24]) { TargetPortId = 0x2000_0000_0000_00BB, RelativeTargetPort = 2 };

    public AccessStateTests()
    {
        _rig = new TargetRig(_disk).Ready();
        _rig.Router.BeginNexus(_second);
        _rig.Command(new byte[6], nexus: _second);
    }

    public void Dispose() => _disk.Dispose();

    private int Status(ItNexus nexus, params byte[] cdb)
    {
        TestTask task = _rig.Command(cdb, expect: 512, nexus: nexus);
        return task.Status == ScsiStatus.CheckCondition ? task.SenseCode : (int)task.Status;
    }

    private int Ready(ItNexus nexus) => Status(nexus, 0, 0, 0, 0, 0, 0);

    private TestTask Set(params byte[] descriptors) => _rig.Out([0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, (byte)(4 + descriptors.Length), 0, 0], (byte[])[0, 0, 0, 0, .. descriptors]);

    private string Groups(byte format = 0) =>
        Convert.ToHexStringLower(_rig.Command([0xA3, (byte)(0x0A | format), 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], expect: 256).DataIn);

    [Fact]
    public void Each_port_is_a_group_and_inquiry_says_so()
    {
        Groups().Should().Be("00000018" + "00df0001" + "00000001" + "00000001" + "00df0002" + "00000001" + "00000002");
        Groups(0x20).Should().StartWith("0000001c" + "10000000" + "00df0001");
        (_rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).DataIn[5] >> 4).Should().Be(3);
        Convert.ToHexStringLower(_rig.Command([0x12, 1, 0x83, 0, 255, 0], expect: 255, nexus: _second).DataIn).Should().Contain("01150004" + "00000002");
        Status(_rig.Nexus, 0xA3, 0x4A, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be(0x52400);
    }

    [Fact]
    public void An_explicit_transition_is_told_to_the_others_and_moves_access()
    {
        Set(0x02, 0, 0, 1, 0x00, 0, 0, 2).Status.Should().Be(ScsiStatus.Good);
        Ready(_second).Should().Be(0x62A06);
        Ready(_second).Should().Be(0);
        Ready(_rig.Nexus).Should().Be(0x2040B);
        Groups().Should().Be("00000018" + "02df0001" + "00010001" + "00000001" + "00df0002" + "00010001" + "00000002");
    }

    [Theory]
    [InlineData(AccessState.ActiveNonOptimized, 0, 0, 0)]
    [InlineData(AccessState.Standby, 0x2040B, 0, 0)]
    [InlineData(AccessState.Unavailable, 0x2040C, 0x2040C, 0)]
    [InlineData(AccessState.Transitioning, 0x2040A, 0x2040A, 0)]
    [InlineData(AccessState.Offline, 0x20412, 0x20412, 0)]
    public void A_state_refuses_what_SPC4_says(AccessState state, int read, int modeSense, int inquiry)
    {
        _disk.SetAccessState(2, state);
        Ready(_second).Should().Be(0x62A06);
        Status(_second, Disk.Cdb10(0x28, 0, 1)).Should().Be(read);
        Status(_second, 0x1A, 8, 0x08, 0, 255, 0).Should().Be(modeSense);
        Status(_second, 0x12, 0, 0, 0, 36, 0).Should().Be(inquiry);
        Status(_second, 0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be(0);
        Status(_second, 0x03, 0, 0, 0, 18, 0).Should().Be(0);
        Ready(_rig.Nexus).Should().Be(0x62A06);
        Ready(_rig.Nexus).Should().Be(0, "the other port is as it was");
    }

    [Fact]
    public void A_list_with_an_unknown_group_or_a_state_that_cannot_be_set_changes_nothing()
    {
        Set(0x02, 0, 0, 1, 0x02, 0, 0, 9).SenseCode.Should().Be(0x52600);
        Set(0x02, 0, 0, 1, 0x0E, 0, 0, 2).SenseCode.Should().Be(0x52600);
        Set(0x02, 0, 0).SenseCode.Should().Be(0x51A00);
        Ready(_rig.Nexus).Should().Be(0);
        Ready(_second).Should().Be(0);
    }
}
