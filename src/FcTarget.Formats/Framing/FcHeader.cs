// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Framing;

/// <summary>Frame_Header (FC-FS-3): 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcHeader : IWirePayload
{                                                        // word | 31..24   | 23..16  | 15..8  | 7..0
    public RCtl RCtl; public FcId DId;                   //  0   | R_CTL    | D_ID
    public byte CsCtl; public FcId SId;                  //  1   | CS_CTL / Priority | S_ID
    public FcType Type; private UInt24BE _fCtl;          //  2   | TYPE     | F_CTL
    public byte SeqId; public DfCtl DfCtl;               //  3   | SEQ_ID   | DF_CTL  | SEQ_CNT
    public UInt16BE SeqCnt;                              //
    public OxId OxId; public RxId RxId;                  //  4   | OX_ID              | RX_ID
    public UInt32BE Parameter;                           //  5   | PARAMETER

    public FCtl FCtl
    {
        readonly get => (FCtl)(uint)_fCtl;
        set => _fCtl = (uint)value;
    }

    public static int WireSize => 24;
}
