// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>MODE SELECT, LOG SENSE and SELECT, and what else a unit remembers.</summary>
public sealed class ModeAndLogTests : IDisposable
{
    private readonly string _state = Path.Combine(Path.GetTempPath(), $"fctarget-{Guid.NewGuid():n}.json");
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");
    private BlockDevice _disk = null!;
    private TargetRig _rig = null!;

    public ModeAndLogTests() => PowerOn();

    public void Dispose()
    {
        _disk.Dispose();
        File.Delete(_state);
    }

    private void PowerOn()
    {
        _disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, StateFile = _state }, new MemoryStore(1 << 20));
        _rig?.Router.EndNexus(_other);
        _rig = new TargetRig(_disk).Ready();
        _rig.Router.BeginNexus(_other);
        _rig.Command(new byte[6], nexus: _other);
    }

    private string Data(params byte[] cdb)
    {
        TestTask task = _rig.Command(cdb, expect: 1024);
        task.Status.Should().Be(ScsiStatus.Good, "sense {0:x}", task.SenseCode);
        return Convert.ToHexStringLower(task.DataIn);
    }

    private TestTask Select(byte flags, params byte[] page) => _rig.Out([0x15, flags, 0, 0, (byte)(4 + page.Length), 0], (byte[])[0, 0, 0, 0, .. page]);

    private byte[] Page(byte code, byte control = 0) => Convert.FromHexString(Data(0x1A, 8, (byte)(code | (control << 6)), 0, 255, 0))[4..];

    [Fact]
    public void D_SENSE_makes_sense_data_descriptors_and_the_others_hear_of_it()
    {
        byte[] page = Page(0x0A);
        page[0] &= 0x3F;
        page[2] |= 0x04;
        Select(0x10, page).Status.Should().Be(ScsiStatus.Good);
        _rig.Command(new byte[6], nexus: _other).SenseData.ToArray().Should().Equal(0x72, 6, 0x2A, 1, 0, 0, 0, 0);
        TestTask task = _rig.Command(Disk.Cdb10(0x28, 2048, 1), expect: 512);
        Convert.ToHexStringLower(task.SenseData).Should().Be("720521000000000c" + "000a8000" + "0000000000000800");
        page[2] &= 0xFB;
        Select(0x10, page);
        _rig.Command(Disk.Cdb10(0x28, 2048, 1), expect: 512).SenseData[0].Should().Be(0xF0);
    }

    [Fact]
    public void SWP_protects_the_medium_and_shows_in_the_header()
    {
        byte[] page = Page(0x0A);
        page[0] &= 0x3F;
        page[4] = 0x08;
        Select(0x10, page).Status.Should().Be(ScsiStatus.Good);
        _rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).SenseCode.Should().Be(0x72702);
        Data(0x1A, 8, 0x0A, 0, 255, 0)[4..6].Should().Be("90");
    }

    [Fact]
    public void A_list_with_a_fault_changes_nothing()
    {
        byte[] control = Page(0x0A), caching = Page(0x08);
        control[0] &= 0x3F;
        control[4] = 0x08;
        caching[0] &= 0x3F;
        caching[3] = 0xFF; // not changeable
        TestTask task = Select(0x10, [.. control, .. caching]);
        task.SenseCode.Should().Be(0x52600);
        BinaryPrimitives.ReadUInt16BigEndian(task.SenseData[16..]).Should().Be(4 + 12 + 3);
        Page(0x0A)[4].Should().Be(0);
        Select(0x10, 0x0A, 0x0A, 0).SenseCode.Should().Be(0x51A00);
        Select(0x10, 0x3E, 0).SenseCode.Should().Be(0x52600);
        _rig.Command([0x15, 0x10, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void Saved_values_come_back_after_a_power_loss_and_current_ones_go_with_a_reset()
    {
        byte[] page = Page(0x08);
        page[0].Should().Be(0x88, "PS");
        page[0] &= 0x3F;
        page[2] = 0x01; // no WCE; RCD
        Select(0x11, page).Status.Should().Be(ScsiStatus.Good);
        page[2] = 0x05;
        Select(0x10, page).Status.Should().Be(ScsiStatus.Good);
        (Page(0x08)[2], Page(0x08, 3)[2], Page(0x08, 2)[2]).Should().Be((0x05, 0x01, 0x04));
        ((ILogicalUnit)_disk).OnReset();
        Page(0x08)[2].Should().Be(0x01);
        _disk.Dispose();
        PowerOn();
        Page(0x08)[2].Should().Be(0x01);
    }

    [Fact]
    public void Without_a_write_cache_every_write_is_flushed()
    {
        using var engine = new IoEngine(workers: 1);
        using var store = new RecordingStore(1 << 20);
        using BlockDevice disk = Disk.On(store, engine);
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] page = Convert.FromHexString(Convert.ToHexString(rig.Command([0x1A, 8, 0x08, 0, 255, 0], expect: 255).DataIn))[4..];
        page[2] = 0;
        rig.Out([0x15, 0x10, 0, 0, 24, 0], (byte[])[0, 0, 0, 0, .. page]).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 0, 1), new byte[512]).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x93, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        store.Log.Should().Equal("flush", "write 0 512", "flush", "discard 0 512", "flush"); // the first empties the cache
        rig.Out([0x15, 0x11, 0, 0, 24, 0], (byte[])[0, 0, 0, 0, .. page]).SenseCode.Should().Be(0x52400, "nothing can be saved");
    }

    [Fact]
    public void Log_pages_count_what_was_done_and_a_reset_begins_anew()
    {
        _rig.Out(Disk.Cdb10(0x2A, 0, 3), new byte[3 * 512]);
        _rig.Command(Disk.Cdb10(0x28, 0, 5), expect: 5 * 512);
        _rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512);
        string statistics = Data(0x4D, 0, 0x59, 0, 0, 0, 0, 4, 0, 0);
        statistics[8..].Should().StartWith("00010340" + "0000000000000002" + "0000000000000001" + "0000000000000003" + "0000000000000006");
        Data(0x4D, 0, 0x43, 0, 0, 0, 5, 4, 0, 0).Should().Be("03000018" + "00050008" + "0000000000000c00" + "00060008" + "0000000000000000");
        _rig.Command([0x4C, 0x02, 0xC0, 0, 0, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        _rig.Command(new byte[6], nexus: _other).SenseCode.Should().Be(0x62A02);
        Data(0x4D, 0, 0x59, 0, 0, 0, 0, 4, 0, 0)[16..32].Should().Be("0000000000000000");
        Data(0x4D, 0, 0x40, 0, 0, 0, 0, 4, 0, 0).Should().Be("0000000a" + "0002030506" + "0c0d10192f");
        Data(0x4D, 0, 0x40, 0xFF, 0, 0, 0, 4, 0, 0).Should().StartWith("40ff0028" + "000000ff" + "020002ff");
        _rig.Command([0x4D, 0, 0x43, 0, 0, 0, 7, 4, 0, 0], expect: 1024).SenseCode.Should().Be(0x52400);
        _rig.Command([0x4D, 0, 0x41, 0, 0, 0, 0, 4, 0, 0], expect: 1024).SenseCode.Should().Be(0x52400);
    }

    [Fact]
    public void The_timestamp_runs_from_where_it_was_set()
    {
        Data(0xA3, 0x0F, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0)[..8].Should().Be("000a0000");
        _rig.Out([0xA4, 0x0F, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0], (byte[])[0, 0, 0, 0, 0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        Data(0xA3, 0x0F, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0).Should().StartWith("000a0200" + "01020304");
        _rig.Command(new byte[6], nexus: _other).SenseCode.Should().Be(0x62A10);
    }

    [Fact]
    public void Identifying_information_is_kept_through_a_power_loss()
    {
        _rig.Out([0xA4, 0x06, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0], "abc"u8.ToArray()).Status.Should().Be(ScsiStatus.Good);
        _rig.Out([0xA4, 0x06, 0, 0, 0, 0, 0, 0, 0, 3, 4, 0], "abc"u8.ToArray()).SenseCode.Should().Be(0x52600, "text ends with a null");
        _disk.Dispose();
        PowerOn();
        Data(0xA3, 0x05, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be("00000003" + "616263");
        Data(0xA3, 0x05, 0, 0, 0, 0, 0, 0, 1, 0, 0xFE, 0).Should().Be("00000008" + "00000040" + "04000100");
        _rig.Command([0xA3, 0x05, 0, 0, 0, 0, 0, 0, 1, 0, 0x10, 0], expect: 256).SenseCode.Should().Be(0x52400);
    }

    [Fact]
    public void Buffers_hold_what_was_written()
    {
        _rig.Out([0x3B, 0x02, 0, 0, 0, 8, 0, 0, 4, 0], (byte[])[1, 2, 3, 4]).Status.Should().Be(ScsiStatus.Good);
        Data(0x3C, 0x02, 0, 0, 0, 6, 0, 0, 8, 0).Should().Be("0000010203040000");
        Data(0x9B, 0x02, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0).Should().Be("01020304");
        Data(0x3C, 0x03, 0, 0, 0, 0, 0, 0, 4, 0).Should().Be("00010000");
        Data(0x3C, 0x0B, 0, 0, 0, 0, 0, 0, 4, 0).Should().Be("00001000");
        _rig.Command([0x3C, 0x0A, 0, 0, 0, 0, 0, 0, 4, 0], expect: 4).SenseCode.Should().Be(0x52C00);
        _rig.Out([0x3B, 0x0A, 0, 0, 0, 0, 0, 0, 2, 0], (byte[])[9, 8]).Status.Should().Be(ScsiStatus.Good);
        Data(0x3C, 0x0A, 0, 0, 0, 0, 0, 0, 4, 0).Should().Be("0908");
        _rig.Command([0x3C, 0x0A, 0, 0, 0, 0, 0, 0, 4, 0], expect: 4, nexus: _other).SenseCode.Should().Be(0x52C00, "it is not this nexus's data");
        _rig.Out([0x3B, 0x02, 0, 0, 0xFF, 0xFF, 0, 0, 4, 0], new byte[4]).SenseCode.Should().Be(0x52400);
    }
}
