// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Stmf.Answers;

/// <summary>REPORT LUNS (SPC-4 6.33), whatever LUN it was sent to: lists the view of the I_T nexus it came through.</summary>
internal sealed class ReportLunsUnit : AnsweringUnit
{
    private const int SelectReportAt = 2, AllocationLengthAt = 6;

    private static ReadOnlySpan<byte> Mask => [0xA0, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public override void Execute(ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        if (ReservedBits(cdb, Mask) is { } reserved)
        {
            task.CompleteCheckCondition(reserved);
            return;
        }
        byte select = cdb[SelectReportAt];
        if (select > ReportLunsData.SelectAll)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(SelectReportAt));
            return;
        }
        NexusState? state = task.Nexus.State;
        ItlNexus[] view = select == ReportLunsData.SelectWellKnown ? [] : state?.View ?? [];
        int wellKnown = select == ReportLunsData.SelectLogicalUnits ? 0 : 1;
        int length = ReportLunsData.LengthOf(view.Length + wellKnown);
        byte[] data = ParameterData.Rent(task, length);
        ReportLunsData.WriteHeader(data, view.Length + wellKnown);
        for (int i = 0; i < view.Length; i++) ReportLunsData.WriteEntry(data, i, Lun.FromNumber(view[i].Lun));
        if (wellKnown != 0) ReportLunsData.WriteEntry(data, view.Length, Lun.ReportLuns);
        state?.Clear(UnitAttentions.ReportedLunsDataHasChanged); // SPC-4 6.33: the initiator knows now
        ParameterData.Send(task, length, ReadUInt32BigEndian(cdb[AllocationLengthAt..]));
    }
}
