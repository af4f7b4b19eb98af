// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Benchmarks.Micro;

/// <summary>What a unit in memory can do about protection information.</summary>
public enum ProtectionCase
{
    /// <summary>It does not support it.</summary>
    None,

    /// <summary>It supports it, and the medium is formatted without: what supporting it costs those that do not use it.</summary>
    Off,

    /// <summary>Type 1, tags checked when read and made when written (RDPROTECT, WRPROTECT 000b).</summary>
    Internal,

    /// <summary>Type 1, tags move with the data and are checked (001b).</summary>
    Transferred,
}

/// <summary>4 KiB commands at a task router and a logical unit, in blocks of 512 bytes; no port, and nobody copies what goes out.</summary>
internal sealed class UnitCommands : IDisposable
{
    /// <summary>Commands of a run.</summary>
    public const int Depth = 32;

    private const int Blocks = 8, BlockSize = 512, Size = 1 << 20;

    private readonly Mover _task = new();
    private readonly TaskRouter _router = new();
    private readonly ItNexus _nexus = new("2000000000000001", "20000000000000aa", new byte[24]);
    private readonly IoEngine _engine = new(workers: 1);
    private readonly BlockDevice _disk;
    private readonly byte[] _read, _write;
    private readonly uint _length;

    public UnitCommands(ProtectionCase protection)
    {
        IBackingStore store = new MemoryStore(Size);
        if (protection != ProtectionCase.None)
            store = new ProtectedStore(store, new MemoryStore(Size / BlockSize * 8), BlockSize, protection == ProtectionCase.Off ? 0 : 1);
        _disk = new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "1") }, store, _engine);
        byte protect = (byte)(protection == ProtectionCase.Transferred ? 0x20 : 0);
        _length = Blocks * BlockSize + (protection == ProtectionCase.Transferred ? Blocks * 8u : 0);
        _read = [(byte)OperationCode.Read10, protect, 0, 0, 0, 0, 0, 0, Blocks, 0];
        _write = [(byte)OperationCode.Write10, protect, 0, 0, 0, 0, 0, 0, Blocks, 0];
        Span<byte> unit = _task.Data;
        for (uint i = 0; i < Blocks && protection == ProtectionCase.Transferred; i++, unit = unit[(BlockSize + 8)..])
            new ProtectionInformation(LogicalBlockGuard.Of(unit[..BlockSize]), 1, i).Write(unit[BlockSize..]);
        _router.Luns.Add(0, _disk);
        _router.BeginNexus(_nexus);
        _task.Prepare(_nexus, new byte[6], 0, dataIn: false); // takes the unit attention of the session
        _router.Dispatch(_task);
    }

    /// <summary>For a copy of this assembly, which has another type of the same name.</summary>
    public static UnitCommands Make(int protection) => new((ProtectionCase)protection);

    public void Dispose()
    {
        _disk.Dispose();
        _engine.Dispose();
    }

    public void Read() => Run(_read, dataIn: true);

    public void Write() => Run(_write, dataIn: false);

    /// <summary><see cref="Depth"/> reads.</summary>
    public void Reads()
    {
        for (int i = 0; i < Depth; i++) Read();
    }

    /// <summary>As many writes.</summary>
    public void Writes()
    {
        for (int i = 0; i < Depth; i++) Write();
    }

    private void Run(byte[] cdb, bool dataIn)
    {
        _task.Prepare(_nexus, cdb, _length, dataIn);
        _router.Dispatch(_task);
        while (!_task.IsComplete) _task.Move();
        if (_task.Status != ScsiStatus.Good) throw new InvalidOperationException($"The command ended with {_task.Status}.");
    }

    /// <summary>A port that moves each segment at once.</summary>
    private sealed class Mover : ScsiTask
    {
        public byte[] Data { get; } = new byte[Blocks * (BlockSize + 8)];

        public void Prepare(ItNexus nexus, byte[] cdb, uint expected, bool dataIn) =>
            Reset(nexus, Lun.FromNumber(0), cdb, TaskAttribute.Simple, expected, dataIn, !dataIn);

        public void Move() => EndSegment();

        public override void PostContinue() => throw new NotSupportedException();

        protected override void PostAbort() => throw new NotSupportedException();

        protected override void StartDataIn(ReadOnlyMemory<byte> segment) { }

        protected override void StartDataOut(Memory<byte> buffer) => Data.AsSpan(0, buffer.Length).CopyTo(buffer.Span);

        protected override void OnCompleted() { }
    }
}
