// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Copy;

// COPY MANAGER - theory of operation
//   Job      What third-party copies need beyond one unit: the units a CSCD descriptor can name, the results that RECEIVE COPY commands ask
//            for, and the ROD tokens.
//   Owner    One for all the units of a factory. Any thread, one lock; not on the data path.
//   Life     A result is kept until its list identifier is used again by its initiator, or it is the oldest of too many. A token lives until it
//            is deleted, until it has not been used for its inactivity timeout, or until it is the oldest of too many.
//   Tokens   "Access upon reference" (SPC-4 5.17.6.3): a token names ranges, and what they hold when it is used is what is copied. 512 bytes:
//            SPC-4's header, then a number that only we know, so that a made-up token is found out.
//   Proof    ExtendedCopyTests
internal sealed class CopyManager(TimeProvider clock)
{
    private const int MaximumResults = 256, MaximumTokens = 1024;

    private readonly Lock _gate = new();
    private readonly List<BlockDevice> _units = [];
    private readonly List<((string Initiator, uint ListId, BlockDevice Unit) Key, CopyResult Result)> _results = [];
    private readonly List<RodToken> _tokens = [];

    public void Add(BlockDevice unit)
    {
        lock (_gate) _units.Add(unit);
    }

    public void Remove(BlockDevice unit)
    {
        lock (_gate)
        {
            _units.Remove(unit);
            _tokens.RemoveAll(token => token.Unit == unit);
            _results.RemoveAll(result => result.Key.Unit == unit);
        }
    }

    /// <summary>The unit of an NAA designator of 16 bytes; null when it is none of ours.</summary>
    public BlockDevice? Find(UInt128 name)
    {
        lock (_gate) return _units.Find(unit => unit.Identity.Guid == name);
    }

    public void Keep(ItNexus nexus, uint listId, BlockDevice unit, CopyResult result)
    {
        lock (_gate)
        {
            var key = (nexus.InitiatorPortName, listId, unit);
            _results.RemoveAll(one => one.Key == key);
            if (_results.Count == MaximumResults) _results.RemoveAt(0);
            _results.Add((key, result));
        }
    }

    /// <summary>An operation of that list identifier has been refused: the last one's result goes, and there is no new one.</summary>
    public void Forget(ItNexus nexus, uint listId, BlockDevice unit)
    {
        lock (_gate) _results.RemoveAll(one => one.Key == (nexus.InitiatorPortName, listId, unit));
    }

    public CopyResult? ResultOf(ItNexus nexus, uint listId, BlockDevice unit)
    {
        lock (_gate) return _results.Find(one => one.Key == (nexus.InitiatorPortName, listId, unit)).Result;
    }

    /// <summary>Makes a token for ranges of a unit.</summary>
    public RodToken NewToken(BlockDevice unit, (long Offset, long Length)[] ranges, TimeSpan lifetime)
    {
        lock (_gate)
        {
            Expire();
            if (_tokens.Count == MaximumTokens) _tokens.RemoveAt(0);
            var token = new RodToken(unit, ranges, lifetime) { LastUse = clock.GetTimestamp() };
            _tokens.Add(token);
            return token;
        }
    }

    /// <summary>The token of 512 bytes; null, and why, when there is none.</summary>
    public RodToken? FindToken(ReadOnlySpan<byte> bytes, out Sense refusal)
    {
        refusal = Sense.TokenUnknown;
        lock (_gate)
        {
            Expire();
            foreach (RodToken token in _tokens)
            {
                if (!token.Bytes.AsSpan().SequenceEqual(bytes)) continue;
                token.LastUse = clock.GetTimestamp();
                return token;
            }
            return null;
        }
    }

    public void Delete(RodToken token)
    {
        lock (_gate) _tokens.Remove(token);
    }

    /// <summary>The tokens of a unit.</summary>
    public RodToken[] TokensOf(BlockDevice unit)
    {
        lock (_gate)
        {
            Expire();
            return [.. _tokens.Where(token => token.Unit == unit)];
        }
    }

    private void Expire() => _tokens.RemoveAll(token => clock.GetElapsedTime(token.LastUse) > token.Lifetime);
}

/// <summary>What came of a copy operation, for the RECEIVE COPY commands.</summary>
/// <param name="Action">Its service action.</param>
/// <param name="Status">Its SCSI status.</param>
/// <param name="Segments">Segments done.</param>
/// <param name="Bytes">Bytes moved.</param>
/// <param name="Sense">With CHECK CONDITION.</param>
/// <param name="Token">The token it made.</param>
internal sealed record CopyResult(byte Action, ScsiStatus Status, int Segments, long Bytes, Sense Sense, RodToken? Token = null);
