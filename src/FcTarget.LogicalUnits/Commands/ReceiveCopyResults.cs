// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Copy;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>Service actions of THIRD-PARTY COPY IN (SPC-4 table 93).</summary>
internal enum ThirdPartyCopyInAction : byte
{
    CopyStatusLid1 = 0x00,
    OperatingParameters = 0x03,
    FailedSegmentDetailsLid1 = 0x04,
    CopyStatusLid4 = 0x05,
    RodTokenInformation = 0x07,
    AllRodTokens = 0x08,
}

/// <summary>
/// RECEIVE COPY STATUS(LID1), (LID4), RECEIVE COPY OPERATING PARAMETERS, RECEIVE COPY FAILURE DETAILS(LID1), RECEIVE ROD TOKEN INFORMATION and
/// REPORT ALL ROD TOKENS (SPC-4 6.19 to 6.26, 6.31). Only ended operations have results: a copy's status comes when it is done.
/// </summary>
internal sealed class ReceiveCopyResults(ThirdPartyCopyInAction action) : BlockCommand
{
    private const int SenseFieldLength = 40; // FixedSense.MaxLength, and a multiple of 4
    private const byte CompletedWithoutErrors = 0x01, CompletedWithErrors = 0x02; // COPY OPERATION STATUS (table 158)
    private const byte UnitsOfBytes = 0x00, UnitsOfBlocks = 0xF1;                 // TRANSFER COUNT UNITS

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        bool hasShortId = action is ThirdPartyCopyInAction.CopyStatusLid1 or ThirdPartyCopyInAction.FailedSegmentDetailsLid1;
        CopyResult? result = hasShortId ? device.Copies.ResultOf(task.Nexus, cdb[2], device)
            : action is ThirdPartyCopyInAction.CopyStatusLid4 or ThirdPartyCopyInAction.RodTokenInformation
                ? device.Copies.ResultOf(task.Nexus, ReadUInt32BigEndian(cdb[2..]), device)
            : null;
        int length;
        switch (action)
        {
            case ThirdPartyCopyInAction.OperatingParameters:
                length = WriteParameters(ParameterData.Rent(task, 64));
                break;
            case ThirdPartyCopyInAction.AllRodTokens:
                length = WriteTokens(task, device.Copies.TokensOf(device));
                break;
            default:
                if (result is null)
                {
                    task.CompleteCheckCondition(Sense.InvalidCdbField(2)); // nothing is known by that list identifier
                    return;
                }
                length = action switch
                {
                    ThirdPartyCopyInAction.CopyStatusLid1 => WriteStatus(ParameterData.Rent(task, 12), result),
                    ThirdPartyCopyInAction.FailedSegmentDetailsLid1 => WriteFailure(ParameterData.Rent(task, 96), result),
                    _ => WriteLongStatus(device, task, result),
                };
                break;
        }
        ParameterData.Send(task, length, ReadUInt32BigEndian(cdb[10..]));
    }

    private static int WriteStatus(Span<byte> to, CopyResult result)
    {
        to[..12].Clear();
        WriteUInt32BigEndian(to, 8);
        to[4] = result.Status == ScsiStatus.Good ? CompletedWithoutErrors : CompletedWithErrors;
        WriteUInt16BigEndian(to[5..], (ushort)result.Segments);
        to[7] = UnitsOfBytes;
        WriteUInt32BigEndian(to[8..], (uint)Math.Min(result.Bytes, uint.MaxValue));
        return 12;
    }

    private static int WriteFailure(Span<byte> to, CopyResult result)
    {
        to[..96].Clear();
        if (result.Status == ScsiStatus.Good) return 4; // AVAILABLE DATA 0: nothing has failed
        int sense = FixedSense.Write(to[60..], result.Sense);
        WriteUInt32BigEndian(to, (uint)(56 + sense));
        to[56] = (byte)result.Status;
        WriteUInt16BigEndian(to[58..], (ushort)sense);
        return 60 + sense;
    }

    /// <summary>RECEIVE COPY STATUS(LID4) and RECEIVE ROD TOKEN INFORMATION have this in common (SPC-4 tables 166, 172).</summary>
    private int WriteLongStatus(BlockDevice device, ScsiTask task, CopyResult result)
    {
        Span<byte> to = ParameterData.Rent(task, 1024);
        to[..1024].Clear();
        bool isCopyOfBlocks = result.Action is PopulateToken.Action or WriteUsingToken.Action;
        to[4] = result.Action;
        to[5] = result.Status == ScsiStatus.Good ? CompletedWithoutErrors : CompletedWithErrors;
        WriteUInt16BigEndian(to[6..], 1);            // OPERATION COUNTER
        WriteUInt32BigEndian(to[8..], uint.MaxValue); // ESTIMATED STATUS UPDATE DELAY: none, it is over
        to[12] = (byte)result.Status;
        to[13] = SenseFieldLength;                    // LENGTH OF THE SENSE DATA FIELD
        if (result.Status != ScsiStatus.Good) to[14] = (byte)FixedSense.Write(to[32..], result.Sense);
        to[15] = isCopyOfBlocks ? UnitsOfBlocks : UnitsOfBytes;
        WriteInt64BigEndian(to[16..], isCopyOfBlocks ? (result.Token?.TotalLength ?? result.Bytes) / device.BlockSize : result.Bytes);
        WriteUInt16BigEndian(to[24..], (ushort)result.Segments);
        int at = 32 + SenseFieldLength;
        if (action == ThirdPartyCopyInAction.RodTokenInformation)
        {
            int descriptors = result.Token is null ? 0 : 2 + RodToken.Length;
            WriteUInt32BigEndian(to[at..], (uint)descriptors);
            result.Token?.Bytes.CopyTo(to[(at + 6)..]); // ID FOR CREATING ROD CSCD DESCRIPTOR 0, then the token
            at += 4 + descriptors;
        }
        WriteUInt32BigEndian(to, (uint)(at - 4));
        return at;
    }

    /// <summary>RECEIVE COPY OPERATING PARAMETERS (SPC-4 6.21).</summary>
    private static int WriteParameters(Span<byte> to)
    {
        const int Length = 47;
        to[..Length].Clear();
        WriteUInt32BigEndian(to, Length - 4);
        to[4] = 0x01;                                            // SNLID: a list without an identifier is supported
        WriteUInt16BigEndian(to[8..], ExtendedCopy.MaximumCscds);
        WriteUInt16BigEndian(to[10..], ExtendedCopy.MaximumSegments);
        WriteUInt32BigEndian(to[12..], CopyCommand.MaximumDescriptorList);
        WriteUInt32BigEndian(to[16..], ExtendedCopy.MaximumSegmentLength);
        WriteUInt16BigEndian(to[34..], 16);                      // TOTAL CONCURRENT COPIES
        to[36] = 16;                                             // MAXIMUM CONCURRENT COPIES
        to[37] = 9;                                              // DATA SEGMENT GRANULARITY: 512 bytes
        to[43] = 3;                                              // IMPLEMENTED DESCRIPTOR LIST LENGTH
        to[44] = ExtendedCopy.BlockToBlock;
        to[45] = ExtendedCopy.BlockToBlockWithOffset;
        to[46] = ExtendedCopy.IdentificationDescriptor;
        return Length;
    }

    /// <summary>REPORT ALL ROD TOKENS (SPC-4 6.31): the management part of each, 96 bytes.</summary>
    private static int WriteTokens(ScsiTask task, RodToken[] tokens)
    {
        const int ManagementLength = 96;
        int length = 8 + (tokens.Length * ManagementLength);
        Span<byte> to = ParameterData.Rent(task, length).AsSpan(0, length);
        to.Clear();
        WriteUInt32BigEndian(to, (uint)(length - 4));
        for (int i = 0; i < tokens.Length; i++) tokens[i].Bytes.AsSpan(0, ManagementLength).CopyTo(to[(8 + (i * ManagementLength))..]);
        return length;
    }
}
