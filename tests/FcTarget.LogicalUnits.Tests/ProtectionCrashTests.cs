// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>
/// Power losses on a protected medium whose data and tags are lost, sector by sector, apart. What was durable reads right; what was not reads as it
/// was, or as it was to be, or ends in a check error: never as wrong data.
/// </summary>
public sealed class ProtectionCrashTests(ITestOutputHelper output)
{
    private const int Blocks = 80, BlockSize = 512; // two sectors of tags

    public enum Kind
    {
        Write,
        WriteForced,
        WriteSame,
        CompareAndWrite,
        WriteAtomic,
        Unmap,
        SynchronizeCache,
        PowerLoss,
    }

    public sealed record Operation(Kind Kind, int Lba, int Blocks, byte Fill);

    private static Gen<Operation> Operations() =>
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from lba in Gen.Choose(0, Blocks - 1)
        from blocks in Gen.Choose(1, 12)
        from fill in Gen.Choose(1, 255)
        select new Operation(kind, lba, Math.Min(blocks, Blocks - lba), (byte)fill);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_power_loss_never_makes_wrong_data_read_right(bool writeCache)
    {
        using var engine = new IoEngine(workers: 1);
        Prop.ForAll(Operations().ListOf(40).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (operations, seed) =>
        {
            var random = new Random(seed);
            var data = new LossyStore(new byte[Blocks * BlockSize], random);
            var tags = new LossyStore(new byte[Blocks * 8], random);
            TargetRig rig = PowerOn(data, tags, engine, writeCache);
            var allowed = new HashSet<byte>[Blocks];
            for (int i = 0; i < Blocks; i++) allowed[i] = [0];
            var latest = new byte[Blocks];
            foreach (Operation operation in operations)
            {
                switch (operation.Kind)
                {
                    case Kind.PowerLoss:
                        (data, tags) = (data.AfterPowerLoss(), tags.AfterPowerLoss());
                        rig = PowerOn(data, tags, engine, writeCache);
                        for (int i = 0; i < Blocks; i++) allowed[i] = [latest[i] = Recover(rig, i, allowed[i])];
                        break;
                    case Kind.SynchronizeCache:
                        rig.Command(Disk.Cdb10(0x35, 0, 0)).Status.Should().Be(ScsiStatus.Good);
                        for (int i = 0; i < Blocks; i++) allowed[i] = [latest[i]];
                        break;
                    default:
                        byte value = operation.Kind == Kind.Unmap ? (byte)0 : operation.Fill;
                        Apply(rig, operation, latest);
                        for (int i = operation.Lba; i < operation.Lba + operation.Blocks; i++)
                        {
                            if (operation.Kind == Kind.WriteForced || !writeCache) allowed[i].Clear();
                            allowed[i].Add(latest[i] = value);
                        }
                        break;
                }
            }
        }).Check(output);
    }

    /// <summary>What the block holds. One that ends in a check error may do so only if it was not durable; writing it again mends it.</summary>
    private static byte Recover(TargetRig rig, int lba, HashSet<byte> allowed)
    {
        TestTask read = rig.Command(Disk.Cdb10(0x28, (uint)lba, 1, flags: 0x20), expect: BlockSize + 8);
        if (read.Status == ScsiStatus.Good)
        {
            byte value = read.DataIn[0];
            read.DataIn[..BlockSize].ContainsAnyExcept(value).Should().BeFalse();
            allowed.Should().Contain(value, "block {0}", lba);
            return value;
        }
        read.SenseCode.Should().BeOneOf(0xB1001, 0xB1003);
        allowed.Count.Should().BeGreaterThan(1, "block {0} was durable", lba);
        Write(rig, lba, 1, 0xEE, forced: true);
        return 0xEE;
    }

    private static void Apply(TargetRig rig, Operation operation, byte[] latest)
    {
        int lba = operation.Lba, blocks = operation.Blocks;
        byte[] data = new byte[blocks * BlockSize], before = new byte[blocks * BlockSize];
        data.AsSpan().Fill(operation.Fill);
        for (int i = 0; i < blocks; i++) before.AsSpan(i * BlockSize, BlockSize).Fill(latest[lba + i]);
        byte[] list = Disk.UnmapList(((ulong)lba, (uint)blocks));
        switch (operation.Kind)
        {
            case Kind.WriteSame:
                rig.Out(Disk.Cdb16(0x93, (ulong)lba, (uint)blocks, flags: 0x20), Disk.WithTags(data.AsSpan(0, BlockSize), (uint)lba)).SenseCode.Should().Be(0);
                break;
            case Kind.CompareAndWrite: // without tags: those of the medium are checked, and new ones made
                rig.Out(Disk.Cdb16(0x89, (ulong)lba, (uint)blocks), (byte[])[.. before, .. data]).SenseCode.Should().Be(0);
                break;
            case Kind.WriteAtomic:
                rig.Out(Disk.Cdb16(0x9C, (ulong)lba, (uint)blocks, flags: 0x20), Disk.WithTags(data, (uint)lba)).SenseCode.Should().Be(0);
                break;
            case Kind.Unmap:
                rig.Out(Disk.UnmapCdb(list.Length), list).SenseCode.Should().Be(0);
                break;
            default:
                Write(rig, lba, blocks, operation.Fill, operation.Kind == Kind.WriteForced);
                break;
        }
    }

    private static void Write(TargetRig rig, int lba, int blocks, byte fill, bool forced)
    {
        byte[] data = new byte[blocks * BlockSize];
        data.AsSpan().Fill(fill);
        rig.Out(Disk.Cdb10(0x2A, (uint)lba, (ushort)blocks, flags: (byte)(0x20 | (forced ? 0x08 : 0))), Disk.WithTags(data, (uint)lba))
            .Status.Should().Be(ScsiStatus.Good);
    }

    private static TargetRig PowerOn(LossyStore data, LossyStore tags, IoEngine engine, bool writeCache) => new TargetRig(new BlockDevice(
        new BlockDeviceOptions { Identity = Disk.Identity, WriteCache = writeCache }, new ProtectedStore(data, tags, BlockSize, type: 1), engine)).Ready();
}
