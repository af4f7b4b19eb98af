// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>REPORT SUPPORTED OPERATION CODES (SPC-4 6.35), without command timeouts descriptors (RCTD).</summary>
internal sealed class ReportSupportedOperationCodes : BlockCommand
{
    private const int OptionsAt = 2, OperationCodeAt = 3, ServiceActionAt = 4, AllocationLengthAt = 6;
    private const byte OptionsMask = 0x07;
    private const byte All = 0, OneByCode = 1, OneByAction = 2, OneEither = 3; // REPORTING OPTIONS
    private const byte NotSupported = 0x01, AsTheStandardSays = 0x03;          // SUPPORT
    private const byte ServiceActionValid = 0x01;
    private const int DescriptorLength = 8;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        int option = cdb[OptionsAt] & OptionsMask;
        byte code = cdb[OperationCodeAt];
        bool hasActions = CommandTable.HasServiceActions(code);
        bool known = hasActions || CommandTable.Lookup(code, 0) is not null;
        switch (option)
        {
            case All:
                SendAll(task);
                break;
            case OneByCode when hasActions:
            case OneByAction when known && !hasActions:
                task.CompleteCheckCondition(Sense.InvalidCdbField(option == OneByCode ? OperationCodeAt : ServiceActionAt));
                break;
            case OneByCode:
            case OneByAction:
            case OneEither:
                SendOne(task, code, option == OneByCode ? (ushort)0 : ReadUInt16BigEndian(cdb[ServiceActionAt..]), hasActions);
                break;
            default:
                task.CompleteCheckCondition(Sense.InvalidCdbField(OptionsAt, 2));
                break;
        }
    }

    private static void SendAll(ScsiTask task)
    {
        IReadOnlyList<CommandEntry> entries = CommandTable.Entries;
        int length = 4 + (entries.Count * DescriptorLength);
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, length).Clear();
        WriteUInt32BigEndian(data, (uint)(length - 4)); // COMMAND DATA LENGTH
        for (int i = 0; i < entries.Count; i++)
        {
            Span<byte> descriptor = data.AsSpan(4 + (i * DescriptorLength), DescriptorLength);
            descriptor[0] = entries[i].OperationCode;
            WriteUInt16BigEndian(descriptor[2..], entries[i].ServiceAction);
            descriptor[5] = entries[i].HasServiceAction ? ServiceActionValid : (byte)0;
            WriteUInt16BigEndian(descriptor[6..], (ushort)entries[i].Usage.Length);
        }
        Send(task, length);
    }

    private static void SendOne(ScsiTask task, byte code, ushort action, bool hasActions)
    {
        CommandEntry? entry = action > Cdb.ServiceActionMask ? null : CommandTable.Lookup(code, hasActions ? (byte)action : (byte)0);
        if (!hasActions && action != 0) entry = null;
        int length = 4 + (entry?.Usage.Length ?? 0);
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, length).Clear();
        data[1] = entry is null ? NotSupported : AsTheStandardSays;
        if (entry is not null)
        {
            WriteUInt16BigEndian(data.AsSpan(2), (ushort)entry.Usage.Length); // CDB SIZE
            entry.Usage.CopyTo(data, 4);
        }
        Send(task, length);
    }

    private static void Send(ScsiTask task, int length) =>
        ParameterData.Send(task, length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
}
