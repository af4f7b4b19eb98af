// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>READ DEFECT DATA(10), (12) (SBC-3 5.18, 5.19): there are no defects, in any format.</summary>
internal sealed class ReadDefectData : BlockCommand
{
    private const byte ListsAndFormat = 0x1F; // REQ_PLIST, REQ_GLIST, DEFECT LIST FORMAT

    public override bool NeedsMedium => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        bool isShort = (OperationCode)cdb[0] == OperationCode.ReadDefectData10;
        int length = isShort ? 4 : 8;
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, length).Clear();
        data[1] = (byte)(cdb[isShort ? 2 : 1] & ListsAndFormat);
        ParameterData.Send(task, length, isShort ? ReadUInt16BigEndian(cdb[7..]) : ReadUInt32BigEndian(cdb[6..]));
    }
}
