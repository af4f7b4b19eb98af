// SPDX-License-Identifier: MIT

using System.Security.Cryptography;

namespace FcTarget.Replay.Compare;

/// <summary>
/// Data that is too long to be kept: a digest (SHA-256) of each MiB, as long as it comes in order. 32 bytes a MiB, so 128 KiB for the longest
/// data that FCP has. Used again.
/// </summary>
internal sealed class PieceDigests
{
    /// <summary>Bytes of a piece.</summary>
    public const int PieceLength = 1 << 20;

    private readonly List<byte[]> _digests = [];
    private IncrementalHash? _piece;
    private int _inPiece;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The next bytes.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        _piece ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Length += data.Length;
        while (!data.IsEmpty)
        {
            int now = Math.Min(data.Length, PieceLength - _inPiece);
            _piece.AppendData(data[..now]);
            _inPiece += now;
            data = data[now..];
            if (_inPiece == PieceLength) End();
        }
    }

    /// <summary>The first piece that two have otherwise, of those that both have whole or that both end with; -1 for none.</summary>
    public int FirstDifference(PieceDigests other)
    {
        if (_inPiece > 0) End();
        if (other._inPiece > 0) other.End();
        for (int i = 0; i < Math.Min(_digests.Count, other._digests.Count); i++)
            if (!_digests[i].AsSpan().SequenceEqual(other._digests[i])) return i;
        return -1;
    }

    public void Clear()
    {
        if (_inPiece > 0) End();
        _digests.Clear();
        Length = 0;
    }

    private void End()
    {
        _digests.Add(_piece!.GetHashAndReset());
        _inPiece = 0;
    }
}
