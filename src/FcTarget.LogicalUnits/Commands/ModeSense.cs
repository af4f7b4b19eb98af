// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>MODE SENSE(6), (10) (SPC-4 6.11, 6.12): a page, a page with its subpages, all pages, all of all.</summary>
internal sealed class ModeSense : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    public override bool PassesSanitize(ScsiTask task) => (ModePageCode)(task.Cdb[PageAt] & PageCodeMask) is ModePageCode.Caching or ModePageCode.Control
        or ModePageCode.ProtocolSpecificLogicalUnit or ModePageCode.ProtocolSpecificPort or ModePageCode.InformationalExceptionsControl;

    private const byte Dbd = 0x08, LongLbaAccepted = 0x10; // byte 1
    private const int PageAt = 2, SubpageAt = 3;
    private const byte PageCodeMask = 0x3F;
    private const int PageControlShift = 6;
    private const byte AllSubpages = 0xFF;
    private const int DataLength = 512;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Reading;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        var page = (ModePageCode)(cdb[PageAt] & PageCodeMask);
        var control = (ModePageControl)(cdb[PageAt] >> PageControlShift);
        byte subpage = cdb[SubpageAt];
        if (page == ModePageCode.All ? subpage is not (0 or AllSubpages) : subpage != AllSubpages && device.Modes.IndexOf(page, subpage) < 0)
        {
            bool knowsPage = page == ModePageCode.All || device.Modes.IndexOf(page, 0) >= 0;
            task.CompleteCheckCondition(knowsPage ? Sense.InvalidCdbField(SubpageAt) : Sense.InvalidCdbField(PageAt, 5));
            return;
        }
        if (page != ModePageCode.All && device.Modes.IndexOf(page, 0) < 0)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(PageAt, 5));
            return;
        }
        if (control == ModePageControl.Saved && device.Durable is null)
        {
            task.CompleteCheckCondition(Sense.SavingParametersNotSupported);
            return;
        }
        bool isShort = (OperationCode)cdb[0] == OperationCode.ModeSense6;
        bool longLba = !isShort && (cdb[1] & LongLbaAccepted) != 0;
        byte[] data = ParameterData.Rent(task, DataLength);
        int header = isShort ? ModeParameterHeader.Length6 : ModeParameterHeader.Length10;
        int descriptor = (cdb[1] & Dbd) != 0 ? 0 : WriteBlockDescriptor(device, data.AsSpan(header), longLba);
        int total = header + descriptor;
        for (int i = 0; i < device.Modes.Layouts.Count; i++)
        {
            ModePageLayout layout = device.Modes.Layouts[i];
            if (page != ModePageCode.All && layout.Code != page) continue;
            if (subpage != AllSubpages && layout.Subpage != subpage) continue;
            device.Modes.Values(i, control).CopyTo(data.AsSpan(total));
            if (device.Durable is not null) data[total] |= ModePages.ParametersSaveable;
            total += layout.Defaults.Length;
        }
        if (isShort && total > byte.MaxValue + 1)
        {
            BlockDevice.End(task, Sense.InvalidCdbField(SubpageAt)); // MODE DATA LENGTH is a byte: MODE SENSE(10) has them all
            return;
        }
        if (isShort) ModeParameterHeader.Write6(data, total, device.IsWriteProtected, descriptor);
        else ModeParameterHeader.Write10(data, total, device.IsWriteProtected, descriptor);
        ParameterData.Send(task, total, isShort ? cdb[4] : ReadUInt16BigEndian(cdb[7..]));
    }

    private static int WriteBlockDescriptor(BlockDevice device, Span<byte> to, bool longLba) => longLba
        ? ModeParameterHeader.WriteLongBlockDescriptor(to, device.BlockCount, (uint)device.BlockSize)
        : ModeParameterHeader.WriteShortBlockDescriptor(to, device.BlockCount, (uint)device.BlockSize);
}
