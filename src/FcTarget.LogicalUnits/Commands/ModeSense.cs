// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>MODE SENSE(6), (10) (SPC-4 6.11, 6.12) with pages 01h, 02h, 08h, 0Ah, 1Ch, or all of them.</summary>
internal sealed class ModeSense : BlockCommand
{
    private const byte Dbd = 0x08, LongLbaAccepted = 0x10; // byte 1
    private const int PageAt = 2, SubpageAt = 3;
    private const byte PageCodeMask = 0x3F;
    private const int PageControlShift = 6;
    private const byte AllSubpages = 0xFF;
    private const int DataLength = 256;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        var page = (ModePageCode)(cdb[PageAt] & PageCodeMask);
        var control = (ModePageControl)(cdb[PageAt] >> PageControlShift);
        if (Refusal(page, control, cdb[SubpageAt]) is { } refusal)
        {
            task.CompleteCheckCondition(refusal);
            return;
        }
        bool isShort = (OperationCode)cdb[0] == OperationCode.ModeSense6;
        bool longLba = !isShort && (cdb[1] & LongLbaAccepted) != 0;
        byte[] data = ParameterData.Rent(task, DataLength);
        int header = isShort ? ModeParameterHeader.Length6 : ModeParameterHeader.Length10;
        int descriptor = (cdb[1] & Dbd) != 0 ? 0 : WriteBlockDescriptor(device, data.AsSpan(header), longLba);
        int total = header + descriptor;
        if (page == ModePageCode.All)
        {
            foreach (ModePageCode each in ModePages.Supported) total += ModePages.Write(data.AsSpan(total), each, control);
        }
        else
        {
            total += ModePages.Write(data.AsSpan(total), page, control);
        }
        if (isShort) ModeParameterHeader.Write6(data, total, device.Options.ReadOnly, descriptor);
        else ModeParameterHeader.Write10(data, total, device.Options.ReadOnly, descriptor);
        ParameterData.Send(task, total, isShort ? cdb[4] : ReadUInt16BigEndian(cdb[7..]));
    }

    private static Sense? Refusal(ModePageCode page, ModePageControl control, byte subpage)
    {
        if (page != ModePageCode.All && !ModePages.Supported.Contains(page)) return Sense.InvalidCdbField(PageAt, 5);
        if (subpage is not (0 or AllSubpages)) return Sense.InvalidCdbField(SubpageAt);
        return control == ModePageControl.Saved ? Sense.SavingParametersNotSupported : null;
    }

    private static int WriteBlockDescriptor(BlockDevice device, Span<byte> to, bool longLba) => longLba
        ? ModeParameterHeader.WriteLongBlockDescriptor(to, device.BlockCount, (uint)device.BlockSize)
        : ModeParameterHeader.WriteShortBlockDescriptor(to, device.BlockCount, (uint)device.BlockSize);
}
