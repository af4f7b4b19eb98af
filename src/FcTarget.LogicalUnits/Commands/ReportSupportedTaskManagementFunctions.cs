// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS (SPC-4 6.36).</summary>
internal sealed class ReportSupportedTaskManagementFunctions : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    public override bool PassesSanitize(ScsiTask task) => true;

    private const int AllocationLengthAt = 6;
    private const byte Extended = 0x80; // REPD
    private const byte First = 0xFA;    // ATS, ATSS, CACAS, CTSS, LURS, TRS
    private const byte Second = 0x06;   // QAES, QTSS

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int length = (task.Cdb[2] & Extended) != 0 ? 16 : 4;
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, length).Clear();
        data[0] = First;
        data[1] = Second;
        data[3] = (byte)(length - 4);
        ParameterData.Send(task, length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
    }
}
