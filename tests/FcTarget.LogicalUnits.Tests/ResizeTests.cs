// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Scsi;
using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Capacity that changes while the unit is in use (SBC-3 4.10).</summary>
public sealed class ResizeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-").FullName;
    private readonly LogicalUnitFactory _factory = new();

    public void Dispose()
    {
        _factory.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string Spec(string name, string size, string more = "") => $"file:{Path.Combine(_directory, name)},size={size}{more}";

    private static ulong LastLba(TargetRig rig) =>
        BinaryPrimitives.ReadUInt64BigEndian(rig.Command([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], expect: 32).DataIn);

    [Fact]
    public void A_unit_that_grows_says_so_to_everybody_and_serves_its_new_blocks()
    {
        BlockDevice disk = _factory.Create(LuSpec.Parse(Spec("disk", "1M")));
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out(Disk.Cdb10(0x2A, 2048, 1), new byte[512]).SenseCode.Should().Be(0x52100);
        disk.TryResize(2 << 20).Should().BeTrue();
        rig.Command(new byte[6]).SenseCode.Should().Be(0x62A09, "CAPACITY DATA HAS CHANGED");
        LastLba(rig).Should().Be(4095);
        rig.Out(Disk.Cdb10(0x2A, 4095, 1), Disk.Pattern(512)).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb10(0x28, 4095, 1), expect: 512).DataIn.ToArray().Should().Equal(Disk.Pattern(512));
        rig.Command(Disk.Cdb10(0x28, 2048, 8), expect: 4096).DataIn.ToArray().Should().Equal(new byte[4096]);
        rig.Out(Disk.UnmapCdb(24), Disk.UnmapList((2048, 2048))).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x04, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good, "FORMAT UNIT does all of it");
    }

    [Fact]
    public void Nothing_is_in_the_way_of_16_tebibytes()
    {
        BlockDevice disk = _factory.Create(LuSpec.Parse("null:1G"));
        disk.TryResize(16L << 40).Should().BeTrue();
        TargetRig rig = new TargetRig(disk);
        rig.Command(new byte[6]).SenseCode.Should().Be(0x62900);
        LastLba(rig).Should().Be((16ul << 40) / 512 - 1);
    }

    [Theory]
    [InlineData("memory:1M", "memory:2M", "*cannot have the size 2M*")]
    [InlineData("memory:1M", "memory:1M,ro", "Of 'x' nothing but the size*")]
    [InlineData("null:1M", "null:1M,block=4096", "Of 'x' nothing but the size*")]
    [InlineData("null:1M,pi=1", "null:2M,pi=1", "*cannot have the size 2M*")]
    public void What_cannot_be_changed_is_refused(string before, string after, string sentence)
    {
        var provider = new LogicalUnitProvider(_factory);
        ILogicalUnit unit = provider.Open(new LogicalUnitRecord("x", before));
        provider.Invoking(p => p.Change(unit, new LogicalUnitRecord("x", after))).Should().Throw<StmfException>().WithMessage(sentence);
        ((BlockDevice)unit).BlockCount.Should().Be(2048);
    }

    [Fact]
    public void A_size_that_cannot_be_stored_is_taken_back()
    {
        string store = Path.Combine(_directory, "store", "store.json");
        using var stmf = new StmfAdministration(new LogicalUnitProvider(_factory), new ConfigurationStore(store));
        stmf.Change(so => so.WithLogicalUnit(new LogicalUnitRecord("disk", Spec("disk", "1M"))));
        Directory.Delete(Path.GetDirectoryName(store)!, recursive: true);
        File.WriteAllText(Path.GetDirectoryName(store)!, "in the way");
        stmf.Invoking(s => s.Change(so => so.WithDefinition("disk", Spec("disk", "2M")))).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.NotStored);
        ((BlockDevice)stmf.Find("disk")!).BlockCount.Should().Be(2048);
        File.Delete(Path.GetDirectoryName(store)!);
        stmf.Change(so => so.WithDefinition("disk", Spec("disk", "2M")));
        ((BlockDevice)stmf.Find("disk")!).BlockCount.Should().Be(4096);
    }

    [Fact]
    public void A_medium_that_is_being_formatted_or_is_out_keeps_its_size()
    {
        BlockDevice disk = _factory.Create(LuSpec.Parse("null:1M,ejected"));
        disk.TryResize(2 << 20).Should().BeFalse();
        disk.Status.Medium.Should().Be("ejected");
    }
}
