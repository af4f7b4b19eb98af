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
}
