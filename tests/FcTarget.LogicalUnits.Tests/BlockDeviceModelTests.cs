// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Sequences of commands against a disk and against an array of bytes: after each, both agree.</summary>
public sealed class BlockDeviceModelTests(ITestOutputHelper output)
{
    private const int Blocks = 48;

    public enum Kind
    {
        Write,
        WriteForced,
        WriteAndVerify,
        Read,
        Unmap,
        WriteSame,
        WriteSameZeros,
        WriteSameWithoutData,
        Verify,
        VerifyOther,
        SynchronizeCache,
        CompareAndWrite,
        CompareAndWriteOther,
        WriteAtomic,
        OrWrite,
    }

    public sealed record Operation(Kind Kind, int Lba, int Blocks, int Seed);

    private static Gen<Operation> Operations() =>
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from lba in Gen.Choose(0, Blocks - 1)
        from blocks in Gen.Choose(1, 20)
        from seed in Gen.Choose(0, 1000)
        select new Operation(kind, lba, Math.Min(blocks, Blocks - lba), seed);

    [Theory]
    [InlineData(512, false, false, true)]
    [InlineData(4096, false, false, true)]
    [InlineData(512, true, false, true)]
    [InlineData(4096, true, false, false)]
    [InlineData(512, false, true, true)]
    [InlineData(512, true, true, false)]
    public void The_disk_holds_what_was_written(int blockSize, bool inFile, bool isProtected, bool writeCache)
    {
        using var engine = new IoEngine();
        string path = Path.GetTempFileName();
        try
        {
            Prop.ForAll(Operations().ListOf().ToArbitrary(), operations =>
            {
                using FileStream truncate = new(path, FileMode.Truncate);
                truncate.SetLength(Blocks * blockSize);
                truncate.Dispose();
                IBackingStore store = inFile
                    ? new FileStore(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None), Blocks * blockSize)
                    : new MemoryStore(Blocks * blockSize);
                if (isProtected) store = new ProtectedStore(store, inFile ? new RecordingStore(Blocks * 8) : new MemoryStore(Blocks * 8), blockSize, type: 1);
                var options = new BlockDeviceOptions { Identity = Disk.Identity, BlockSize = blockSize, WriteCache = writeCache };
                using var disk = new BlockDevice(options, store, engine);
                var rig = new TargetRig(disk) { LargestPiece = 3 * blockSize };
                rig.Ready();
                byte[] model = new byte[Blocks * blockSize];
                foreach (Operation operation in operations) Apply(rig, operation, model, blockSize);
                return engine.OutstandingBuffers == 0 && ReadAll(rig, model.Length).SequenceEqual(model);
            }).Check(output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Apply(TargetRig rig, Operation operation, byte[] model, int blockSize)
    {
        Memory<byte> range = model.AsMemory(operation.Lba * blockSize, operation.Blocks * blockSize);
        uint lba = (uint)operation.Lba;
        ushort blocks = (ushort)operation.Blocks;
        byte[] data = Disk.Pattern(range.Length, operation.Seed);
        byte[] block = data[..blockSize];
        byte[] list = Disk.UnmapList((lba, blocks));
        TestTask task = operation.Kind switch
        {
            Kind.Write => rig.Out(Disk.Cdb10(0x2A, lba, blocks), data),
            Kind.WriteForced => rig.Out(Disk.Cdb16(0x8A, lba, blocks, flags: 0x08), data),
            Kind.WriteAndVerify => rig.Out(Disk.Cdb12(0xAE, lba, blocks), data),
            Kind.Read => rig.Command(Disk.Cdb10(0x28, lba, blocks), expect: (uint)data.Length),
            Kind.Unmap => rig.Out(Disk.UnmapCdb(list.Length), list),
            Kind.WriteSame => rig.Out(Disk.Cdb10(0x41, lba, blocks), block),
            Kind.WriteSameZeros => rig.Out(Disk.Cdb16(0x93, lba, blocks, flags: 0x08), new byte[blockSize]),
            Kind.WriteSameWithoutData => rig.Command(Disk.Cdb16(0x93, lba, blocks, flags: 0x01)),
            Kind.Verify => rig.Out(Disk.Cdb10(0x2F, lba, blocks, flags: 0x02), range.ToArray()),
            Kind.VerifyOther => rig.Out(Disk.Cdb10(0x2F, lba, blocks, flags: 0x02), data),
            Kind.CompareAndWrite => rig.Out(Disk.Cdb16(0x89, lba, blocks), (byte[])[.. range.Span, .. data]),
            Kind.CompareAndWriteOther => rig.Out(Disk.Cdb16(0x89, lba, blocks), (byte[])[.. data, .. data]),
            Kind.WriteAtomic => rig.Out(Disk.Cdb16(0x9C, lba, blocks), data),
            Kind.OrWrite => rig.Out(Disk.Cdb16(0x8B, lba, blocks), data),
            _ => rig.Command(Disk.Cdb10(0x35, 0, 0)),
        };
        bool differs = operation.Kind is Kind.VerifyOther or Kind.CompareAndWriteOther && !range.Span.SequenceEqual(data);
        task.SenseCode.Should().Be(differs ? 0xE1D00 : 0, "{0}", operation);
        switch (operation.Kind)
        {
            case Kind.Write or Kind.WriteForced or Kind.WriteAndVerify or Kind.CompareAndWrite or Kind.WriteAtomic:
                data.CopyTo(range);
                break;
            case Kind.Read:
                task.DataIn.SequenceEqual(range.Span).Should().BeTrue("{0}", operation);
                break;
            case Kind.WriteSame:
                for (int i = 0; i < operation.Blocks; i++) block.CopyTo(range[(i * blockSize)..]);
                break;
            case Kind.OrWrite:
                for (int i = 0; i < data.Length; i++) range.Span[i] |= data[i];
                break;
            case Kind.Unmap or Kind.WriteSameZeros or Kind.WriteSameWithoutData:
                range.Span.Clear();
                break;
        }
    }

    private static byte[] ReadAll(TargetRig rig, int length) => rig.Command(Disk.Cdb10(0x28, 0, Blocks), expect: (uint)length).DataIn.ToArray();
}
