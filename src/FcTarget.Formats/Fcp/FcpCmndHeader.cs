// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcp;

/// <summary>TASK ATTRIBUTE of FCP_CMND (FCP-4 9.2): three bits.</summary>
public enum FcpTaskAttribute : byte
{
    Simple = 0,
    HeadOfQueue = 1,
    Ordered = 2,
    Aca = 4,

    /// <summary>Untagged (obsolete).</summary>
    Untagged = 5,
}

/// <summary>TASK MANAGEMENT FLAGS of FCP_CMND (FCP-4 9.2). At most one is to be set.</summary>
[Flags]
public enum FcpTaskManagementFlags : byte
{
    None = 0,

    /// <summary>TERMINATE TASK (obsolete).</summary>
    TerminateTask = 0x80,
    ClearAca = 0x40,

    /// <summary>TARGET RESET (obsolete since FCP-3, still sent).</summary>
    TargetReset = 0x20,
    LogicalUnitReset = 0x10,
    QueryAsynchronousEvent = 0x08,
    ClearTaskSet = 0x04,
    AbortTaskSet = 0x02,
    QueryTaskSet = 0x01,
}

/// <summary>RDDATA and WRDATA of FCP_CMND (FCP-4 9.2): which way data goes, seen from the initiator. Both: bidirectional.</summary>
[Flags]
public enum FcpDataDirection : byte
{
    None = 0,
    WriteData = 0x01,
    ReadData = 0x02,
    Bidirectional = WriteData | ReadData,
}

/// <summary>The part of FCP_CMND before the CDB (FCP-4 9.2): 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcpCmndHeader : IWirePayload
{                                                 // word | 31..24 | 23..16               | 15..8     | 7..2            | 1..0
    public UInt64BE Lun;                          // 0-1  | FCP_LUN
    public byte CommandReferenceNumber;           //  2   | CRN    | priority, attribute  | TM flags  | additional CDB  | RD, WR
    private byte _priorityAndAttribute;           //
    public FcpTaskManagementFlags TaskManagement; //
    private byte _additionalCdbLengthAndDirection;

    public FcpTaskAttribute TaskAttribute
    {
        readonly get => (FcpTaskAttribute)(_priorityAndAttribute & 0x07);
        set => _priorityAndAttribute = (byte)((_priorityAndAttribute & ~0x07) | ((byte)value & 0x07));
    }

    /// <summary>COMMAND PRIORITY, 0 to 15; 0 means none (SAM-5, command priority).</summary>
    public int Priority
    {
        readonly get => (_priorityAndAttribute >> 3) & 0x0F;
        set => _priorityAndAttribute = (byte)((_priorityAndAttribute & ~0x78) | ((value & 0x0F) << 3));
    }

    /// <summary>ADDITIONAL FCP_CDB LENGTH in bytes: 0 to 252, a multiple of four, on top of the 16 that are always there.</summary>
    public int AdditionalCdbLength
    {
        readonly get => _additionalCdbLengthAndDirection & 0xFC;
        set => _additionalCdbLengthAndDirection = (byte)((_additionalCdbLengthAndDirection & 0x03) | (value & 0xFC));
    }

    public FcpDataDirection Direction
    {
        readonly get => (FcpDataDirection)(_additionalCdbLengthAndDirection & 0x03);
        set => _additionalCdbLengthAndDirection = (byte)((_additionalCdbLengthAndDirection & 0xFC) | ((byte)value & 0x03));
    }

    /// <summary>A task management function: CDB, direction and lengths mean nothing then (FCP-4 9.2).</summary>
    public readonly bool IsTaskManagement => TaskManagement != FcpTaskManagementFlags.None;

    public static int WireSize => 12;
}
