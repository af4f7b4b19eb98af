// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>A store that blocks and fails: order of write, flush and status, and what becomes of errors.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly IoEngine _engine = new(workers: 2);
    private readonly RecordingStore _store = new(1 << 20);
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;

    public FailureTests()
    {
        _disk = Disk.On(_store, _engine);
        _rig = new TargetRig(_disk).Ready();
    }

    public void Dispose()
    {
        _store.LetGo();
        _engine.OutstandingBuffers.Should().Be(0);
        _engine.Dispose();
        _disk.Dispose();
    }

    [Theory]
    [InlineData(0x2A, 0x08, new[] { "write 0 262144", "write 262144 4096", "flush" })]                                                  // FUA
    [InlineData(0x2A, 0x00, new[] { "write 0 262144", "write 262144 4096" })]
    [InlineData(0x2E, 0x00, new[] { "write 0 262144", "read 0 65536", "read 65536 65536", "read 131072 65536", "read 196608 65536", "write 262144 4096", "flush", "read 262144 4096" })]
    public void A_write_is_in_segments_and_with_FUA_flushed_after_the_last(byte code, byte flags, string[] log)
    {
        _rig.Out(Disk.Cdb10(code, 0, 520, flags), Disk.Pattern(520 * 512)).Status.Should().Be(ScsiStatus.Good);
        _store.Log.Should().Equal(log);
    }

    [Theory]
    [InlineData(new byte[] { 0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x35, 2, 0, 0, 0, 0, 0, 0, 0, 0 })] // IMMED: GOOD still means durable
    [InlineData(new byte[] { 0x91, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void The_status_of_synchronize_cache_waits_for_the_flush(byte[] cdb)
    {
        _store.HoldUp();
        TestTask task = _rig.NewTask().Prepare(_rig.Nexus, Lun.FromNumber(0), cdb, 0, dataIn: false);
        _rig.Router.Dispatch(task);
        SpinWait.SpinUntil(() => _store.Log.Length == 1, TimeSpan.FromSeconds(10)).Should().BeTrue();
        _rig.Loop.RunAll();
        task.IsComplete.Should().BeFalse();
        _store.LetGo();
        _rig.Loop.RunUntilComplete(task);
        _store.Log.Should().Equal("flush");
    }

    [Fact]
    public void When_the_write_cache_is_turned_off_what_it_holds_is_durable_before_the_status()
    {
        _rig.Out(Disk.Cdb10(0x2A, 0, 1), Disk.Pattern(512)).Status.Should().Be(ScsiStatus.Good);
        Caching(on: true);
        _store.Log.Should().Equal("write 0 512");
        Caching(on: false);
        _store.Log.Should().Equal("write 0 512", "flush");
        Caching(on: false);
        Caching(on: true);
        _store.Log.Should().HaveCount(2, "it was off already");
        _store.FlushResult = StoreResult.WriteFailed;
        Select(on: false).SenseCode.Should().Be(0x30C00);

        void Caching(bool on) => Select(on).Status.Should().Be(ScsiStatus.Good);
        TestTask Select(bool on) => _rig.Out([0x15, 0x10, 0, 0, 24, 0], (byte[])[0, 0, 0, 0, 0x08, 0x12, (byte)(on ? 4 : 0), .. new byte[17]]);
    }

    [Fact]
    public void A_failed_flush_is_a_write_error()
    {
        _store.FlushResult = StoreResult.WriteFailed;
        _rig.Command([0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0]).SenseCode.Should().Be(0x30C00);
        _rig.Out(Disk.Cdb10(0x2A, 0, 1, flags: 0x08), new byte[512]).SenseCode.Should().Be(0x30C00);
        _rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void A_read_error_names_the_LBA()
    {
        _store.ReadResult = StoreResult.ReadFailed;
        TestTask task = _rig.Command(Disk.Cdb10(0x28, 77, 1), expect: 512);
        task.SenseCode.Should().Be(0x31100);
        BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]).Should().Be(77);
        _rig.Command(Disk.Cdb10(0x2F, 77, 1)).SenseCode.Should().Be(0x31100);
    }

    [Fact]
    public void A_full_store_is_a_failed_allocation()
    {
        _store.WriteResult = StoreResult.NoSpace;
        _rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).SenseCode.Should().Be(0x72707);
        _rig.Out(Disk.Cdb10(0x41, 0, 1), Disk.Pattern(512)).SenseCode.Should().Be(0x72707);
        byte[] list = Disk.UnmapList((0, 1));
        _rig.Out(Disk.UnmapCdb(list.Length), list).SenseCode.Should().Be(0x72707);
    }

    [Fact]
    public void A_store_that_throws_fails_the_command_and_not_the_worker()
    {
        _store.Throws = new InvalidOperationException();
        for (int i = 0; i < 4; i++) _rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).SenseCode.Should().Be(0x30C00);
        _store.Throws = null;
        _rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void Commands_that_find_no_buffer_wait_and_none_is_lost()
    {
        using IoEngine small = new(workers: 1, smallBuffers: 1, largeBuffers: 1);
        using BlockDevice disk = Disk.On(new RecordingStore(1 << 20), small);
        TargetRig rig = new TargetRig(disk) { LargestPiece = 300 }.Ready();
        var tasks = new List<TestTask>();
        for (int i = 0; i < 64; i++)
        {
            byte[] data = Disk.Pattern(512, seed: i);
            tasks.Add(rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), Disk.Cdb10(0x2A, (uint)i, 1), 512, dataIn: false, data, hasDataOut: true));
        }
        tasks.ForEach(rig.Router.Dispatch);
        tasks.ForEach(rig.Loop.RunUntilComplete);
        tasks.Should().AllSatisfy(t => (t.Completions, t.Status).Should().Be((1, ScsiStatus.Good)));
        for (int i = 0; i < 64; i++)
            rig.Command(Disk.Cdb10(0x28, (uint)i, 1), expect: 512).DataIn.ToArray().Should().Equal(Disk.Pattern(512, seed: i));
        small.OutstandingBuffers.Should().Be(0);
    }
}
