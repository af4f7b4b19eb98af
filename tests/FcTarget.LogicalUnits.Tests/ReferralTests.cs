// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>
/// LBA dependent access (SBC-4 4.25): segments of 64 KiB, of which port 1 reaches the even ones, port 2 the odd ones but every fourth that nobody
/// reaches, and port 3, in standby, none.
/// </summary>
public sealed class ReferralTests : IDisposable
{
    private const AccessState Open = AccessState.ActiveOptimized, Slow = AccessState.ActiveNonOptimized, Shut = AccessState.Standby, Gone = AccessState.Unavailable;
    private const int Standby = 0x2040B, Unavailable = 0x2040C;
    private const uint Even = 0, Odd = 128, Nobodys = 384; // blocks

    private readonly TargetPorts _ports = new();
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;
    private readonly ItNexus _second = Nexus(2);

    public ReferralTests()
    {
        _ports.Set(Groups());
        _disk = Made(512);
        _rig = new TargetRig(_disk).Ready();
        _rig.Router.BeginNexus(_second);
        Status(_second, new byte[6]);
    }

    public void Dispose() => _disk.Dispose();

    private BlockDevice Made(int blockSize) => new(
        new BlockDeviceOptions { Identity = Disk.Identity, BlockSize = blockSize }, new MemoryStore(1 << 20), engine: null, copies: null, _ports);

    private static ItNexus Nexus(ushort port) =>
        new($"200000000000000{port}", $"20000000000000b{port}", new byte[24]) { TargetPortId = 0x2000_0000_0000_00B0u + port, RelativeTargetPort = port };

    private static TargetPortGroup Group(ushort number, ushort port, AccessState state, long size = 0, params AccessState[] states) =>
        new(number, [new TargetPort(port, $"20000000000000a{port}")], state, IsPreferred: false) { Segments = size == 0 ? null : new UserDataSegments(size, states) };

    private static TargetPortGroup[] Groups(long size = 65536, AccessState first = Open) =>
    [
        Group(3, 3, Shut), Group(11, 1, AccessState.LbaDependent, size, first, Shut, Open, Gone), Group(12, 2, AccessState.LbaDependent, size, Shut, Slow, Shut, Gone),
    ];

    private int Status(ItNexus nexus, params byte[] cdb) => _rig.Command(cdb, expect: 512, nexus: nexus) is { Status: ScsiStatus.CheckCondition } task ? task.SenseCode : 0;

    private string Data(params byte[] cdb) => Convert.ToHexStringLower(_rig.Command(cdb, expect: 4096).DataIn);

    private string Referrals(ulong lba, bool one = false)
    {
        byte[] cdb = Disk.Cdb16(0x9E, lba, 4096);
        cdb[1] = 0x13;
        cdb[14] = (byte)(one ? 1 : 0);
        return Data(cdb);
    }

    /// <summary>D_SENSE.</summary>
    private void AskForDescriptors() => _rig.Out([0x15, 0x10, 0, 0, 16, 0], (byte[])[0, 0, 0, 0, 0x0A, 10, 4, 0x10, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0]).Status.Should().Be(ScsiStatus.Good);

    [Fact]
    public void The_state_the_cut_and_the_support_of_both_are_reported()
    {
        Data(0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0).Should().Contain("04df000b" + "00020001" + "00000001").And.Contain("04df000c").And.Contain("02df0003");
        Data(0x12, 1, 0xB3, 0, 255, 0).Should().Be("00b3000c" + "00000000" + "00000080" + "00000004");
        Data(0x12, 1, 0x86, 0, 255, 0).Substring(16, 2).Should().Be("10", "R_SUP");
        using BlockDevice wide = Made(4096);
        Convert.ToHexStringLower(new TargetRig(wide).Ready().Command([0x12, 1, 0xB3, 0, 255, 0], 255).DataIn).Should().EndWith("00000010" + "00000004");
    }

    [Fact]
    public void REPORT_REFERRALS_begins_with_the_segment_of_the_LBA_and_tells_each_set_of_segments_once()
    {
        const string first = "00000003" + "0000000000000000" + "000000000000067f" + "02000003" + "0000000b" + "0200000c";
        const string second = "00000003" + "0000000000000080" + "00000000000006ff" + "02000003" + "0200000b" + "0100000c";
        const string third = "00000003" + "0000000000000100" + "000000000000077f" + "02000003" + "0000000b" + "0200000c";
        const string fourth = "00000003" + "0000000000000180" + "00000000000007ff" + "02000003" + "0300000b" + "0300000c";
        Referrals(0).Should().Be("00000080" + first + second + third + fourth);
        Referrals(Odd + 5).Should().StartWith("00000080" + second + third + fourth + "00000003" + "0000000000000200" + "000000000000067f");
        Referrals(Odd, one: true).Should().Be("00000020" + second);
        Referrals(2047).Should().Be("00000020" + fourth.Replace("0000000000000180", "0000000000000780"), "it is the last");
        _rig.Command([0x9E, 0x13, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 99, 0, 0], 99).SenseCode.Should().Be(0x52100);
    }

    [Theory]
    [InlineData("READ(6)", "0800{2}0100")]
    [InlineData("READ(10)", "2800{4}0000010000")]
    [InlineData("READ(16)", "8800{8}000000010000")]
    [InlineData("VERIFY(10)", "2f00{4}0000010000")]
    [InlineData("PRE-FETCH(10)", "3400{4}0000010000")]
    [InlineData("SYNCHRONIZE CACHE(10)", "3500{4}0000010000")]
    [InlineData("WRITE(10)", "2a00{4}0000010000", 512)]
    [InlineData("WRITE AND VERIFY(16)", "8e00{8}000000010000", 512)]
    [InlineData("WRITE SAME(16)", "9300{8}000000010000", 512)]
    [InlineData("COMPARE AND WRITE", "8900{8}000000010000", 1024)]
    [InlineData("ORWRITE(16)", "8b00{8}000000010000", 512)]
    [InlineData("WRITE ATOMIC(16)", "9c00{8}000000010000", 512)]
    public void A_command_is_served_where_its_segment_is_open_and_refused_where_it_is_not(string name, string cdb, int dataOut = 0)
    {
        SenseOf(Even).Should().Be(0, name);
        SenseOf(Odd).Should().Be(Standby, name);
        SenseOf(Nobodys).Should().Be(Unavailable, name);
        SenseOf(2 * 128).Should().Be(0, name);

        int SenseOf(uint lba)
        {
            string hex = cdb.Replace("{2}", $"{lba:x4}").Replace("{4}", $"{lba:x8}").Replace("{8}", $"{lba:x16}");
            TestTask task = dataOut == 0 ? _rig.Command(Convert.FromHexString(hex), 512) : _rig.Out(Convert.FromHexString(hex), new byte[dataOut]);
            return task.Status == ScsiStatus.CheckCondition ? task.SenseCode : 0;
        }
    }

    [Fact]
    public void A_command_that_needs_an_open_and_a_closed_segment_is_refused_before_any_data_moves()
    {
        byte[] data = Disk.Pattern(2 * 512);
        TestTask task = _rig.Out(Disk.Cdb10(0x2A, Odd - 1, 2), data);
        task.SenseCode.Should().Be(Standby);
        task.Pieces.Should().Be(0);
        _rig.Command(Disk.Cdb10(0x28, Odd - 1, 1), 512).DataIn.ToArray().Should().OnlyContain(one => one == 0);
        _rig.Command(Disk.Cdb10(0x28, 0, 2047), 4096).SenseCode.Should().Be(Standby);
        Status(_rig.Nexus, Disk.Cdb10(0x28, Odd, 0)).Should().Be(0, "no block is in no segment");
        Status(_second, Disk.Cdb10(0x28, Odd, 1)).Should().Be(0, "the other port reaches it");
        Status(_second, Disk.Cdb10(0x28, Even, 1)).Should().Be(Standby);
    }

    [Fact]
    public void Commands_without_an_LBA_are_served_and_those_over_the_whole_medium_are_not()
    {
        byte[][] served = [new byte[6], [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0x1A, 0, 0x08, 0, 255, 0], [0x9E, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0]];
        foreach (byte[] cdb in served) Status(_rig.Nexus, cdb).Should().Be(0);
        Status(_rig.Nexus, 0x04, 0, 0, 0, 0, 0).Should().Be(Standby, "FORMAT UNIT");
        Status(_rig.Nexus, 0x48, 0x82, 0, 0, 0, 0, 0, 0, 0, 0).Should().Be(Standby, "SANITIZE");
        _rig.Out(Disk.UnmapCdb(40), Disk.UnmapList((Even, 8), (Odd, 8))).SenseCode.Should().Be(Standby);
        _rig.Out(Disk.UnmapCdb(24), Disk.UnmapList((Even, 8))).Status.Should().Be(ScsiStatus.Good);
        byte[] list = [0, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, (byte)Odd, 0, 0, 0, 8, 0, 0, 0, 0];
        _rig.Out([0x83, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 32, 0, 0], list).SenseCode.Should().Be(Standby, "POPULATE TOKEN");
    }

    [Fact]
    public void Descriptor_sense_data_refers_to_the_groups_that_reach_the_segment()
    {
        AskForDescriptors();
        TestTask task = _rig.Command(Disk.Cdb10(0x28, Odd - 1, 8), 4096);
        Convert.ToHexStringLower(task.SenseData).Should().Be(
            "720b3f1500000024" + "0b220100" + "00000003" + "0000000000000080" + "00000000000006ff" + "02000003" + "0200000b" + "0100000c");
        Convert.ToHexStringLower(_rig.Command(Disk.Cdb10(0x28, Nobodys, 1), 512).SenseData).Should().Be("7202040c00000000", "nobody can be referred to");
    }

    [Fact]
    public void With_more_groups_than_sense_data_has_room_for_the_open_ones_are_named()
    {
        TargetPortGroup[] closed = [.. Enumerable.Range(20, 20).Select(number => Group((ushort)number, (ushort)number, Shut))];
        _ports.Set([Group(3, 3, Shut), Group(11, 1, AccessState.LbaDependent, 65536, Open, Shut), .. closed, Group(50, 50, Slow)]);
        Status(_rig.Nexus, new byte[6]).Should().Be(0x62A06);
        Status(_rig.Nexus, new byte[6]).Should().Be(0x63F03);
        AskForDescriptors();
        byte[] sense = _rig.Command(Disk.Cdb10(0x28, Odd, 1), 512).SenseData.ToArray();
        sense.Should().HaveCount(96);
        Convert.ToHexStringLower(sense).Should().Contain("00000010" + "0000000000000080").And.Contain("01000032", "group 50 has it");
    }

    [Fact]
    public void Every_nexus_hears_of_new_states_and_of_another_cut()
    {
        _ports.Set(Groups(first: Slow));
        foreach (ItNexus nexus in (ItNexus[])[_rig.Nexus, _second])
        {
            Status(nexus, new byte[6]).Should().Be(0x62A06);
            Status(nexus, new byte[6]).Should().Be(0);
        }
        _ports.Set(Groups(size: 131072, first: Slow));
        Status(_rig.Nexus, new byte[6]).Should().Be(0x62A06);
        Status(_rig.Nexus, new byte[6]).Should().Be(0x63F03, "VPD page B3h is another");
        Status(_rig.Nexus, Disk.Cdb10(0x28, Odd, 1)).Should().Be(0);
        _ports.Set([Group(3, 3, Shut), Group(11, 1, Open), Group(12, 2, Open)]);
        Status(_rig.Nexus, new byte[6]).Should().Be(0x62A06);
        Status(_rig.Nexus, new byte[6]).Should().Be(0x63F03);
        Data(0x12, 1, 0xB3, 0, 255, 0).Should().EndWith("0000000000000000");
        Referrals(99).Should().Be("00000020" + "00000003" + "0000000000000000" + "00000000000007ff" + "02000003" + "0000000b" + "0000000c");
    }

    [Fact]
    public void An_initiator_sets_a_group_to_another_state_but_none_to_this_one()
    {
        byte[] cdb = [0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0];
        _rig.Out(cdb, (byte[])[0, 0, 0, 0, 4, 0, 0, 3]).SenseCode.Should().Be(0x52600);
        Status(_rig.Nexus, Disk.Cdb10(0x28, Odd, 1)).Should().Be(Standby);
        _rig.Out(cdb, (byte[])[0, 0, 0, 0, 0, 0, 0, 11]).Status.Should().Be(ScsiStatus.Good);
        Status(_rig.Nexus, Disk.Cdb10(0x28, Odd, 1)).Should().Be(0);
    }

    [Fact]
    public void The_first_closed_segment_is_that_of_the_first_byte_that_is_closed()
    {
        Gen<(int Pages, int[] States, int Offset, int Length)> cases =
            from pages in Gen.Choose(1, 8)
            from states in Gen.Choose(0, 3).ArrayOf()
            from offset in Gen.Choose(0, 1 << 17)
            from length in Gen.Choose(0, 1 << 17)
            select (pages, states, offset, length);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            AccessState[] states = [.. one.States.Take(14).Append(0).Append(2).Select(state => (AccessState)state)];
            var segments = new UserDataSegments(one.Pages * UserDataSegments.SizeUnit, states);
            long expected = -1;
            for (long at = one.Offset; at < one.Offset + one.Length && expected < 0; at++)
                if (states[at / segments.Size % states.Length] > AccessState.ActiveNonOptimized) expected = at / segments.Size;
            return segments.FirstClosed(one.Offset, one.Length) == expected;
        }).QuickCheckThrowOnFailure();
    }
}
