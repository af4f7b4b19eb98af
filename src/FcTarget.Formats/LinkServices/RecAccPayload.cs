// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>E_STAT, the status word of an Exchange Status Block (FC-FS-3, ESB).</summary>
[Flags]
public enum ExchangeStatus : uint
{
    None = 0,

    /// <summary>ESB owner: the port that answers is the Responder of the exchange.</summary>
    Responder = 0x8000_0000,

    /// <summary>The port that answers holds the Sequence Initiative.</summary>
    SequenceInitiative = 0x4000_0000,

    /// <summary>The exchange is complete.</summary>
    Complete = 0x2000_0000,

    /// <summary>Ending condition: abnormal.</summary>
    EndedAbnormally = 0x1000_0000,

    /// <summary>Error type of an abnormal end: terminated instead of aborted.</summary>
    TerminatedAbnormally = 0x0800_0000,

    /// <summary>A Recovery_Qualifier is active.</summary>
    RecoveryQualifierActive = 0x0400_0000,

    /// <summary>Exchange error policy, two bits.</summary>
    ErrorPolicyMask = 0x0300_0000,

    /// <summary>The Originator's X_ID is invalid.</summary>
    OriginatorXIdInvalid = 0x0080_0000,

    /// <summary>The Responder's X_ID is invalid.</summary>
    ResponderXIdInvalid = 0x0040_0000,

    /// <summary>Priority in use.</summary>
    PriorityInUse = 0x0020_0000,
}

/// <summary>LS_ACC to REC (FC-LS-3, REC): 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RecAccPayload : IWirePayload
{                                      // word | 31..24   | 23..16 | 15..0
    public ElsCommand Command;         //  0   | 02h      | 000000h
    public UInt24BE Reserved1;         //
    public OxId OxId;                  //  1   | OX_ID             | RX_ID
    public RxId RxId;                  //
    public byte Reserved2;             //  2   | reserved | Originator N_Port_ID
    public FcId OriginatorId;          //
    public byte Reserved3;             //  3   | reserved | Responder N_Port_ID
    public FcId ResponderId;           //
    public UInt32BE Fc4Value;          //  4   | FC4VALUE: for FCP the bytes transferred so far (FCP-4, REC)
    private UInt32BE _eStat;           //  5   | E_STAT

    public ExchangeStatus EStat
    {
        readonly get => (ExchangeStatus)(uint)_eStat;
        set => _eStat = (uint)value;
    }

    public static int WireSize => 24;
}
