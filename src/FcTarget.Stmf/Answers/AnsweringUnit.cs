// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Answers;

/// <summary>
/// A logical unit inside the task router: answers what SAM has the router answer, through the same task contract as a real one.
/// Its commands have one data-in segment at most.
/// </summary>
internal abstract class AnsweringUnit : ILogicalUnit
{
    public LogicalUnitIdentity Identity { get; } = new("", UInt128.Zero, "");

    /// <summary>Tasks for LUNs that lead nowhere. Tasks answered on behalf of a mapped logical unit stay in that one's set.</summary>
    public TaskSet TaskSet { get; } = new(capacity: 4096);

    public abstract void Execute(ScsiTask task);

    public virtual void Continue(ScsiTask task) => ParameterData.End(task, task.IsAborted ? ScsiStatus.TaskAborted : ScsiStatus.Good);

    public virtual void Abort(ScsiTask task, AbortReason reason) => ParameterData.End(task, ScsiStatus.TaskAborted);

    /// <summary>
    /// The first byte of a CDB with bits outside the mask (NACA aside), as sense data; null when there is none or the CDB is too short.
    /// </summary>
    protected static Sense? ReservedBits(ReadOnlySpan<byte> cdb, ReadOnlySpan<byte> mask)
    {
        if (cdb.Length < mask.Length) return Sense.InvalidFieldInCdb;
        for (int i = 1; i < mask.Length; i++)
        {
            int control = i == mask.Length - 1 ? Cdb.Naca : 0;
            int misfit = cdb[i] & ~(mask[i] | control);
            if (misfit != 0) return Sense.InvalidCdbField(i, 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)misfit));
        }
        return null;
    }
}
