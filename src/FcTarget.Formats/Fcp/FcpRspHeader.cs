// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcp;

/// <summary>The validity and residual bits of FCP_RSP (FCP-4 9.5).</summary>
[Flags]
public enum FcpRspFlags : byte
{
    None = 0,

    /// <summary>FCP_BIDI_RSP: the FCP_BIDIRECTIONAL_READ_RESID field is present.</summary>
    BidirectionalResponse = 0x80,
    BidirectionalReadResidUnder = 0x40,
    BidirectionalReadResidOver = 0x20,

    /// <summary>FCP_CONF_REQ: the target wants an FCP_CONF.</summary>
    ConfirmationRequested = 0x10,

    /// <summary>FCP_RESID_UNDER: FCP_RESID bytes of FCP_DL were not moved.</summary>
    ResidUnder = 0x08,

    /// <summary>FCP_RESID_OVER: FCP_RESID bytes more than FCP_DL were there to move.</summary>
    ResidOver = 0x04,

    /// <summary>FCP_SNS_LEN_VALID.</summary>
    SenseLengthValid = 0x02,

    /// <summary>FCP_RSP_LEN_VALID.</summary>
    ResponseLengthValid = 0x01,
}

/// <summary>RSP_CODE (FCP-4 9.5).</summary>
public enum FcpRspCode : byte
{
    TaskManagementFunctionComplete = 0x00,
    DataLengthDifferentFromBurstLength = 0x01,
    CmndFieldsInvalid = 0x02,
    DataParameterMismatch = 0x03,
    TaskManagementFunctionRejected = 0x04,
    TaskManagementFunctionFailed = 0x05,
    TaskManagementFunctionSucceeded = 0x08,
    TaskManagementFunctionIncorrectLun = 0x09,
}

/// <summary>The fixed part of FCP_RSP (FCP-4 9.5): 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcpRspHeader : IWirePayload
{                                      // word | 31..16           | 15..8 | 7..0
    public UInt64BE Reserved1;         // 0-1  | reserved
    public UInt16BE StatusQualifier;   //  2   | STATUS QUALIFIER | flags | SCSI STATUS CODE
    public FcpRspFlags Flags;          //
    public byte Status;                //
    public UInt32BE Resid;             //  3   | FCP_RESID, bytes
    public UInt32BE SenseLength;       //  4   | FCP_SNS_LEN
    public UInt32BE ResponseLength;    //  5   | FCP_RSP_LEN

    public static int WireSize => 24;
}

/// <summary>FCP_RSP_INFO (FCP-4 9.5): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcpRspInfo : IWirePayload
{                                      // word | 31..8                           | 7..0
    public UInt24BE Additional;        //  0   | ADDITIONAL RESPONSE INFORMATION | RSP_CODE
    public FcpRspCode Code;            //
    public UInt32BE Reserved2;         //  1   | reserved

    public static int WireSize => 8;
}
