// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Media that are no plain disks.</summary>
public sealed class MediaTests : IDisposable
{
    private readonly LogicalUnitFactory _factory = new();

    public void Dispose() => _factory.Dispose();

    private TargetRig NewRig(string spec) => new TargetRig(_factory.Create(LuSpec.Parse(spec))).Ready();

    [Fact]
    public void A_pattern_can_be_checked_without_having_been_written()
    {
        TargetRig rig = NewRig("pattern:16T,seed=7");
        const ulong Lba = (16ul << 40) / 512 - 3;
        byte[] data = rig.Command(Disk.Cdb16(0x88, Lba, 3), expect: 1536).DataIn.ToArray();
        for (int i = 0; i < data.Length; i += 8)
            BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(i)).Should().Be(PatternStore.WordAt((long)(Lba * 512) + i, 7));
        rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).SenseCode.Should().Be(0x72700);
        var store = new PatternStore(1 << 20, 7);
        byte[] odd = new byte[21];
        byte[] whole = new byte[64];
        store.Read(11, odd);
        store.Read(0, whole);
        odd.Should().Equal(whole[11..32]);
    }

    [Fact]
    public void Null_takes_everything_and_remembers_nothing()
    {
        TargetRig rig = NewRig("null:16T,block=4096");
        rig.Out(Disk.Cdb16(0x8A, uint.MaxValue - 5, 3), Disk.Pattern(3 * 4096)).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb16(0x88, uint.MaxValue - 5, 3), expect: 3 * 4096).DataIn.ToArray().Should().AllBeEquivalentTo((byte)0);
        rig.Out(Disk.Cdb16(0x8A, 0, 2048), new byte[8 << 20]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void Blocks_of_512_bytes_on_pages_of_4096_say_so()
    {
        TargetRig rig = NewRig("memory:1M,physical=4096");
        rig.Command([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], expect: 32).DataIn[13].Should().Be(3);
    }

    [Fact]
    public void An_ejected_medium_is_not_there_until_it_is_loaded()
    {
        TargetRig rig = NewRig("memory:1M,ejected");
        rig.Command(new byte[6]).SenseCode.Should().Be(0x23A00);
        rig.Command([0x1B, 0, 0, 0, 3, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command(new byte[6]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void State_is_kept_by_name_in_a_directory()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fctarget-");
        try
        {
            TargetRig rig = NewRig($"memory:1M,name=a,state={folder.FullName}/deep");
            rig.Out([0xA4, 0x06, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0], "abc"u8.ToArray()).Status.Should().Be(ScsiStatus.Good);
            string file = folder.GetFiles("*.json", SearchOption.AllDirectories).Should().ContainSingle().Subject.FullName;
            using var second = new LogicalUnitFactory();
            File.WriteAllText(file, "{ \"identifying\": \"zz\" }");
            FluentActions.Invoking(() => second.Create(LuSpec.Parse($"memory:1M,name=a,state={folder.FullName}/deep")))
                .Should().Throw<LuConfigurationException>().WithMessage("State file*cannot be read*");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Memory_saves_mode_pages_for_as_long_as_it_lasts_but_no_reservation()
    {
        TargetRig rig = NewRig("memory:1M");
        rig.Out([0x15, 0x11, 0, 0, 24, 0], WriteCacheOff).Status.Should().Be(ScsiStatus.Good);
        SavedCaching(rig)[0].Should().Be(0x88, "PS");
        SavedCaching(rig)[2].Should().Be(0);
        rig.Out(RegisterCdb, RegisterWithAptpl).SenseCode.Should().Be(0x52600);
        rig.Command([0x5E, 2, 0, 0, 0, 0, 0, 0, 8, 0], expect: 8).DataIn[2].Should().Be(0x1C, "no PTPL_C");
    }

    [Fact]
    public void A_file_keeps_its_state_beside_it_and_a_new_file_begins_without()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fctarget-");
        try
        {
            string path = Path.Combine(folder.FullName, "disk"), spec = $"file:{path},size=1M";
            using (LogicalUnitFactory first = new())
            {
                TargetRig rig = new TargetRig(first.Create(LuSpec.Parse(spec))).Ready();
                File.Exists(path + ".state").Should().BeFalse("nothing has been kept yet");
                rig.Out([0x15, 0x11, 0, 0, 24, 0], WriteCacheOff).Status.Should().Be(ScsiStatus.Good);
                rig.Out(RegisterCdb, RegisterWithAptpl).Status.Should().Be(ScsiStatus.Good);
            }
            using (LogicalUnitFactory second = new())
            {
                TargetRig rig = new TargetRig(second.Create(LuSpec.Parse(spec))).Ready();
                SavedCaching(rig)[2].Should().Be(0);
                rig.Command([0x5E, 0, 0, 0, 0, 0, 0, 0, 16, 0], expect: 16).DataIn[15].Should().Be(7, "the key");
            }
            File.Delete(path);
            using LogicalUnitFactory third = new();
            TargetRig anew = new TargetRig(third.Create(LuSpec.Parse(spec))).Ready();
            SavedCaching(anew)[2].Should().Be(4, "WCE is the default");
            anew.Command([0x5E, 0, 0, 0, 0, 0, 0, 0, 8, 0], expect: 8).DataIn[7].Should().Be(0, "no registration");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>MODE SELECT(6) parameter list: the Caching page with WCE = 0.</summary>
    private static byte[] WriteCacheOff => [0, 0, 0, 0, 0x08, 0x12, .. new byte[18]];

    private static byte[] RegisterCdb => [0x5F, 0, 0, 0, 0, 0, 0, 0, 24, 0];

    /// <summary>Key 7, APTPL = 1.</summary>
    private static byte[] RegisterWithAptpl => [.. new byte[15], 7, 0, 0, 0, 0, 1, 0, 0, 0];

    private static byte[] SavedCaching(TargetRig rig)
    {
        TestTask task = rig.Command([0x1A, 8, 0xC8, 0, 24, 0], expect: 24);
        task.Status.Should().Be(ScsiStatus.Good);
        return task.DataIn[4..].ToArray();
    }
}
