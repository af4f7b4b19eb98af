// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Initiator;

/// <summary>What an initiator function counts. Written by the loop, read by anyone; a number only grows.</summary>
public sealed class InitiatorCounters
{
    private static readonly string[] ViolationNames = [.. Enum.GetNames<ProtocolViolation>().Select(CounterName.Of)];

    private readonly long[] _violations = new long[ViolationNames.Length];

    // ---- commands ------------------------------------------------------------------------------------------------
    public long Commands;
    public long Completed;
    public long TimedOut;
    public long Aborted;
    public long PortLost;
    public long ProtocolErrors;

    // ---- frames --------------------------------------------------------------------------------------------------
    public long DataFramesIn;
    public long DataFramesOut;

    /// <summary>Frames of exchanges that are being aborted.</summary>
    public long LateFrames;

    // ---- recovery ------------------------------------------------------------------------------------------------
    public long AbtsSent;
    public long AbtsAccepted;
    public long AbtsRejected;
    public long AbtsUnanswered;
    public long RrqsSent;

    /// <summary>How often a target did this.</summary>
    public long this[ProtocolViolation violation] => Volatile.Read(ref _violations[(int)violation]);

    /// <summary>What targets did wrong, by name: only what happened at all. Empty for a target without fault.</summary>
    public IReadOnlyDictionary<string, long> Violations()
    {
        Dictionary<string, long> found = [];
        for (int i = 0; i < _violations.Length; i++)
            if (this[(ProtocolViolation)i] is > 0 and long count) found.Add(ViolationNames[i], count);
        return found;
    }

    /// <summary>Every counter with its name, for tables and JSON.</summary>
    public IEnumerable<KeyValuePair<string, long>> All() =>
        typeof(InitiatorCounters).GetFields().Where(f => f.FieldType == typeof(long))
            .Select(f => KeyValuePair.Create(CounterName.Of(f.Name), (long)f.GetValue(this)!))
            .Concat(ViolationNames.Select((name, i) => KeyValuePair.Create(name, this[(ProtocolViolation)i])));

    internal void Count(ProtocolViolation violation) => _violations[(int)violation]++;
}
