// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class BlockDeviceFuzzTests
{
    [Fact]
    public void Any_CDB_with_any_data_completes_once_and_throws_nothing()
    {
        using BlockDevice disk = Disk.InMemory(blocks: 64);
        TargetRig rig = new TargetRig(disk).Ready();
        var random = new Random(20260101);
        TestTask task = rig.NewTask();
        task.LargestPiece = 5000;
        byte[] data = new byte[64 * 512];
        byte[] cdb = new byte[32];
        int good = 0;
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(cdb);
            if (random.Next(8) == 0) random.NextBytes(data.AsSpan(0, 64));
            if (random.Next(2) == 0) MakePlausible(cdb, random);
            int length = random.Next(6, 33);
            uint expected = (uint)random.Next(random.Next(2) == 0 ? 1024 : data.Length + 1);
            bool isOut = random.Next(2) == 0;
            Lun lun = random.Next(16) == 0 ? new Lun((ulong)random.NextInt64()) : Lun.FromNumber(0);
            rig.Run(task.Prepare(rig.Nexus, lun, cdb.AsSpan(0, length), expected, dataIn: !isOut, data, hasDataOut: isOut));
            task.Completions.Should().Be(1);
            if (task.Status == ScsiStatus.Good) good++;
            else task.Status.Should().Be(ScsiStatus.CheckCondition);
            task.Transferred.Should().BeLessThanOrEqualTo(expected);
        }
        good.Should().BeGreaterThan(5000, "otherwise nothing but refusals has been tried");
        disk.TaskSet.Count.Should().Be(0);
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
    private static void MakePlausible(byte[] cdb, Random random)
    {
        CommandEntry entry = CommandTable.Entries[random.Next(CommandTable.Entries.Count)];
        byte[] usage = entry.Usage;
        bool small = random.Next(4) != 0;
        for (int i = 1; i < usage.Length; i++)
        {
            cdb[i] &= usage[i];
            if (small && i > 1 && i != usage.Length - 2) cdb[i] &= (byte)(i == 5 || i == 9 ? 0x1F : 0x01);
        }
        cdb[0] = usage[0];
        if (entry.HasServiceAction) cdb[1] = entry.ServiceAction;
    }
}
