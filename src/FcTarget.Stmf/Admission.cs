// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>What a task set says of a task that wants to enter.</summary>
internal enum Admission : byte
{
    /// <summary>It is in and runs (SAM-5 8.5: enabled command state).</summary>
    Enabled,

    /// <summary>It is in and waits for others (SAM-5 8.5: dormant command state).</summary>
    Dormant,

    /// <summary>TASK SET FULL.</summary>
    Full,

    /// <summary>ACA ACTIVE.</summary>
    AcaActive,
}

/// <summary>Whether a task is held back by its task set.</summary>
internal enum TaskHold : byte
{
    None,
    Dormant,

    /// <summary>No more; its loop has been asked to run it.</summary>
    Released,
}
