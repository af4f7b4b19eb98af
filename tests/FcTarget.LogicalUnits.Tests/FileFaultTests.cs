// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>What becomes of a unit when its file, or the disk under it, is not as it was.</summary>
public sealed class FileFaultTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-").FullName;
    private readonly LogicalUnitFactory _factory = new();
    private readonly IoEngine _engine = new(workers: 1);

    public void Dispose()
    {
        _factory.Dispose();
        _engine.OutstandingBuffers.Should().Be(0);
        _engine.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private TargetRig NewRig(string spec) => new TargetRig(_factory.Create(LuSpec.Parse(spec))).Ready();

    private static byte[] Read(TargetRig rig, uint lba, ushort blocks)
    {
        TestTask task = rig.Command(Disk.Cdb10(0x28, lba, blocks), expect: blocks * 512u);
        task.SenseCode.Should().Be(0);
        return task.DataIn.ToArray();
    }

    [Fact]
    public void A_disk_that_is_full_in_the_middle_of_a_write_keeps_what_it_had_and_serves_on()
    {
        var store = new SmallDisk(new byte[1 << 20]) { Room = 300 * 1024 };
        using BlockDevice disk = Disk.On(store, _engine);
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] old = Disk.Pattern(8 * 512, seed: 1), data = Disk.Pattern(1024 * 512, seed: 2);
        rig.Out(Disk.Cdb10(0x2A, 2040, 8), old).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 0, 1024), data).SenseCode.Should().Be(0x72707, "SPACE ALLOCATION FAILED WRITE PROTECT");
        byte[] after = Read(rig, 0, 1024);
        for (int i = 0; i < 1024; i++)
        {
            ReadOnlySpan<byte> block = after.AsSpan(i * 512, 512);
            (block.SequenceEqual(data.AsSpan(i * 512, 512)) || !block.ContainsAnyExcept((byte)0)).Should().BeTrue("block {0} is as it was or as it was to be", i);
        }
        Read(rig, 2040, 8).Should().Equal(old);
        byte[] list = Disk.UnmapList((0, 1024));
        rig.Out(Disk.UnmapCdb(list.Length), list).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 0, 64), data.AsMemory(0, 64 * 512)).Status.Should().Be(ScsiStatus.Good, "there is room again");
        Read(rig, 0, 64).Should().Equal(data[..(64 * 512)]);
        foreach (byte[] cdb in (byte[][])[Disk.Cdb16(0x93, 0, 2000), Disk.Cdb16(0x8A, 64, 1500)])
            rig.Out(cdb, cdb[0] == 0x93 ? Disk.Pattern(512) : new byte[1500 * 512]).SenseCode.Should().Be(0x72707);
        rig.Command([0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void The_error_number_of_a_full_device_is_a_failed_allocation()
    {
        using var store = new FileStore(File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite), 1 << 20);
        store.Write(0, new byte[4096]).Should().Be(StoreResult.NoSpace);
        store.Discard(0, 4096).Should().Be(StoreResult.NoSpace, "zeros need room where there are no holes");
    }

    [Fact]
    public void A_file_that_somebody_has_cut_ends_in_read_errors_and_writes_make_it_whole()
    {
        using FileStream file = new(PathOf("cut"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.SetLength(1 << 20);
        using BlockDevice disk = Disk.On(new FileStore(File.OpenHandle(PathOf("cut"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite), 1 << 20), _engine);
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out(Disk.Cdb10(0x2A, 1020, 8), Disk.Pattern(8 * 512)).Status.Should().Be(ScsiStatus.Good);
        file.SetLength(512 * 1024);
        TestTask read = rig.Command(Disk.Cdb10(0x28, 1020, 8), expect: 4096);
        read.SenseCode.Should().Be(0x31100);
        BinaryPrimitives.ReadUInt32BigEndian(read.SenseData[3..]).Should().BeInRange(1020, 1027);
        Read(rig, 1020, 4).Should().Equal(Disk.Pattern(8 * 512)[..2048]);
        rig.Command(Disk.Cdb10(0x2F, 1024, 4)).SenseCode.Should().Be(0x31100);
        rig.Out(Disk.Cdb10(0x2A, 2047, 1), Disk.Pattern(512, seed: 3)).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 2047, 1).Should().Equal(Disk.Pattern(512, seed: 3));
        Read(rig, 1024, 4).Should().Equal(new byte[2048], "it is as long as it was, with a hole");
    }

    [Fact]
    public void A_file_that_somebody_has_removed_is_served_until_the_end()
    {
        TargetRig rig = NewRig($"file:{PathOf("gone")},size=1M");
        rig.Out(Disk.Cdb10(0x2A, 5, 1), Disk.Pattern(512)).Status.Should().Be(ScsiStatus.Good);
        File.Delete(PathOf("gone"));
        Read(rig, 5, 1).Should().Equal(Disk.Pattern(512));
        rig.Out(Disk.Cdb10(0x2A, 6, 1, flags: 8), Disk.Pattern(512)).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void One_file_under_two_names_is_served_once()
    {
        NewRig($"file:{PathOf("one")},size=1M");
        File.CreateSymbolicLink(PathOf("link"), PathOf("one"));
        foreach (string more in (string[])["", ",ro", ",pi=1"])
        {
            _factory.Invoking(f => f.Create(LuSpec.Parse($"file:{PathOf("link")},name=two{more}"))).Should().Throw<LuConfigurationException>()
                .WithMessage("Backing file*cannot be opened*");
        }
        File.Exists(PathOf("link.pi")).Should().BeFalse();
    }

    [Fact]
    public void A_sparse_file_has_as_many_blocks_as_the_file_system_lets_it()
    {
        const long Size = 15L << 40; // ext4 ends just short of 16 TiB
        TargetRig rig = NewRig($"file:{PathOf("large")},size=15T,block=4096");
        const ulong Last = Size / 4096 - 1;
        rig.Out(Disk.Cdb16(0x8A, Last, 1), Disk.Pattern(4096)).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb16(0x88, Last, 1), expect: 4096).DataIn.ToArray().Should().Equal(Disk.Pattern(4096));
        rig.Command(Disk.Cdb16(0x88, Last, 2), expect: 8192).SenseCode.Should().Be(0x52100);
        byte[] status = rig.Command([0x9E, 0x12, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(Last - 1000)), 0, 0, 0, 64, 0, 0], expect: 64)
            .DataIn.ToArray();
        status[20].Should().Be(1, "what was never written is deallocated");
    }

    /// <summary>A file on a disk with little room: a write that finds it full has written a part of it.</summary>
    private sealed class SmallDisk(byte[] bytes) : IBackingStore
    {
        private const int Page = 4096;

        private readonly HashSet<long> _pages = [];

        public long Room { get; init; }

        public long Length => bytes.Length;

        public bool IsInline => false;

        public long UsedBytes => _pages.Count * (long)Page;

        public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
        {
            window = default;
            return false;
        }

        public bool IsMapped(long offset, long length, out long extent)
        {
            extent = 1;
            return _pages.Contains(offset / Page);
        }

        public StoreResult Read(long offset, Span<byte> to)
        {
            bytes.AsSpan((int)offset, to.Length).CopyTo(to);
            return StoreResult.Ok;
        }

        public StoreResult Write(long offset, ReadOnlySpan<byte> from)
        {
            for (int at = 0; at < from.Length; at += 512)
            {
                long page = (offset + at) / Page;
                if (!_pages.Contains(page) && UsedBytes + Page > Room) return StoreResult.NoSpace;
                _pages.Add(page);
                from.Slice(at, 512).CopyTo(bytes.AsSpan((int)offset + at));
            }
            return StoreResult.Ok;
        }

        public StoreResult Discard(long offset, long length)
        {
            bytes.AsSpan((int)offset, (int)length).Clear();
            for (long page = (offset + Page - 1) / Page; (page + 1) * Page <= offset + length; page++) _pages.Remove(page);
            return StoreResult.Ok;
        }

        public StoreResult Flush() => StoreResult.Ok;

        public void Dispose() { }
    }
}
