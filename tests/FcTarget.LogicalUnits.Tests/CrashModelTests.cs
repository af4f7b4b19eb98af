// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>
/// Random commands with power losses in between, over a store that loses what was not flushed, block by block as it pleases. Each block holds what
/// was promised, or something written since.
/// </summary>
public sealed class CrashModelTests
{
    private const int Blocks = 16, BlockSize = 512;

    public enum Kind
    {
        Write,
        WriteForced,
        WriteSame,
        Unmap,
        CompareAndWrite,
        SynchronizeCache,
        PowerLoss,
    }

    public sealed record Operation(Kind Kind, int Lba, int Blocks, byte Fill);

    private static Gen<Operation> Operations() =>
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from lba in Gen.Choose(0, Blocks - 1)
        from blocks in Gen.Choose(1, 6)
        from fill in Gen.Choose(1, 255)
        select new Operation(kind, lba, Math.Min(blocks, Blocks - lba), (byte)fill);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_promised_to_be_durable_outlives_power_losses(bool writeCache)
    {
        using var engine = new IoEngine(workers: 1);
        Prop.ForAll(Operations().ListOf(30).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (operations, seed) =>
        {
            var store = new LossyStore(new byte[Blocks * BlockSize], new Random(seed));
            TargetRig rig = PowerOn(store, engine, writeCache);
            var allowed = new HashSet<byte>[Blocks]; // what each block may hold after a power loss
            byte[] latest = new byte[Blocks];
            for (int i = 0; i < Blocks; i++) allowed[i] = [0];
            foreach (Operation operation in operations)
            {
                if (operation.Kind == Kind.PowerLoss)
                {
                    store = store.AfterPowerLoss();
                    rig = PowerOn(store, engine, writeCache);
                    byte[] found = rig.Command(Disk.Cdb10(0x28, 0, Blocks), expect: Blocks * BlockSize).DataIn.ToArray();
                    for (int i = 0; i < Blocks; i++)
                    {
                        byte value = found[i * BlockSize];
                        found.AsSpan(i * BlockSize, BlockSize).ContainsAnyExcept(value).Should().BeFalse("a block is written whole");
                        allowed[i].Should().Contain(value, "block {0}", i);
                        allowed[i] = [value];
                        latest[i] = value;
                    }
                    continue;
                }
                bool durable = Apply(rig, operation, latest) || !writeCache;
                for (int i = 0; i < Blocks; i++)
                {
                    bool isHit = operation.Kind == Kind.SynchronizeCache || (i >= operation.Lba && i < operation.Lba + operation.Blocks);
                    if (!isHit) continue;
                    if (durable) allowed[i].Clear();
                    allowed[i].Add(latest[i]);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    private static TargetRig PowerOn(LossyStore store, IoEngine engine, bool writeCache) =>
        new TargetRig(new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, WriteCache = writeCache }, store, engine)).Ready();

    /// <summary>Sends the command. Whether its status promises durability.</summary>
    private static bool Apply(TargetRig rig, Operation operation, byte[] latest)
    {
        uint lba = (uint)operation.Lba;
        ushort blocks = (ushort)operation.Blocks;
        byte[] data = new byte[blocks * BlockSize];
        data.AsSpan().Fill(operation.Fill);
        byte[] before = [.. Enumerable.Range(operation.Lba, blocks).SelectMany(i => Enumerable.Repeat(latest[i], BlockSize))];
        byte[] list = Disk.UnmapList((lba, blocks));
        TestTask task = operation.Kind switch
        {
            Kind.Write => rig.Out(Disk.Cdb10(0x2A, lba, blocks), data),
            Kind.WriteForced => rig.Out(Disk.Cdb10(0x2A, lba, blocks, flags: 0x08), data),
            Kind.WriteSame => rig.Out(Disk.Cdb10(0x41, lba, blocks), data.AsMemory(0, BlockSize)),
            Kind.Unmap => rig.Out(Disk.UnmapCdb(list.Length), list),
            Kind.CompareAndWrite => rig.Out(Disk.Cdb16(0x89, lba, blocks, flags: 0x08), (byte[])[.. before, .. data]),
            _ => rig.Command(Disk.Cdb10(0x35, 0, 0)),
        };
        task.Status.Should().Be(ScsiStatus.Good);
        if (operation.Kind == Kind.Unmap) latest.AsSpan(operation.Lba, blocks).Clear();
        else if (operation.Kind != Kind.SynchronizeCache) latest.AsSpan(operation.Lba, blocks).Fill(operation.Fill);
        return operation.Kind is Kind.WriteForced or Kind.CompareAndWrite or Kind.SynchronizeCache;
    }
}
