// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>
/// Blocks with several protection information intervals (P_I_EXPONENT). A medium of blocks of 4096 bytes in intervals of 512 is, byte for byte, one of
/// blocks of 512 bytes with eight times as many: what the one answers the other has to.
/// </summary>
public sealed class ProtectionIntervalTests : IDisposable
{
    private const int Blocks = 40;
    private const int Exponent = 3, Intervals = 1 << Exponent, Unit = 4096 + (Intervals * 8);

    private readonly IoEngine _engine = new(workers: 1);
    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-").FullName;

    public void Dispose()
    {
        _engine.OutstandingBuffers.Should().Be(0);
        _engine.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private BlockDevice Coarse(int type, int exponent = Exponent) => new(
        new BlockDeviceOptions { Identity = Disk.Identity, BlockSize = 4096 },
        new ProtectedStore(new MemoryStore(Blocks * 4096), new MemoryStore(Blocks * Intervals * 8), 4096, new ProtectionFormat(type, exponent)),
        _engine);

    private BlockDevice InFile(string name, int type)
    {
        string path = Path.Combine(_directory, name);
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        file.SetLength(Blocks * 4096);
        return Disk.On(ProtectionFile.Open(new FileStore(file.SafeFileHandle, Blocks * 4096), path, 4096, type, readOnly: false), _engine, 4096);
    }

    public enum Kind
    {
        Read,
        Write,
        Verify,
        Compare,
        OrWrite,
        CompareAndWrite,
        Unmap,
    }

    /// <summary>One command, for either disk; what is wrong with the last tag sent, and where: -1 nothing.</summary>
    public sealed record Operation(Kind Kind, int Lba, int Blocks, int Code, int WrongByte, ushort Tag, int Seed);

    private static Gen<Operation> Operations() =>
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from lba in Gen.Choose(0, Blocks - 1)
        from blocks in Gen.Choose(1, 12)
        from code in Gen.Choose(0, 5)
        from wrong in Gen.Elements(-1, -1, -1, 0, 3, 7)
        from tag in Gen.Elements((ushort)1, (ushort)1, (ushort)0xFFFF)
        from seed in Gen.Choose(0, 3)
        select new Operation(kind, lba, Math.Min(blocks, Blocks - lba), code, wrong, tag, seed);

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Blocks_of_eight_intervals_are_eight_blocks(int type, bool inFile)
    {
        int runs = 0;
        Prop.ForAll(Operations().ListOf().ToArbitrary(), operations =>
        {
            using BlockDevice coarse = inFile ? InFile($"{runs++}", type) : Coarse(type);
            if (inFile) coarse.ChangeProtection(new ProtectionFormat(type, Exponent), by: null).Should().Be(StoreResult.Ok);
            using BlockDevice fine = Disk.Protected(_engine, type, 512, Blocks * Intervals);
            TargetRig coarseRig = new TargetRig(coarse) { LargestPiece = 5000 }.Ready(), fineRig = new TargetRig(fine) { LargestPiece = 5000 }.Ready();
            foreach (Operation operation in operations)
            {
                (int sense, ulong information, byte[] data) = Do(coarseRig, type, operation, scale: 1);
                (int Sense, ulong Information, byte[] Data) expected = Do(fineRig, type, operation, Intervals);
                sense.Should().Be(expected.Sense, "{0}", operation);
                data.SequenceEqual(expected.Data).Should().BeTrue("{0}", operation);
                if (sense is 0xB1001 or 0xB1002 or 0xB1003) information.Should().Be(expected.Information / Intervals, "{0}", operation);
            }
            var all = new Operation(Kind.Read, 0, Blocks, 3, 0, 0, 0);
            return Do(coarseRig, type, all, 1).Data.SequenceEqual(Do(fineRig, type, all, Intervals).Data);
        }).QuickCheckThrowOnFailure();
    }

    private static (int Sense, ulong Information, byte[] Data) Do(TargetRig rig, int type, Operation operation, int scale)
    {
        int lba = operation.Lba * scale, blocks = operation.Blocks * scale, bytes = operation.Blocks * 4096;
        bool hasShortOnly = operation.Kind is Kind.OrWrite or Kind.CompareAndWrite;
        int code = type == 2 && hasShortOnly ? 0 : operation.Code;
        uint reference = (uint)(operation.Lba * Intervals) + 1000;
        byte flags = (byte)(code << 5);
        byte[] sent = Disk.Pattern(bytes, operation.Seed);
        if (code != 0) sent = Disk.WithTags(sent, reference, operation.Tag);
        if (code != 0 && operation.WrongByte >= 0) sent[^(8 - operation.WrongByte)] ^= 0x10;
        byte[] list = Disk.UnmapList(((ulong)lba, (uint)blocks));
        TestTask task = operation.Kind switch
        {
            Kind.Read => rig.Command(Cdb(0x28, 0x09), expect: (uint)sent.Length),
            Kind.Write => rig.Out(Cdb(0x2A, 0x0B), sent),
            Kind.Verify => rig.Command(Cdb(0x2F, 0x0A)),
            Kind.Compare => rig.Out(Cdb(0x2F, 0x0A, more: 0x02), sent),
            Kind.OrWrite => rig.Out(Disk.Cdb16(0x8B, (ulong)lba, (uint)blocks, flags), sent),
            Kind.CompareAndWrite => rig.Out(Disk.Cdb16(0x89, (ulong)lba, (uint)blocks, flags), (byte[])[.. sent, .. sent]),
            _ => rig.Out(Disk.UnmapCdb(list.Length), list),
        };
        ulong information = task.SenseLength < 7 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]);
        return (task.SenseCode, information, operation.Kind == Kind.Read && task.SenseCode == 0 ? task.DataIn.ToArray() : []);

        byte[] Cdb(byte ten, byte thirtyTwo, byte more = 0) => type == 2
            ? Disk.Cdb32(thirtyTwo, (ulong)lba, (uint)blocks, (byte)(flags | more), reference, operation.Tag, mask: 0x00FF)
            : Disk.Cdb10(ten, (uint)lba, (ushort)blocks, (byte)(flags | more));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_same_and_verify_of_one_block_have_the_tags_of_all_its_intervals(int type)
    {
        using BlockDevice disk = Coarse(type);
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] block = Disk.Pattern(4096), sent = Disk.WithTags(block, 70, counts: type == 2);
        rig.Out(Cdb(0x41, 0x0D, 0x20), sent).SenseCode.Should().Be(0);
        byte[] expected = [.. Enumerable.Range(0, 20).SelectMany(i => Disk.WithTags(block, type == 2 ? 70u + (uint)(i * Intervals) : 70, counts: type == 2))];
        rig.Command(Cdb(0x28, 0x09, 0x20), expect: 20 * Unit).DataIn.ToArray().Should().Equal(expected);
        rig.Out(Cdb(0x2F, 0x0A, 0x26), sent).SenseCode.Should().Be(0, "BYTCHK 11b");
        sent[^1] ^= 1;
        rig.Out(Cdb(0x2F, 0x0A, 0x66), sent).SenseCode.Should().Be(0xE1003, "the reference tag of the last interval, in a block that is not checked itself");
        rig.Out(Cdb(0x41, 0x0D, 0), block).SenseCode.Should().Be(0, "without tags they are made");
        rig.Command(Cdb(0x2F, 0x0A, 0x20)).SenseCode.Should().Be(0);

        byte[] Cdb(byte ten, byte thirtyTwo, byte flags) => type == 2
            ? Disk.Cdb32(thirtyTwo, 3, 20, flags, referenceTag: 70, 0x1111, mask: 0xFFFF)
            : Disk.Cdb10(ten, 3, 20, flags);
    }

    [Theory]
    [InlineData(0xC0, 0, 2, 3)]
    [InlineData(0xC0, 1, 3, 1)]
    public void Format_makes_the_intervals_that_it_is_told_and_they_last(byte information, byte usage, int type, byte exponent)
    {
        byte[] format = [0x04, (byte)(information | 0x30), 0, 0, 0, 0], capacity = [0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0];
        using (BlockDevice disk = InFile("disk", type: 1))
        {
            TargetRig rig = new TargetRig(disk).Ready();
            rig.Out(Disk.Cdb10(0x2A, 0, 8), Disk.Pattern(8 * 4096)).Status.Should().Be(ScsiStatus.Good);
            rig.Out(format, (byte[])[usage, 0, 0, (byte)(exponent | 0x10), 0, 0, 0, 0]).SenseCode.Should().Be(0x52600, "P_I_INFORMATION");
            rig.Out(format, (byte[])[usage, 0, 0, 4, 0, 0, 0, 0]).SenseCode.Should().Be(0x52600, "intervals of 256 bytes");
            rig.Out(format, (byte[])[usage, 0, 0, exponent, 0, 0, 0, 0]).SenseCode.Should().Be(0);
            rig.Command(capacity, expect: 32).DataIn[12..14].ToArray().Should().Equal((byte)(((type - 1) << 1) | 1), (byte)(exponent << 4));
            byte[] read = type == 2 ? Disk.Cdb32(0x09, 0, 1, 0x20) : Disk.Cdb10(0x28, 0, 1, 0x20);
            byte[] empty = [.. Enumerable.Repeat((byte[])[.. new byte[4096 >> exponent], .. Enumerable.Repeat((byte)0xFF, 8)], 1 << exponent).SelectMany(one => one)];
            rig.Command(read, expect: (uint)empty.Length).DataIn.ToArray().Should().Equal(empty);
        }
        using BlockDevice again = InFile("disk", type: 1);
        again.Protection.Should().Be(new ProtectionFormat(type, exponent), "FORMAT UNIT's is the one that holds");
    }

    [Fact]
    public void A_file_of_the_first_version_has_room_for_one_interval_a_block()
    {
        byte[] tags = new byte[(Blocks * 8) + 64];
        "FCTGT-PI"u8.CopyTo(tags.AsSpan(Blocks * 8));
        tags[(Blocks * 8) + 11] = 1;
        tags[(Blocks * 8) + 15] = 3;
        tags[(Blocks * 8) + 18] = 0x10;
        tags[(Blocks * 8) + 31] = Blocks;
        File.WriteAllBytes(Path.Combine(_directory, "old.pi"), tags);
        using BlockDevice disk = InFile("old", type: 1);
        disk.Protection.Should().Be(new ProtectionFormat(3));
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out([0x04, 0xF0, 0, 0, 0, 0], (byte[])[1, 0, 0, 3, 0, 0, 0, 0]).SenseCode.Should().Be(0x52600);
        rig.Out([0x04, 0xF0, 0, 0, 0, 0], (byte[])[1, 0, 0, 0, 0, 0, 0, 0]).SenseCode.Should().Be(0);
    }
}
