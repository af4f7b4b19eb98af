// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>Types of identifying information (SPC-4 6.32): bits 7 to 1 of CDB byte 10.</summary>
internal enum IdentifyingInformationType : byte
{
    PeripheralDevice = 0x00,
    Text = 0x02,
    Supported = 0x7F,
}

/// <summary>REPORT IDENTIFYING INFORMATION (SPC-4 6.32).</summary>
internal sealed class ReportIdentifyingInformation : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    private const int AllocationLengthAt = 6, TypeAt = 10;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        var type = (IdentifyingInformationType)(cdb[TypeAt] >> 1);
        byte[] data = ParameterData.Rent(task, 4 + SetIdentifyingInformation.MaximumText);
        int length;
        switch (type)
        {
            case IdentifyingInformationType.Supported:
                length = 12;
                data.AsSpan(0, length).Clear();
                data[4] = (byte)IdentifyingInformationType.PeripheralDevice << 1;
                WriteUInt16BigEndian(data.AsSpan(6), SetIdentifyingInformation.MaximumIdentifier);
                data[8] = (byte)IdentifyingInformationType.Text << 1;
                WriteUInt16BigEndian(data.AsSpan(10), SetIdentifyingInformation.MaximumText);
                break;
            case IdentifyingInformationType.PeripheralDevice:
            case IdentifyingInformationType.Text:
                byte[] information = type == IdentifyingInformationType.Text ? device.IdentifyingText : device.Identifier;
                length = 4 + information.Length;
                data.AsSpan(0, 4).Clear();
                information.CopyTo(data, 4);
                break;
            default:
                BlockDevice.End(task, Sense.InvalidCdbField(TypeAt, 7));
                return;
        }
        WriteUInt16BigEndian(data.AsSpan(2), (ushort)(length - 4));
        ParameterData.Send(task, length, ReadUInt32BigEndian(cdb[AllocationLengthAt..]));
    }
}

/// <summary>
/// SET IDENTIFYING INFORMATION (SPC-4 6.43), durable where the unit keeps state. No list clears it. The other I_T nexuses hear DEVICE
/// IDENTIFIER CHANGED.
/// </summary>
internal sealed class SetIdentifyingInformation : ParameterListCommand
{
    public override Reach Reach => Reach.Standby;

    /// <summary>Bytes: what SPC-4 demands at least.</summary>
    public const ushort MaximumIdentifier = 64, MaximumText = 256;

    private const int ListLengthAt = 6, TypeAt = 10;

    protected override int MaximumLength => MaximumText;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[ListLengthAt..]);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        switch (TypeOf(task))
        {
            case IdentifyingInformationType.PeripheralDevice when ListLength(task.Cdb) > MaximumIdentifier:
            case IdentifyingInformationType.Text when ListLength(task.Cdb) > MaximumText:
                task.CompleteCheckCondition(Sense.InvalidCdbField(ListLengthAt));
                break;
            case IdentifyingInformationType.PeripheralDevice:
            case IdentifyingInformationType.Text:
                base.Start(device, task);
                break;
            default:
                task.CompleteCheckCondition(Sense.InvalidCdbField(TypeAt, 7));
                break;
        }
    }

    protected override void OnNoList(BlockDevice device, ScsiTask task) => Set(device, task, []);

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        // Text is UTF-8 with a null at its end (SPC-4 6.43).
        if (TypeOf(task) == IdentifyingInformationType.Text && list[^1] != 0) BlockDevice.End(task, Sense.InvalidParameter(list.Length - 1));
        else Set(device, task, list.ToArray());
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task) => device.Durable!.TryChange(saved => saved with
    {
        Identifying = Convert.ToHexStringLower(device.Identifier),
        Text = Convert.ToHexStringLower(device.IdentifyingText),
    }) ? StoreResult.Ok : StoreResult.WriteFailed;

    private void Set(BlockDevice device, ScsiTask task, byte[] information)
    {
        if (TypeOf(task) == IdentifyingInformationType.Text) device.IdentifyingText = information;
        else device.Identifier = information;
        device.TaskSet.Nexuses.Establish(UnitAttentions.DeviceIdentifierChanged, except: task.Nexus);
        if (device.Durable is not null) device.SubmitBlocking(this, task);
        else BlockDevice.End(task, ScsiStatus.Good);
    }

    private static IdentifyingInformationType TypeOf(ScsiTask task) => (IdentifyingInformationType)(task.Cdb[TypeAt] >> 1);
}
