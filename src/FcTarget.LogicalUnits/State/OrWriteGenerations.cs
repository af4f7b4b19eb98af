// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.State;

/// <summary>What becomes of a set operation of ORWRITE (SBC-3 table 20).</summary>
internal enum OrWriteVerdict : byte
{
    Perform,

    /// <summary>GOOD status, and the data is thrown away.</summary>
    Discard,

    /// <summary>ORWRITE GENERATION DOES NOT MATCH.</summary>
    Refuse,
}

/// <summary>
/// The ORWgeneration codes of a logical unit, by which initiators that share a bitmap see that somebody has cleared it (SBC-3 4.27). They outlast a
/// logical unit reset, and not a power loss. Asked and changed by one command at a time.
/// </summary>
internal sealed class OrWriteGenerations
{
    private const int OnlyCurrent = 7;

    private uint _current, _previous;
    private int _policy = OnlyCurrent;

    /// <summary>Whether a PREVIOUS GENERATION PROCESSING code is none of the reserved ones.</summary>
    public static bool IsPolicy(int code) => code is 0 or 2 or 3 or 5 or OnlyCurrent;

    public bool IsCurrent(uint generation) => generation == _current;

    /// <summary>A set operation that expects a generation.</summary>
    public OrWriteVerdict Judge(uint expected)
    {
        if (expected == _current) return OrWriteVerdict.Perform;
        return (_policy, IsPrevious: expected == _previous) switch
        {
            (3, _) or (0, true) => OrWriteVerdict.Perform,
            (5, _) or (2, true) => OrWriteVerdict.Discard,
            _ => OrWriteVerdict.Refuse,
        };
    }

    /// <summary>A change generation and clear operation has cleared what it was to.</summary>
    public void Change(uint next, int policy)
    {
        _previous = _current;
        _current = next;
        _policy = policy;
    }
}
