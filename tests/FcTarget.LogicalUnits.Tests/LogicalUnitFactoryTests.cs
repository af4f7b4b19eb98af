// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class LogicalUnitFactoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-").FullName;
    private readonly LogicalUnitFactory _factory = new("scope");

    public void Dispose()
    {
        _factory.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private string FileOf(string name, long length)
    {
        using FileStream file = File.Create(PathOf(name));
        file.SetLength(length);
        return PathOf(name);
    }

    private void Refused(string spec, string message) =>
        _factory.Invoking(f => f.Create(LuSpec.Parse(spec))).Should().Throw<LuConfigurationException>().WithMessage(message);

    [Fact]
    public void A_file_is_created_sparse_when_a_size_is_given_and_keeps_its_data()
    {
        string spec = $"file:{PathOf("disk.img")},size=1G";
        byte[] data = Disk.Pattern(4096);
        UInt128 guid;
        using (var first = new LogicalUnitFactory())
        {
            BlockDevice disk = first.Create(LuSpec.Parse(spec));
            guid = disk.Identity.Guid;
            disk.BlockCount.Should().Be(1 << 21);
            disk.Identity.Name.Should().Be("disk.img");
            new TargetRig(disk).Ready().Out(Disk.Cdb10(0x2A, 100, 8), data).Status.Should().Be(ScsiStatus.Good);
        }
        using var second = new LogicalUnitFactory();
        BlockDevice again = second.Create(LuSpec.Parse(spec));
        again.Identity.Guid.Should().Be(guid);
        new TargetRig(again).Ready().Command(Disk.Cdb10(0x28, 100, 8), expect: 4096).DataIn.ToArray().Should().Equal(data);
    }

    [Fact]
    public void A_file_that_cannot_be_served_is_refused_by_name()
    {
        Refused($"file:{PathOf("none.img")}", $"Backing file '{PathOf("none.img")}' does not exist. Create it, or add ,size=SIZE to have it created.");
        Refused($"file:{PathOf("none.img")},size=1M,ro", $"Backing file '{PathOf("none.img")}' does not exist. Create it.");
        Refused($"file:{FileOf("short.img", 512)},size=1M", $"Backing file '{PathOf("short.img")}' has 512 bytes, fewer than size=1M. Extend it (truncate -s 1048576), or ask for less.");
        Refused($"file:{FileOf("odd.img", 1000)}", $"Backing file '{PathOf("odd.img")}' has 1000 bytes, not a multiple of the block size 512.*");
        Refused($"file:{FileOf("empty.img", 0)}", $"Backing file '{PathOf("empty.img")}' is empty.*");
        Refused($"file:{_directory}", $"Backing file '{_directory}' is a directory.*");
        Refused($"file:{PathOf("no/where.img")},size=1M", $"The directory of backing file '{PathOf("no/where.img")}' does not exist. Create it.");
    }

    [Fact]
    public void A_file_is_served_once_unless_read_only()
    {
        string path = FileOf("a.img", 1 << 20);
        using (var first = new LogicalUnitFactory())
        {
            first.Create(LuSpec.Parse($"file:{path}"));
            Refused($"file:{path},name=b", $"Backing file '{path}' cannot be opened: *");
        }
        using var shared = new LogicalUnitFactory();
        shared.Create(LuSpec.Parse($"file:{path},ro"));
        _factory.Create(LuSpec.Parse($"file:{path},ro,name=c")).Options.ReadOnly.Should().BeTrue();
    }

    [Fact]
    public void A_larger_file_is_served_up_to_the_size_asked_for() =>
        _factory.Create(LuSpec.Parse($"file:{FileOf("large.img", 1 << 20)},size=64K")).BlockCount.Should().Be(128);

    [Fact]
    public void Names_are_made_up_but_never_given_twice()
    {
        _factory.Create(LuSpec.Parse("memory:1M")).Identity.Name.Should().Be("memory");
        _factory.Create(LuSpec.Parse("memory:1M")).Identity.Name.Should().Be("memory-2");
        Refused("memory:1M,name=memory", "Logical unit 'memory:1M,name=memory': the name 'memory' is taken.*");
    }

    [Fact]
    public void World_wide_names_are_NAA_6_stable_and_different_by_name_path_and_scope()
    {
        UInt128 Guid(string scope, string name)
        {
            using var factory = new LogicalUnitFactory(scope);
            return factory.Create(LuSpec.Parse($"memory:1M,name={name}")).Identity.Guid;
        }
        Guid("a", "x").Should().Be(Guid("a", "x")).And.NotBe(Guid("a", "y")).And.NotBe(Guid("b", "x"));
        ((uint)(Guid("a", "x") >> 96)).ToString("x8")[..7].Should().Be("602fc7a");
    }

    [Fact]
    public void Memory_past_16_TiB_is_refused() => Refused("memory:17T", "Logical unit 'memory:17T': memory goes up to 16T. Ask for less.");

    [Fact]
    public void Memory_of_16_TiB_takes_only_what_is_written()
    {
        BlockDevice disk = _factory.Create(LuSpec.Parse("memory:16T"));
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out(Disk.Cdb16(0x8A, disk.BlockCount - 1, 1), Disk.Pattern(512)).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb16(0x88, disk.BlockCount - 1, 1), expect: 512).DataIn.ToArray().Should().Equal(Disk.Pattern(512));
    }

    [Fact]
    public void Protection_information_of_a_file_and_the_type_of_its_last_format_outlive_the_process()
    {
        string spec = $"file:{PathOf("disk.img")},size=1M,pi=1";
        byte[] joined = Disk.WithTags(Disk.Pattern(1024), 7);
        using (var first = new LogicalUnitFactory())
        {
            TargetRig rig = new TargetRig(first.Create(LuSpec.Parse(spec))).Ready();
            rig.Out(Disk.Cdb10(0x2A, 7, 2, flags: 0x20), joined).Status.Should().Be(ScsiStatus.Good);
        }
        new FileInfo(PathOf("disk.img")).Length.Should().Be(1 << 20, "the image holds data alone");
        using (var second = new LogicalUnitFactory())
        {
            TargetRig rig = new TargetRig(second.Create(LuSpec.Parse(spec))).Ready();
            rig.Command(Disk.Cdb10(0x28, 7, 2, flags: 0x20), expect: 1040).DataIn.ToArray().Should().Equal(joined);
            rig.Out([0x04, 0xD0, 0, 0, 0, 0], (byte[])[1, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        }
        using var third = new LogicalUnitFactory();
        BlockDevice again = third.Create(LuSpec.Parse(spec));
        again.ProtectionType.Should().Be(3);
        new TargetRig(again).Ready().Command(Disk.Cdb10(0x28, 7, 2, flags: 0x20), expect: 1040).DataIn[512..520].ToArray()
            .Should().OnlyContain(one => one == 0xFF);
    }

    [Fact]
    public void Protection_information_that_is_not_the_units_is_refused()
    {
        string path = PathOf("disk.img");
        using (var first = new LogicalUnitFactory()) first.Create(LuSpec.Parse($"file:{path},size=1M,pi=2"));
        Refused($"file:{path}", "*has protection information beside it*");
        Refused($"file:{path},block=4096,pi=2", "*does not hold the protection information of 256 blocks of 4096 bytes*");
        File.WriteAllBytes(path + ".pi", new byte[20000]);
        Refused($"file:{path},pi=2", "*does not hold*");
        File.WriteAllBytes(path + ".pi", []);
        Refused($"file:{path},pi=2", "*does not hold*");
        File.Delete(path + ".pi");
        _factory.Create(LuSpec.Parse($"file:{path},pi=2")).ProtectionType.Should().Be(2);
        Refused("memory:1M,pi=4", "*protection type '4' is none of 0, 1, 2 and 3*");
    }

    [Theory]
    [InlineData("memory:1M,pi=0", 0)]
    [InlineData("null:1M,pi=1", 1)]
    [InlineData("pattern:1M,pi=3", 3)]
    public void Every_kind_of_unit_can_have_protection_information(string spec, int type)
    {
        BlockDevice disk = _factory.Create(LuSpec.Parse(spec));
        disk.ProtectionType.Should().Be(type);
        TestTask read = new TargetRig(disk).Ready().Command(Disk.Cdb10(0x28, 0, 2, flags: (byte)(type == 0 ? 0 : 0x20)), expect: type == 0 ? 1024u : 1040);
        read.Status.Should().Be(ScsiStatus.Good);
        if (type != 0) read.DataIn[512..520].ToArray().Should().OnlyContain(one => one == 0xFF, "nobody has written it");
    }
}
