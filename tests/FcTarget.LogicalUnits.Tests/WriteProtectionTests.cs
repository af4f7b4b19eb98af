// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>A write protected medium (SBC-3 4.12): every command that would change it is refused, every other one is not.</summary>
public sealed class WriteProtectionTests : IDisposable
{
    private const int WriteProtected = 0x72700, SoftwareWriteProtected = 0x72702;

    /// <summary>Operation code, or operation code and service action, of all commands that change the medium (SBC-3, SPC-4).</summary>
    private static readonly string[] Changing =
    [
        "04", "0A", "2A", "2E", "41", "42", "48/01", "48/02", "48/03", "48/1F", "89", "8A", "8B", "8E", "93", "9C", "AA", "AE",
        "83/11", "7F/0B", "7F/0C", "7F/0D", "7F/0E", "7F/0F",
    ];

    private readonly IoEngine _engine = new(workers: 1);
    private readonly LogicalUnitFactory _factory = new();

    public void Dispose()
    {
        _factory.Dispose();
        _engine.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_command_of_the_table_that_changes_the_medium_is_refused_and_no_other_one(int protectionType)
    {
        var store = new ProtectedStore(new MemoryStore(1 << 20), new MemoryStore(2048 * 8), 512, protectionType);
        using var disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, ReadOnly = true }, store, _engine);
        TargetRig rig = new TargetRig(disk).Ready();
        int refused = 0;
        foreach (CommandEntry entry in CommandTable.Entries)
        {
            if (!disk.Offers(entry)) continue;
            string name = entry.OperationCode.ToString("X2") + (entry.HasServiceAction ? $"/{entry.ServiceAction:X2}" : "");
            byte[] cdb = new byte[entry.Usage.Length];
            cdb[0] = entry.OperationCode;
            if (entry.Usage.Length == 32) (cdb[7], cdb[9]) = (24, entry.ServiceAction);
            else if (entry.HasServiceAction) cdb[1] = entry.ServiceAction;
            int sense = rig.Out(cdb, new byte[64]).SenseCode;
            (sense == WriteProtected).Should().Be(Changing.Contains(name), $"{name} ends in {sense:x}");
            if (sense == WriteProtected) refused++;
        }
        refused.Should().Be(Changing.Count(name => !name.StartsWith("7F") || protectionType == 2 || name == "7F/0E"));
    }

    [Theory]
    [InlineData(true, WriteProtected)]
    [InlineData(false, SoftwareWriteProtected)]
    public void The_mode_parameter_header_has_WP_and_a_copy_cannot_go_there(bool readOnly, int sense)
    {
        BlockDevice source = _factory.Create(LuSpec.Parse("memory:1M")), target = _factory.Create(LuSpec.Parse(readOnly ? "memory:1M,ro" : "memory:1M"));
        TargetRig rig = new TargetRig(source, target).Ready();
        rig.Command([0x1A, 0, 0x08, 0, 255, 0], expect: 255).DataIn[2].Should().Be(0x10, "DPOFUA");
        if (!readOnly)
        {
            byte[] control = rig.Command([0x1A, 8, 0x0A, 0, 255, 0], expect: 255, lun: 1).DataIn[4..].ToArray();
            control[0] &= 0x3F;
            control[4] |= 0x08; // SWP
            rig.Out([0x15, 0x10, 0, 0, (byte)(4 + control.Length), 0], (byte[])[0, 0, 0, 0, .. control], lun: 1).Status.Should().Be(ScsiStatus.Good);
        }
        rig.Command([0x1A, 0, 0x08, 0, 255, 0], expect: 255, lun: 1).DataIn[2].Should().Be(0x90, "WP, DPOFUA");
        rig.Command([0x5A, 0, 0x08, 0, 0, 0, 0, 0, 255, 0], expect: 255, lun: 1).DataIn[3].Should().Be(0x90);
        rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512], lun: 1).SenseCode.Should().Be(sense);
        rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512, lun: 1).Status.Should().Be(ScsiStatus.Good);

        byte[] list = ThirdPartyCopy.Lid1(1, [ThirdPartyCopy.Cscd(source), ThirdPartyCopy.Cscd(target)], ThirdPartyCopy.Segment(0, 1, 1, 0, 0));
        foreach (int lun in (int[])[0, 1]) // the copy manager of either unit
            rig.Out(Disk.Cdb16(0x83, 0, (uint)list.Length), list, lun: lun).SenseCode.Should().Be(0xA0D01, "it says so behind that");
    }

    [Fact]
    public void A_token_is_made_of_a_write_protected_medium_but_not_used_on_it()
    {
        TargetRig rig = new TargetRig(_factory.Create(LuSpec.Parse("memory:1M")), _factory.Create(LuSpec.Parse("memory:1M,ro"))).Ready();
        byte[] token = ThirdPartyCopy.Token(rig, lun: 1, blocks: 8);
        ThirdPartyCopy.UseToken(rig, token, lun: 1, blocks: 8).SenseCode.Should().Be(WriteProtected);
        ThirdPartyCopy.UseToken(rig, token, lun: 0, blocks: 8).Status.Should().Be(ScsiStatus.Good);
    }
}
