// SPDX-License-Identifier: MIT

using System.Numerics;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// A command we know: the bits of its CDB that we look at, which is also its CDB USAGE DATA (SPC-4 6.35.3). Byte 0 is the operation
/// code, the length is the CDB's. Bits outside are reserved, obsolete or optional features we do not have, NACA among them, and
/// end in INVALID FIELD IN CDB.
/// </summary>
/// <param name="Usage">The bits; the operation code in byte 0; with a service action, that in the low bits of byte 1.</param>
/// <param name="HasServiceAction">Whether byte 1 holds a service action.</param>
/// <param name="Command">What does it; null for REPORT LUNS, which the task router does.</param>
internal sealed record CommandEntry(byte[] Usage, bool HasServiceAction, BlockCommand? Command)
{
    public byte OperationCode => Usage[0];

    /// <summary>The service action; 0 when there is none.</summary>
    public byte ServiceAction => HasServiceAction ? (byte)(Usage[1] & Cdb.ServiceActionMask) : (byte)0;
}

/// <summary>From a CDB to its command: 256 operation codes, and under some of them 32 service actions.</summary>
internal static class CommandTable
{
    private static readonly CommandEntry?[] ByCode = new CommandEntry?[256];
    private static readonly CommandEntry?[]?[] ByAction = new CommandEntry?[]?[256];

    static CommandTable()
    {
        foreach (CommandEntry entry in Entries)
        {
            if (entry.HasServiceAction) (ByAction[entry.OperationCode] ??= new CommandEntry?[32])[entry.ServiceAction] = entry;
            else ByCode[entry.OperationCode] = entry;
        }
    }

    /// <summary>All of them, by operation code and service action.</summary>
    public static IReadOnlyList<CommandEntry> Entries { get; } = CommandList.Make();

    /// <summary>Whether an operation code has service actions.</summary>
    public static bool HasServiceActions(byte operationCode) => ByAction[operationCode] is not null;

    /// <summary>The entry of an operation code and, where that has them, of a service action; null when there is none.</summary>
    public static CommandEntry? Lookup(byte operationCode, byte serviceAction) =>
        ByAction[operationCode] is { } actions ? serviceAction < 32 ? actions[serviceAction] : null : ByCode[operationCode];

    /// <summary>The command of a CDB that is fit to be carried out; null, and why, when there is none or it is not.</summary>
    public static BlockCommand? Find(ReadOnlySpan<byte> cdb, out Sense refusal)
    {
        refusal = Sense.InvalidCommandOperationCode;
        if (cdb.IsEmpty) return null;
        CommandEntry? entry = ByCode[cdb[0]];
        if (entry is null && ByAction[cdb[0]] is { } actions && cdb.Length > 1)
        {
            entry = actions[cdb[1] & Cdb.ServiceActionMask];
            if (entry is null) refusal = Sense.InvalidCdbField(1, 4);
        }
        if (entry?.Command is null) return null;
        return Fits(entry, cdb, out refusal) ? entry.Command : null;
    }

    private static bool Fits(CommandEntry entry, ReadOnlySpan<byte> cdb, out Sense refusal)
    {
        byte[] usage = entry.Usage;
        refusal = Sense.InvalidFieldInCdb;
        if (cdb.Length < usage.Length) return false;
        for (int i = 1; i < usage.Length; i++)
        {
            int misfit = cdb[i] & ~usage[i];
            if (misfit == 0) continue;
            refusal = Sense.InvalidCdbField(i, BitOperations.Log2((uint)misfit));
            return false;
        }
        return true;
    }
}
