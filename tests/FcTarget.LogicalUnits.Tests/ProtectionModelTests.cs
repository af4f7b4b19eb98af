// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Sequences of commands against a protected disk and against an array of blocks with tags: every answer and every byte agree.</summary>
public sealed class ProtectionModelTests(ITestOutputHelper output)
{
    private const int Blocks = 48;
    private const int Guard = 0xB1001, ApplicationTag = 0xB1002, ReferenceTag = 0xB1003;

    public enum Kind
    {
        Read,
        Write,
        Verify,
        WriteSame,
        Unmap,
        CompareAndWrite,
        OrWrite,
    }

    /// <summary>Which field of the tags that are sent is wrong.</summary>
    public enum Wrong
    {
        Nothing,
        Guard,
        ApplicationTag,
        ReferenceTag,
    }

    /// <param name="Kind">The command.</param>
    /// <param name="Lba">First block.</param>
    /// <param name="Blocks">Number of blocks.</param>
    /// <param name="Code">The protect field.</param>
    /// <param name="Wrong">What is wrong with the last block's tags.</param>
    /// <param name="Tag">Application tag, sent and expected; FFFFh is the escape.</param>
    /// <param name="Seed">Of the data.</param>
    public sealed record Operation(Kind Kind, int Lba, int Blocks, int Code, Wrong Wrong, ushort Tag, int Seed);

    private sealed class Block(int size)
    {
        public byte[] Data { get; set; } = new byte[size];

        public byte[] Tags { get; set; } = [.. Enumerable.Repeat((byte)0xFF, 8)];
    }

    private static Gen<Operation> Operations() =>
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from lba in Gen.Choose(0, Blocks - 1)
        from blocks in Gen.Choose(1, 20)
        from code in Gen.Choose(0, 5)
        from wrong in Gen.Elements(Wrong.Nothing, Wrong.Nothing, Wrong.Nothing, Wrong.Guard, Wrong.ApplicationTag, Wrong.ReferenceTag)
        from tag in Gen.Elements((ushort)0x0001, (ushort)0x0001, (ushort)0xFFFF)
        from seed in Gen.Choose(0, 3)
        select new Operation(kind, lba, Math.Min(blocks, Blocks - lba), code, wrong, tag, seed);

    [Theory]
    [InlineData(1, 512, false)]
    [InlineData(2, 512, false)]
    [InlineData(3, 512, true)]
    [InlineData(1, 4096, true)]
    public void Every_block_has_the_data_and_the_tags_it_should(int type, int blockSize, bool inFile)
    {
        using var engine = new IoEngine(workers: 1);
        string directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            int runs = 0;
            Prop.ForAll(Operations().ListOf().ToArbitrary(), operations =>
            {
                using BlockDevice disk = inFile
                    ? InFile(Path.Combine(directory, $"{runs++}"), type, blockSize, engine)
                    : Disk.Protected(engine, type, blockSize, Blocks);
                TargetRig rig = new TargetRig(disk) { LargestPiece = 3 * blockSize }.Ready();
                Block[] model = [.. Enumerable.Range(0, Blocks).Select(_ => new Block(blockSize))];
                foreach (Operation operation in operations) new Step(rig, model, type, blockSize, operation).Run();
                byte[] all = rig.Command(Step.Cdb(type, 0x28, 0x09, 0, Blocks, 0x60, 0), expect: (uint)(Blocks * (blockSize + 8))).DataIn.ToArray();
                return engine.OutstandingBuffers == 0 && all.SequenceEqual(model.SelectMany(block => block.Data.Concat(block.Tags)));
            }).Check(output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static BlockDevice InFile(string path, int type, int blockSize, IoEngine engine)
    {
        FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite);
        file.SetLength(Blocks * blockSize);
        var data = new FileStore(file.SafeFileHandle, Blocks * blockSize);
        return Disk.On(ProtectionFile.Open(data, path, blockSize, type, readOnly: false), engine, blockSize);
    }

    /// <summary>One operation: sent, and done to the model.</summary>
    private sealed class Step(TargetRig rig, Block[] model, int type, int blockSize, Operation operation)
    {
        private readonly Memory<Block> _range = model.AsMemory(operation.Lba, operation.Blocks);
        private readonly bool _transfers = operation.Code != 0;

        public void Run()
        {
            byte flags = (byte)(operation.Code << 5);
            byte[] sent = operation.Kind switch
            {
                Kind.WriteSame => Given(1),
                Kind.CompareAndWrite => [.. Given(operation.Blocks), .. Given(operation.Blocks)],
                _ => Given(operation.Blocks),
            };
            if (type == 2 && _transfers && operation.Kind is Kind.CompareAndWrite or Kind.OrWrite) return; // there is no 32-byte form
            byte[] list = Disk.UnmapList(((ulong)operation.Lba, (uint)operation.Blocks));
            TestTask task = operation.Kind switch
            {
                Kind.Read => rig.Command(Cdb(0x28, 0x09, flags), expect: (uint)sent.Length),
                Kind.Write => rig.Out(Cdb(0x2A, 0x0B, flags), sent),
                Kind.Verify => rig.Command(Cdb(0x2F, 0x0A, flags)),
                Kind.WriteSame => rig.Out(Cdb(0x41, 0x0D, flags), sent),
                Kind.Unmap => rig.Out(Disk.UnmapCdb(list.Length), list),
                Kind.CompareAndWrite => rig.Out(Disk.Cdb16(0x89, (ulong)operation.Lba, (uint)operation.Blocks, flags), sent),
                _ => rig.Out(Disk.Cdb16(0x8B, (ulong)operation.Lba, (uint)operation.Blocks, flags), sent),
            };
            int expected = Expected(sent);
            task.SenseCode.Should().Be(expected, "{0}", operation);
            if (expected != 0) return;
            if (operation.Kind == Kind.Read)
                task.DataIn.SequenceEqual(_range.ToArray().SelectMany(b => _transfers ? b.Data.Concat(b.Tags) : b.Data).ToArray()).Should().BeTrue();
            Apply(sent);
        }

        public static byte[] Cdb(int type, byte ten, byte thirtyTwo, int lba, int blocks, byte flags, ushort tag) => type == 2
            ? Disk.Cdb32(thirtyTwo, (ulong)lba, (uint)blocks, flags, referenceTag: (uint)lba + 1000, tag, mask: 0x00FF)
            : Disk.Cdb10(ten, (uint)lba, (ushort)blocks, flags);

        private byte[] Cdb(byte ten, byte thirtyTwo, byte flags) => Cdb(type, ten, thirtyTwo, operation.Lba, operation.Blocks, flags, operation.Tag);

        /// <summary>The reference tag a block should have, where that is known.</summary>
        private uint Reference(int lba) => (uint)lba + (type == 2 ? 1000u : 0);

        /// <summary>Blocks with or without tags, as the code says.</summary>
        private byte[] Given(int blocks)
        {
            byte[] data = Disk.Pattern(blocks * blockSize, operation.Seed);
            if (!_transfers) return data;
            byte[] joined = Disk.WithTags(data, Reference(operation.Lba), operation.Tag, blockSize);
            int at = operation.Wrong switch { Wrong.Guard => -8, Wrong.ApplicationTag => -5, Wrong.ReferenceTag => -1, _ => 0 };
            if (at != 0) joined[^-at] ^= 0x10;
            return joined;
        }

        private int Expected(byte[] sent)
        {
            Block[] blocks = _range.ToArray();
            switch (operation.Kind)
            {
                case Kind.Read or Kind.Verify:
                    return First(blocks, (block, i) => Check(block.Data, block.Tags, operation.Lba + i, escapes: true, operation.Code));
                case Kind.Unmap:
                    return 0;
                case Kind.WriteSame when _transfers && !sent.AsSpan(blockSize).ContainsAnyExcept((byte)0xFF):
                    return 0;
                case Kind.CompareAndWrite:
                    int given = Written(sent);
                    if (given != 0) return given;
                    return blocks.Chunk((64 << 10) / blockSize).Select((piece, i) => Compare(piece, i * ((64 << 10) / blockSize), sent)).FirstOrDefault(fault => fault != 0);
                case Kind.OrWrite:
                    int wrong = Written(sent);
                    return wrong != 0 ? wrong : First(blocks, (block, i) => Check(block.Data, block.Tags, operation.Lba + i, escapes: true, 0));
                default:
                    return Written(sent);
            }
        }

        /// <summary>A piece, as much as is read at once: first it is checked, then its data is compared, then its tags.</summary>
        private int Compare(Block[] piece, int first, byte[] sent)
        {
            (byte[] Data, byte[] Tags)[] units = Split(sent)[first..(first + piece.Length)];
            int lba = operation.Lba + first;
            int medium = _transfers ? 0 : First(piece, (block, i) => Check(block.Data, block.Tags, lba + i, escapes: true, 0));
            if (medium != 0) return medium;
            if (!piece.SelectMany(block => block.Data).SequenceEqual(units.SelectMany(unit => unit.Data))) return 0xE1D00;
            return !_transfers ? 0 : First(piece, (block, i) => Differs(units[i].Tags, block.Tags));
        }

        private int Written(byte[] sent) => !_transfers ? 0
            : First(Split(sent), (unit, i) => Check(unit.Data, unit.Tags, operation.Lba + (i % operation.Blocks), escapes: false, operation.Code));

        private static int First<T>(T[] all, Func<T, int, int> check) => all.Select(check).FirstOrDefault(fault => fault != 0);

        private (byte[] Data, byte[] Tags)[] Split(byte[] sent)
        {
            int unit = blockSize + (_transfers ? 8 : 0);
            return [.. sent.Chunk(unit).Select(chunk => (chunk[..blockSize], chunk[blockSize..]))];
        }

        private int Check(byte[] data, byte[] tags, int lba, bool escapes, int code)
        {
            ushort guard = BinaryPrimitives.ReadUInt16BigEndian(tags), application = BinaryPrimitives.ReadUInt16BigEndian(tags.AsSpan(2));
            uint reference = BinaryPrimitives.ReadUInt32BigEndian(tags.AsSpan(4));
            if (escapes && application == 0xFFFF && (type != 3 || reference == uint.MaxValue)) return 0;
            if (code is 0 or 1 or 4 or 5 && guard != LogicalBlockGuard.BySlices(0, data)) return Guard;
            bool knows = type == 2 && operation.Kind is Kind.Read or Kind.Verify or Kind.Write or Kind.WriteSame;
            if (type == 2 && knows && code is 0 or 1 or 2 or 5 && type == 2 && knows && ((application ^ operation.Tag) & 0x00FF) != 0) return ApplicationTag;
            if ((type == 1 || (type == 2 && knows)) && code is 0 or 1 or 2 or 5 && reference != Reference(lba)) return ReferenceTag;
            return 0;
        }

        private int Differs(byte[] given, byte[] medium)
        {
            if (operation.Code != 2 && !given.AsSpan(0, 2).SequenceEqual(medium.AsSpan(0, 2))) return 0xE1001;
            if (!given.AsSpan(2, 2).SequenceEqual(medium.AsSpan(2, 2))) return 0xE1002;
            return given.AsSpan(4).SequenceEqual(medium.AsSpan(4)) ? 0 : 0xE1003;
        }

        private void Apply(byte[] sent)
        {
            (byte[] Data, byte[] Tags)[] units = Split(sent);
            for (int i = 0; i < operation.Blocks; i++)
            {
                Block block = _range.Span[i];
                switch (operation.Kind)
                {
                    case Kind.Write:
                        Set(block, units[i].Data, units[i].Tags, i);
                        break;
                    case Kind.CompareAndWrite:
                        Set(block, units[operation.Blocks + i].Data, units[operation.Blocks + i].Tags, i);
                        break;
                    case Kind.WriteSame:
                        Set(block, units[0].Data, Counted(units[0].Tags, i), i);
                        break;
                    case Kind.Unmap:
                        (block.Data, block.Tags) = (new byte[blockSize], [.. Enumerable.Repeat((byte)0xFF, 8)]);
                        break;
                    case Kind.OrWrite:
                        byte[] or = [.. block.Data.Zip(units[i].Data, (a, b) => (byte)(a | b))];
                        byte[] tags = [.. units[i].Tags];
                        if (_transfers) BinaryPrimitives.WriteUInt16BigEndian(tags, LogicalBlockGuard.BySlices(0, or));
                        Set(block, or, tags, i);
                        break;
                }
            }
        }

        private byte[] Counted(byte[] tags, int by)
        {
            byte[] counted = [.. tags];
            if (!_transfers || type == 3 || !tags.AsSpan().ContainsAnyExcept((byte)0xFF)) return counted;
            BinaryPrimitives.WriteUInt32BigEndian(counted.AsSpan(4), BinaryPrimitives.ReadUInt32BigEndian(tags.AsSpan(4)) + (uint)by);
            return counted;
        }

        private void Set(Block block, byte[] data, byte[] tags, int i)
        {
            block.Data = data;
            block.Tags = [.. tags];
            if (_transfers) return;
            block.Tags = new byte[8];
            BinaryPrimitives.WriteUInt16BigEndian(block.Tags, LogicalBlockGuard.BySlices(0, data));
            BinaryPrimitives.WriteUInt16BigEndian(block.Tags.AsSpan(2), 0xFFFF);
            BinaryPrimitives.WriteUInt32BigEndian(block.Tags.AsSpan(4), type == 1 ? (uint)(operation.Lba + i) : uint.MaxValue);
        }
    }
}
