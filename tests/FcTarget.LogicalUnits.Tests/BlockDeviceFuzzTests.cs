// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class BlockDeviceFuzzTests
{
    private const int Commands = 1_000_000;

    [Fact]
    public void A_million_CDBs_with_any_data_complete_once_each_and_throw_nothing()
    {
        using var engine = new IoEngine(workers: 1);
        string path = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"fctarget-fuzz-{Guid.NewGuid():n}");
        BlockDevice[] disks = [.. EveryKind(path, engine)];
        int inline = Array.FindIndex(disks, disk => !disk.Store.IsInline);
        TargetRig rig = new TargetRig([.. disks]).Ready();
        var random = new Random(20260101);
        TestTask task = rig.NewTask();
        task.LargestPiece = 5000;
        byte[] data = new byte[64 * 512];
        byte[] cdb = new byte[32];
        int good = 0;
        for (int i = 0; i < Commands; i++)
        {
            random.NextBytes(cdb);
            if (random.Next(8) == 0) random.NextBytes(data.AsSpan(0, 64));
            if (random.Next(8) == 0) data.AsSpan(0, 64).Clear();
            int unit = random.Next(random.Next(20) == 0 ? disks.Length : inline); // to a worker and back takes long on a busy machine
            if (random.Next(4) != 0) MakePlausible(cdb, random, disks[unit].ProtectionType);
            int length = random.Next(6, 33);
            uint expected = (uint)random.Next(random.Next(4) != 0 ? 1024 : data.Length + 1);
            bool isOut = random.Next(2) == 0;
            Lun lun = random.Next(16) == 0 ? new Lun((ulong)random.NextInt64()) : Lun.FromNumber(unit);
            rig.Run(task.Prepare(rig.Nexus, lun, cdb.AsSpan(0, length), expected, dataIn: !isOut, data, hasDataOut: isOut));
            if (task.Completions != 1 || task.Transferred > expected) Assert.Fail($"command {i}: {Convert.ToHexString(cdb)}");
            if (task.Status == ScsiStatus.Good) good++;
            else if (task.Status == ScsiStatus.AcaActive) ClearsAca(rig);
            else if (task.Status is not (ScsiStatus.CheckCondition or ScsiStatus.ReservationConflict)) Assert.Fail($"status {task.Status}");
        }
        good.Should().BeGreaterThan(Commands / 20, "otherwise nothing but refusals has been tried");
        engine.OutstandingBuffers.Should().Be(0);
        foreach (BlockDevice disk in disks)
        {
            disk.TaskSet.Count.Should().Be(0);
            disk.Dispose();
        }
        File.Delete(path);
    }

    /// <summary>One of each kind, of 64 blocks; those last whose store a worker works at.</summary>
    private static IEnumerable<BlockDevice> EveryKind(string path, IoEngine engine)
    {
        var options = new BlockDeviceOptions { Identity = Disk.Identity, Removable = true };
        yield return new BlockDevice(options, new MemoryStore(64 * 512), engine);
        for (int type = 0; type < 4; type++)
            yield return new BlockDevice(options, new ProtectedStore(new MemoryStore(64 * 512), new MemoryStore(64 * 8), 512, type), engine);
        yield return new BlockDevice(options with { Removable = false, Thin = false, WriteCache = false }, new MemoryStore(64 * 512), engine);
        yield return new BlockDevice(options with { BlockSize = 4096, PhysicalBlockSize = 16384, ProvisioningBits = 0 }, new MemoryStore(64 * 4096), engine);
        yield return new BlockDevice(options with { ReadOnly = true }, new MemoryStore(64 * 512), engine);
        yield return new BlockDevice(options, new NullStore(64 * 512), engine);
        yield return new BlockDevice(options with { ReadOnly = true }, new PatternStore(64 * 512, seed: 7), engine);
        yield return new BlockDevice(
            options, new FileStore(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), 64 * 512), engine);
    }

    /// <summary>A session that ends takes its ACA condition along.</summary>
    private static void ClearsAca(TargetRig rig)
    {
        rig.Router.EndNexus(rig.Nexus);
        rig.Router.BeginNexus(rig.Nexus);
        rig.Ready();
    }

    [Fact]
    public void Any_unmap_list_completes_once()
    {
        using BlockDevice disk = Disk.InMemory(blocks: 64);
        TargetRig rig = new TargetRig(disk).Ready();
        var random = new Random(7);
        TestTask task = rig.NewTask();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] list = Disk.UnmapList([.. Enumerable.Range(0, random.Next(4)).Select(_ => ((ulong)random.Next(70), (uint)random.Next(10)))]);
            for (int flips = random.Next(3); flips > 0; flips--) list[random.Next(Math.Min(list.Length, 8))] = (byte)random.Next(64);
            int length = random.Next(list.Length + 20);
            rig.Run(task.Prepare(rig.Nexus, Lun.FromNumber(0), Disk.UnmapCdb(length), (uint)random.Next(list.Length + 1), dataIn: false, list, hasDataOut: true));
            task.Completions.Should().Be(1);
        }
    }

    /// <summary>A command we have, with only the bits it looks at, and small numbers more often than not.</summary>
    private static void MakePlausible(byte[] cdb, Random random, int protectionType)
    {
        CommandEntry entry = CommandTable.Entries[random.Next(CommandTable.Entries.Count)];
        byte[] usage = entry.Usage;
        bool small = random.Next(4) != 0;
        for (int i = 1; i < usage.Length; i++)
        {
            cdb[i] &= entry.UsageAt(i, protectionType);
            if (small && i > 1 && i != usage.Length - 2) cdb[i] &= (byte)(i == 5 || i == 9 ? 0x1F : 0x01);
        }
        cdb[0] = usage[0];
        if (random.Next(50) != 0) cdb[usage.Length - 1] &= unchecked((byte)~Cdb.Naca); // an ACA condition holds up all that follows
        if (entry.HasServiceAction && usage.Length == 32) usage.AsSpan(7, 3).CopyTo(cdb.AsSpan(7));
        else if (entry.HasServiceAction) cdb[1] = entry.ServiceAction;
    }
}
