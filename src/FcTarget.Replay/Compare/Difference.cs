// SPDX-License-Identifier: MIT

namespace FcTarget.Replay;

/// <summary>One thing in which an answer differs from the captured one.</summary>
/// <param name="Field">What differs: <c>status</c>, <c>sense.key</c>, <c>data</c>; docs/replay.md lists them.</param>
/// <param name="Expected">What the captured port answered.</param>
/// <param name="Got">What we answered.</param>
/// <param name="Frame">The frame of the capture that has it; that of the request where there is none.</param>
/// <param name="At">Offset in bytes, for fields that are a string of bytes; -1 for others.</param>
public sealed record Difference(string Field, string Expected, string Got, long Frame, int At = -1);

/// <summary>How an exchange of the capture came out in the replay.</summary>
public enum ExchangeOutcome
{
    /// <summary>The answers are the same.</summary>
    Same,

    /// <summary>They differ in what the tolerances allow, or how they came about differs.</summary>
    Equivalent,

    /// <summary>They differ.</summary>
    Different,
}

/// <summary>What is special about an exchange; a tolerance can depend on it.</summary>
[Flags]
internal enum Conditions
{
    None = 0,

    /// <summary>
    /// One of the two targets refuses with INVALID COMMAND OPERATION CODE (SPC-4, 20h/00h) what the other does, or refuses for another reason: a
    /// command that every disk has is none of these.
    /// </summary>
    UnsupportedCommand = 1 << 0,

    /// <summary>Likewise with INVALID FIELD IN CDB (SPC-4, 24h/00h).</summary>
    UnsupportedField = 1 << 1,

    /// <summary>One of the two answers is a unit attention.</summary>
    UnitAttention = 1 << 2,

    /// <summary>The initiator aborted it in the capture.</summary>
    Aborted = 1 << 3,

    /// <summary>It was open when the capture ended.</summary>
    CaptureEnd = 1 << 4,

    /// <summary>One of the two refused a login because another was under way (LS_RJT, logical busy or command in progress).</summary>
    Busy = 1 << 5,

    /// <summary>Both answers are CHECK CONDITION.</summary>
    CheckCondition = 1 << 6,

    /// <summary>It reads blocks of a live target that the capture has not written before.</summary>
    UnwrittenBlocks = 1 << 7,

    /// <summary>Both refuse it, one with INVALID FIELD IN CDB.</summary>
    OtherRefusal = 1 << 8,

    /// <summary>REC asks about a command that has no answer in the capture.</summary>
    Unanswered = 1 << 9,

    /// <summary>The captured target says nothing any more afterwards.</summary>
    TargetLeaves = 1 << 10,

    /// <summary>The initiator used the OX_ID of a command again, which it does not do before it is over.</summary>
    Reused = 1 << 11,

    /// <summary>REC or SRR asks about a command that has its answer.</summary>
    Over = 1 << 12,

    /// <summary>One of the two is formatting or sanitizing its medium (NOT READY, 04h/04h, 04h/07h or 04h/1Bh).</summary>
    InProgress = 1 << 13,
}
