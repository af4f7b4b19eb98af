// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>READ CAPACITY(10) (SBC-3 5.15).</summary>
internal sealed class ReadCapacity10 : BlockCommand
{
    public override bool NeedsMedium => true;

    public override bool PassesSanitize(ScsiTask task) => true;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.None; // SBC-3 table 12

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte[] data = ParameterData.Rent(task, ReadCapacityData.Length10);
        int length = ReadCapacityData.Write10(data, device.BlockCount - 1, (uint)device.BlockSize);
        ParameterData.Send(task, length, allocationLength: ReadCapacityData.Length10);
    }
}

/// <summary>READ CAPACITY(16) (SBC-3 5.16).</summary>
internal sealed class ReadCapacity16 : BlockCommand
{
    private const int AllocationLengthAt = 10;

    public override bool NeedsMedium => true;

    public override bool PassesSanitize(ScsiTask task) => true;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.None;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte[] data = ParameterData.Rent(task, ReadCapacityData.Length16);
        int length = ReadCapacityData.Write16(
            data, device.BlockCount - 1, (uint)device.BlockSize, device.PhysicalExponent, device.Options.Thin, device.Has(ProvisioningBits.Lbprz),
            device.Protection.Type, device.Protection.IntervalExponent);
        ParameterData.Send(task, length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
    }
}
