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

    /// <summary>
    /// A 32-byte command with the reference tag in the CDB: for units with type 2 protection only (SBC-3 4.22.2). ORWRITE(32) has none.
    /// </summary>
    public bool NeedsTypeTwo => Usage.Length == ScsiTask.MaxCdbLength && ServiceAction != (byte)VariableLengthAction.OrWrite32;

    /// <summary>
    /// The bits looked at on a medium of a protection type: with it the protect field too, but for type 2 in 32-byte CDBs only.
    /// </summary>
    public byte UsageAt(int index, int protectionType) => protectionType != 0 && index == _protectAt && (protectionType != 2 || NeedsTypeTwo)
        ? (byte)(Usage[index] | Cdb.ProtectMask)
        : Usage[index];

    /// <summary>Whether bits of a byte are of the protect field.</summary>
    public bool IsProtectField(int index, int bits) => index == _protectAt && (bits & Cdb.ProtectMask) != 0;

    /// <summary>Byte of the protect field; -1 when there is none.</summary>
    private readonly int _protectAt = Command is { HasProtectField: true } && Usage.Length != 6 ? Cdb.FlagsAt(Usage) : -1;

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
    /// <param name="cdb">6 to 32 bytes.</param>
    /// <param name="protectionType">0 to 3: on a medium with protection information more bits are looked at.</param>
    /// <param name="refusal">Why there is none.</param>
    public static CommandEntry? Find(ReadOnlySpan<byte> cdb, int protectionType, out Sense refusal)
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
        return Fits(entry, cdb, protectionType, out refusal) ? entry : null;
    }

    private static int ServiceActionAt(byte operationCode) =>
        operationCode == (byte)OperationCode.VariableLengthCdb ? VariableLengthActionAt : 1;

    private static bool Fits(CommandEntry entry, ReadOnlySpan<byte> cdb, int protectionType, out Sense refusal)
    {
        byte[] usage = entry.Usage;
        refusal = Sense.InvalidFieldInCdb;
        if (cdb.Length < usage.Length) return false;
        for (int i = 1; i < usage.Length; i++)
        {
            int misfit = cdb[i] & ~usage[i];
            if (misfit == 0 || (misfit &= ~entry.UsageAt(i, protectionType)) == 0) continue;
            if (protectionType == 2 && entry.IsProtectField(i, misfit)) refusal = Sense.InvalidCommandOperationCode; // SBC-3 4.22.2.4
            else refusal = Sense.InvalidCdbField(i, BitOperations.Log2((uint)misfit));
            return false;
        }
        return true;
    }
}
