// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>PARAMETER of an ABTS frame (FC-FS-3, ABTS). The frame has no payload.</summary>
[Flags]
public enum AbtsParameter : uint
{
    /// <summary>Abort the whole exchange.</summary>
    AbortExchange = 0,

    /// <summary>Abort only the sequence.</summary>
    AbortSequence = 1,
}

/// <summary>BA_ACC to ABTS (FC-FS-3, BA_ACC): 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BaAccPayload : IWirePayload
{                                      // word | 31..24          | 23..16      | 15..0
    public byte SeqIdValidity;         //  0   | SEQ_ID validity | last SEQ_ID | reserved
    public byte LastSeqId;             //
    public UInt16BE Reserved1;         //
    public OxId OxId;                  //  1   | OX_ID                         | RX_ID
    public RxId RxId;                  //
    public UInt16BE LowSeqCnt;         //  2   | low SEQ_CNT                   | high SEQ_CNT
    public UInt16BE HighSeqCnt;        //

    /// <summary>80h in <see cref="SeqIdValidity"/>: <see cref="LastSeqId"/> names the last sequence that was deliverable.</summary>
    public const byte SeqIdValid = 0x80;

    /// <summary>
    /// The answer that ends the whole exchange: no SEQ_ID is named, and SEQ_CNT runs over everything from 0000h to FFFFh.
    /// </summary>
    public static BaAccPayload ForExchange(OxId oxId, RxId rxId) =>
        new() { OxId = oxId, RxId = rxId, LowSeqCnt = 0, HighSeqCnt = 0xFFFF };

    public static int WireSize => 12;
}
