// SPDX-License-Identifier: MIT

using System.Numerics;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// A command we know: the bits of its CDB that we look at, which is also its CDB USAGE DATA (SPC-4 6.35.3). Byte 0 is the operation
/// code, the length is the CDB's. Bits outside are reserved, obsolete or optional features we do not have, and
/// end in INVALID FIELD IN CDB.
/// </summary>
/// <param name="Usage">The bits; the operation code in byte 0; with a service action, that in the low bits of byte 1.</param>
/// <param name="HasServiceAction">Whether byte 1 holds a service action.</param>
/// <param name="Command">What does it; null for REPORT LUNS, which the task router does.</param>
internal sealed record CommandEntry(byte[] Usage, bool HasServiceAction, BlockCommand? Command)
{
    public byte OperationCode => Usage[0];

    /// <summary>A 32-byte command: SBC-3 has them for units with type 2 protection only, where the reference tag is in the CDB.</summary>
    public bool NeedsTypeTwo => Usage.Length == ScsiTask.MaxCdbLength;

    /// <summary>The service action; 0 when there is none.</summary>
    public byte ServiceAction => !HasServiceAction ? (byte)0
        : Usage.Length == ScsiTask.MaxCdbLength ? Usage[CommandTable.VariableLengthActionAt]
        : (byte)(Usage[1] & Cdb.ServiceActionMask);
}

/// <summary>From a CDB to its command: 256 operation codes, and under some of them 32 service actions.</summary>
internal static class CommandTable
{
    /// <summary>Low byte of the service action of a 32-byte CDB.</summary>
    public const int VariableLengthActionAt = 9;

    private static readonly CommandEntry?[] ByCode = new CommandEntry?[256];
    private static readonly CommandEntry?[]?[] ByAction = new CommandEntry?[]?[256];

    static CommandTable()
    {
        foreach (CommandEntry entry in Entries)
        {
            // NACA works the same for every command: the task set sees to it.
            entry.Usage[entry.OperationCode == (byte)Scsi.OperationCode.VariableLengthCdb ? 1 : ^1] |= Cdb.Naca;
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

    /// <summary>The entry of a CDB that is fit to be carried out; null, and why, when there is none or it is not.</summary>
    public static CommandEntry? Find(ReadOnlySpan<byte> cdb, out Sense refusal)
    {
        refusal = Sense.InvalidCommandOperationCode;
        if (cdb.IsEmpty) return null;
        CommandEntry? entry = ByCode[cdb[0]];
        if (entry is null && ByAction[cdb[0]] is { } actions)
        {
            int at = ServiceActionAt(cdb[0]);
            if (cdb.Length <= at) return null;
            entry = at == 1 ? actions[cdb[1] & Cdb.ServiceActionMask] : cdb[at - 1] == 0 && cdb[at] < 32 ? actions[cdb[at]] : null;
            if (entry is null) refusal = at == 1 ? Sense.InvalidCdbField(1, 4) : Sense.InvalidCdbField(at - 1);
        }
        if (entry?.Command is null) return null;
        return Fits(entry, cdb, out refusal) ? entry : null;
    }

    private static int ServiceActionAt(byte operationCode) =>
        operationCode == (byte)OperationCode.VariableLengthCdb ? VariableLengthActionAt : 1;

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
