// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.Stores;

namespace FcTarget.LogicalUnits.Copy;

/// <summary>A piece of a copy: bytes of one unit, or zeros, to a place in another.</summary>
/// <param name="Source">Null for zeros.</param>
/// <param name="From">Byte offset in the source.</param>
/// <param name="Target">The unit written to.</param>
/// <param name="To">Byte offset in the target.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct CopySegment(BlockDevice? Source, long From, BlockDevice Target, long To, long Length);

/// <summary>A copy under way: its segments in order, and how far it is. A turn moves some megabytes.</summary>
internal sealed class CopyPlan(CopySegment[] segments)
{
    private const int PieceLength = 1 << 20;
    private const int PiecesOfTurn = 8;

    private long _doneOfSegment;

    /// <summary>The segment it is at; their number when it is done.</summary>
    public int Segment { get; private set; }

    public long BytesDone { get; private set; }

    public bool IsDone => Segment == segments.Length;

    public CopySegment[] Segments => segments;

    /// <summary>The token that is the result; null for a copy.</summary>
    public RodToken? Token { get; init; }

    private bool _writing;
    private long _readFailedAt;

    /// <summary>Of a plan that has failed: whether that was in the destination, the unit, and where, in bytes.</summary>
    public (bool InDestination, BlockDevice Unit, long Offset) WhereItFailed(BlockDevice otherwise)
    {
        if (IsDone) return (true, otherwise, 0);
        CopySegment segment = segments[Segment];
        return _writing || segment.Source is null
            ? (true, segment.Target, segment.To + _doneOfSegment)
            : (false, segment.Source, _readFailedAt);
    }

    /// <summary>A turn: on a worker, or on the loop when all stores are memory.</summary>
    public StoreResult Run()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            for (int i = 0; i < PiecesOfTurn && !IsDone; i++)
            {
                StoreResult result = Move(buffer);
                if (result != StoreResult.Ok) return result;
            }
            return StoreResult.Ok;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private StoreResult Move(byte[] buffer)
    {
        CopySegment segment = segments[Segment];
        Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(PieceLength, segment.Length - _doneOfSegment));
        StoreResult result = StoreResult.Ok;
        if (!piece.IsEmpty && segment.Source is null)
        {
            result = segment.Target.Erase(segment.To + _doneOfSegment, piece.Length);
        }
        else if (!piece.IsEmpty)
        {
            _writing = false;
            result = segment.Source!.ReadBytes(segment.From + _doneOfSegment, piece, out _readFailedAt);
            _writing = result == StoreResult.Ok;
            if (_writing) result = segment.Target.WriteBytes(segment.To + _doneOfSegment, piece);
        }
        if (result != StoreResult.Ok) return result;
        _doneOfSegment += piece.Length;
        BytesDone += piece.Length;
        if (_doneOfSegment < segment.Length) return StoreResult.Ok;
        Segment++;
        _doneOfSegment = 0;
        return segment.Target.Modes.WriteCache ? StoreResult.Ok : segment.Target.Store.Flush();
    }
}
