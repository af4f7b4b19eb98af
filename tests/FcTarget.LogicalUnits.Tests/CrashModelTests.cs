// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>
/// Random commands with power losses in between, over a store that loses what was not flushed, block by block as it pleases. Each block holds what
/// was promised, or something written since.
/// </summary>
public sealed class CrashModelTests(ITestOutputHelper output)
{
    private const int Blocks = 16, BlockSize = 512;

    public enum Kind
    {
        Write,
        WriteForced,
        WriteSame,
        Unmap,
        CompareAndWrite,
        WriteAtomic,
        OrWrite,
        SynchronizeCache,
        CacheOff,
        CacheOn,
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
            bool cached = writeCache;
            for (int i = 0; i < Blocks; i++) allowed[i] = [0];
            foreach (Operation operation in operations)
            {
                if (operation.Kind == Kind.PowerLoss)
                {
                    store = store.AfterPowerLoss();
                    rig = PowerOn(store, engine, writeCache);
                    cached = writeCache; // MODE SELECT has not saved it
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
                bool durable = Apply(rig, operation, latest) || !cached;
                bool concernsAll = operation.Kind == Kind.SynchronizeCache || (operation.Kind == Kind.CacheOff && cached);
                if (operation.Kind is Kind.CacheOff or Kind.CacheOn) cached = operation.Kind == Kind.CacheOn;
                if (operation.Kind is Kind.CacheOff or Kind.CacheOn && !concernsAll) continue;
                for (int i = 0; i < Blocks; i++)
                {
                    bool isHit = concernsAll || (i >= operation.Lba && i < operation.Lba + operation.Blocks);
                    if (!isHit) continue;
                    if (durable) allowed[i].Clear();
                    allowed[i].Add(latest[i]);
                }
            }
        }).Check(output);
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
            Kind.WriteAtomic => rig.Out(Disk.Cdb16(0x9C, lba, blocks), data),
            Kind.OrWrite => rig.Out(Disk.Cdb16(0x8B, lba, blocks, flags: 0x08), data),
            Kind.CacheOff or Kind.CacheOn => rig.Out(
                [0x15, 0x10, 0, 0, 24, 0], (byte[])[0, 0, 0, 0, 0x08, 0x12, (byte)(operation.Kind == Kind.CacheOn ? 4 : 0), .. new byte[17]]),
            _ => rig.Command(Disk.Cdb10(0x35, 0, 0)),
        };
        task.Status.Should().Be(ScsiStatus.Good);
        Span<byte> range = latest.AsSpan(operation.Lba, blocks);
        switch (operation.Kind)
        {
            case Kind.Unmap:
                range.Clear();
                break;
            case Kind.OrWrite:
                foreach (ref byte one in range) one |= operation.Fill;
                break;
            case not (Kind.SynchronizeCache or Kind.CacheOff or Kind.CacheOn):
                range.Fill(operation.Fill);
                break;
        }
        return operation.Kind is Kind.WriteForced or Kind.CompareAndWrite or Kind.OrWrite or Kind.SynchronizeCache or Kind.CacheOff;
    }
}
