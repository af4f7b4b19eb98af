// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// REPORT SUPPORTED OPERATION CODES (SPC-4 6.35): all commands, or one with its CDB usage data, with command timeouts descriptors when RCTD asks
/// for them.
/// </summary>
internal sealed class ReportSupportedOperationCodes : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    public override bool PassesSanitize(ScsiTask task) => true;

    private const int OptionsAt = 2, OperationCodeAt = 3, ServiceActionAt = 4, AllocationLengthAt = 6;
    private const byte ReturnTimeouts = 0x80, OptionsMask = 0x07;
    private const byte All = 0, OneByCode = 1, OneByAction = 2, OneEither = 3; // REPORTING OPTIONS
    private const byte NotSupported = 0x01, AsTheStandardSays = 0x03;          // SUPPORT
    private const byte ServiceActionValid = 0x01, TimeoutsPresent = 0x02, TimeoutsPresentOne = 0x80;
    private const int DescriptorLength = 8, TimeoutsLength = 12;

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
                SendAll(device, task);
                break;
            case OneByCode when hasActions:
            case OneByAction when known && !hasActions:
                task.CompleteCheckCondition(Sense.InvalidCdbField(option == OneByCode ? OperationCodeAt : ServiceActionAt));
                break;
            case OneByCode:
            case OneByAction:
            case OneEither:
                SendOne(device, task, code, option == OneByCode ? (ushort)0 : ReadUInt16BigEndian(cdb[ServiceActionAt..]), hasActions);
                break;
            default:
                task.CompleteCheckCondition(Sense.InvalidCdbField(OptionsAt, 2));
                break;
        }
    }

    private static void SendAll(BlockDevice device, ScsiTask task)
    {
        bool timeouts = (task.Cdb[OptionsAt] & ReturnTimeouts) != 0;
        CommandEntry[] entries = [.. CommandTable.Entries.Where(device.Offers)];
        int each = DescriptorLength + (timeouts ? TimeoutsLength : 0);
        int length = 4 + (entries.Length * each);
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, length).Clear();
        WriteUInt32BigEndian(data, (uint)(length - 4)); // COMMAND DATA LENGTH
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> descriptor = data.AsSpan(4 + (i * each), each);
            descriptor[0] = entries[i].OperationCode;
            WriteUInt16BigEndian(descriptor[2..], entries[i].ServiceAction);
            descriptor[5] = (byte)((entries[i].HasServiceAction ? ServiceActionValid : 0) | (timeouts ? TimeoutsPresent : 0));
            WriteUInt16BigEndian(descriptor[6..], (ushort)entries[i].Usage.Length);
            if (timeouts) WriteTimeouts(descriptor[DescriptorLength..], entries[i]);
        }
        Send(task, length);
    }

    private static void SendOne(BlockDevice device, ScsiTask task, byte code, ushort action, bool hasActions)
    {
        CommandEntry? entry = action > Cdb.ServiceActionMask ? null : CommandTable.Lookup(code, hasActions ? (byte)action : (byte)0);
        if ((!hasActions && action != 0) || (entry is not null && !device.Offers(entry))) entry = null;
        bool timeouts = entry is not null && (task.Cdb[OptionsAt] & ReturnTimeouts) != 0;
        int usage = entry?.Usage.Length ?? 0;
        int length = 4 + usage + (timeouts ? TimeoutsLength : 0);
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, length).Clear();
        data[1] = (byte)((entry is null ? NotSupported : AsTheStandardSays) | (timeouts ? TimeoutsPresentOne : 0));
        if (entry is not null)
        {
            WriteUInt16BigEndian(data.AsSpan(2), (ushort)usage); // CDB SIZE
            for (int i = 0; i < usage; i++) data[4 + i] = entry.UsageAt(i, device.ProtectionType);
            if (timeouts) WriteTimeouts(data.AsSpan(4 + usage), entry);
        }
        Send(task, length);
    }

    /// <summary>Command timeouts descriptor (SPC-4 6.35.4); no NOMINAL COMMAND PROCESSING TIMEOUT.</summary>
    private static void WriteTimeouts(Span<byte> to, CommandEntry entry)
    {
        WriteUInt16BigEndian(to, TimeoutsLength - 2);
        WriteUInt32BigEndian(to[8..], entry.Command?.RecommendedTimeout ?? 30);
    }

    private static void Send(ScsiTask task, int length) =>
        ParameterData.Send(task, length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
}
