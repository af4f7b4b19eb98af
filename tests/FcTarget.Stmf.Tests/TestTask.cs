// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

/// <summary>Plays the port provider: moves segments in pieces of any size over several turns of the loop, and keeps the answer.</summary>
public sealed class TestTask(TestLoop loop, int seed = 1) : ScsiTask
{
    public enum Event
    {
        Move,
        Continue,
        Abort,
    }

    private readonly Random _random = new(seed);
    private byte[] _dataIn = [];
    private ReadOnlyMemory<byte> _dataOut;
    private ReadOnlyMemory<byte> _in;
    private Memory<byte> _out;
    private int _moved;
    private int _epoch;

    /// <summary>Largest piece moved in a turn.</summary>
    public int LargestPiece { get; set; } = int.MaxValue;

    /// <summary>Pieces moved so far, over all commands.</summary>
    public int Pieces { get; private set; }

    /// <summary>Completions of the command: 1 when all is well.</summary>
    public int Completions { get; private set; }

    public ReadOnlySpan<byte> DataIn => _dataIn.AsSpan(0, (int)Transferred);

    /// <summary>Sense key, ASC, ASCQ as one number, 05 25 00 as 52500h; 0 without sense data.</summary>
    public int SenseCode => SenseLength == 0 ? 0 : ((SenseData[2] & 0xF) << 16) | (SenseData[12] << 8) | SenseData[13];

    public TestTask Prepare(ItNexus nexus, Lun lun, ReadOnlySpan<byte> cdb, uint expected, bool dataIn, ReadOnlyMemory<byte> dataOut = default, bool hasDataOut = false, TaskAttribute attribute = TaskAttribute.Simple)
    {
        _epoch++;
        _dataOut = dataOut;
        if (dataIn && _dataIn.Length < expected) _dataIn = new byte[Math.Min(expected, 9 << 20)];
        Completions = 0;
        Reset(nexus, lun, cdb, attribute, expected, dataIn, hasDataOut);
        return this;
    }

    /// <summary>The port's own abort: at once, ahead of what is posted.</summary>
    public void AbortHere(AbortReason reason) => AbortNow(reason);

    internal void Run(Event what, int epoch)
    {
        if (epoch != _epoch && what != Event.Abort) return; // a port cannot take back an abort it has posted: the task must bear it
        switch (what)
        {
            case Event.Abort:
                RunAbort();
                break;
            case Event.Continue:
                LogicalUnit!.Continue(this);
                break;
            case Event.Move when IsMovingData:
                MovePiece();
                break;
        }
    }

    public override void PostContinue() => loop.Post(this, Event.Continue, _epoch);

    protected override void PostAbort() => loop.Post(this, Event.Abort, _epoch);

    protected override void StartDataIn(ReadOnlyMemory<byte> segment)
    {
        _in = segment;
        _out = default;
        _moved = 0;
        loop.Post(this, Event.Move, _epoch);
    }

    protected override void StartDataOut(Memory<byte> buffer)
    {
        _out = buffer;
        _in = default;
        _moved = 0;
        loop.Post(this, Event.Move, _epoch);
    }

    protected override void OnCompleted() => Completions++;

    private void MovePiece()
    {
        int left = LastSegmentLength - _moved;
        int now = left <= 1 || LargestPiece == int.MaxValue ? left : Math.Min(left, _random.Next(1, LargestPiece + 1));
        Pieces++;
        int at = (int)Transferred + _moved;
        if (!_in.IsEmpty) _in.Span.Slice(_moved, now).CopyTo(_dataIn.AsSpan(at));
        if (!_out.IsEmpty) _dataOut.Span.Slice(at, now).CopyTo(_out.Span[_moved..]);
        _moved += now;
        if (_moved == LastSegmentLength) EndSegment();
        else loop.Post(this, Event.Move, _epoch);
    }
}
