// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// SEND DIAGNOSTIC (SPC-4 6.42). A self-test passes and is written down in the Self-Test Results log page; of pages only 00h, which asks for
/// the list of pages.
/// </summary>
internal sealed class SendDiagnostic : ParameterListCommand
{
    public override Reach Reach => Reach.Standby;

    private const byte SelfTest = 0x04, PageFormat = 0x10;
    private const int SelfTestCodeShift = 5, ListLengthAt = 3;

    protected override int MaximumLength => 1024;

    public override uint RecommendedTimeout => 120;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt16BigEndian(cdb[ListLengthAt..]);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte flags = task.Cdb[1];
        int code = flags >> SelfTestCodeShift;
        bool tests = (flags & SelfTest) != 0 || code != 0;
        if (code is 3 or 7 || (code != 0 && (flags & SelfTest) != 0))
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 7)); // SPC-4 table 262
        else if (tests && ListLength(task.Cdb) != 0)
            task.CompleteCheckCondition(Sense.InvalidCdbField(ListLengthAt));
        else
            base.Start(device, task);
    }

    protected override void OnNoList(BlockDevice device, ScsiTask task)
    {
        if ((task.Cdb[1] & SelfTest) != 0 || task.Cdb[1] >> SelfTestCodeShift != 0) device.Counters.CountSelfTest();
        task.Complete(ScsiStatus.Good);
    }

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        if ((task.Cdb[1] & PageFormat) == 0) BlockDevice.End(task, Sense.InvalidCdbField(1, 4));
        else if (list.Length < 4 || list.Length < 4 + ReadUInt16BigEndian(list[2..])) BlockDevice.End(task, Sense.ParameterListLengthError);
        else if (list[0] != 0) BlockDevice.End(task, Sense.InvalidParameter(0));
        else BlockDevice.End(task, ScsiStatus.Good);
    }
}

/// <summary>RECEIVE DIAGNOSTIC RESULTS (SPC-4 6.30): page 00h, the list of pages, which is itself alone.</summary>
internal sealed class ReceiveDiagnosticResults : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    private const byte PageCodeValid = 0x01;
    private const int Length = 5;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Reading;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        if ((cdb[1] & PageCodeValid) != 0 && cdb[2] != 0)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(2));
            return;
        }
        byte[] data = ParameterData.Rent(task, Length);
        data.AsSpan(0, Length).Clear();
        data[3] = 1;
        ParameterData.Send(task, Length, ReadUInt16BigEndian(cdb[3..]));
    }
}
