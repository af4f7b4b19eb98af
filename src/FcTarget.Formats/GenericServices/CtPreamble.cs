// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>
/// The preamble of a CT_IU (FC-GS, Common Transport): 16 bytes before every request to a generic service, every accept and every
/// reject.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct CtPreamble : IWirePayload
{                                                       // word | 31..24   | 23..16     | 15..8       | 7..0
    public byte Revision;                               //  0   | revision | IN_ID
    public FcId InId;                                   //
    public CtGsType GsType;                             //  1   | GS_Type  | GS_Subtype | options     | reserved
    public byte GsSubtype;                              //
    public CtOptions Options;                           //
    public byte Reserved1;                              //
    public UInt16BE CommandCode;                        //  2   | command or response code | maximum or residual size
    public UInt16BE MaximumOrResidualSize;              //
    public byte FragmentId;                             //  3   | fragment | reason     | explanation | vendor specific
    public CtRejectReason Reason;                       //
    public CtRejectExplanation Explanation;             //
    public byte VendorSpecific;                         //

    /// <summary>The one revision there is since FC-GS-2.</summary>
    public const byte Revision1 = 1;

    /// <summary>The residual size that stands for itself and everything above.</summary>
    public const int ResidualSizeMax = 0xFFFF;

    /// <summary>A request to the name server.</summary>
    public static CtPreamble To(NameServerCommand command) =>
        Request(CtGsType.DirectoryService, CtGsSubtype.NameServer, (ushort)command);

    /// <summary>A request to the Fabric-Device Management Interface.</summary>
    public static CtPreamble To(FdmiCommand command) => Request(CtGsType.ManagementService, CtGsSubtype.Fdmi, (ushort)command);

    /// <summary>The accept to this request; the residual size is zero.</summary>
    public readonly CtPreamble Accept() => Answer(CtResponse.Accept);

    /// <summary>The reject to this request.</summary>
    public readonly CtPreamble RejectWith(CtReject reject)
    {
        CtPreamble answer = Answer(CtResponse.Reject);
        answer.Reason = reject.Reason;
        answer.Explanation = reject.Explanation;
        return answer;
    }

    /// <summary>Of a reject: why.</summary>
    public readonly CtReject Reject => new(Reason, Explanation);

    public readonly bool IsAccept => CommandCode == CtResponse.Accept;

    public readonly bool IsReject => CommandCode == CtResponse.Reject;

    public static int WireSize => 16;

    private static CtPreamble Request(CtGsType type, byte subtype, ushort command) =>
        new() { Revision = Revision1, GsType = type, GsSubtype = subtype, CommandCode = command };

    // An answer says what it answers by the same type, subtype and IN_ID.
    private readonly CtPreamble Answer(ushort code) =>
        new() { Revision = Revision1, InId = InId, GsType = GsType, GsSubtype = GsSubtype, CommandCode = code };
}

/// <summary>Response codes of a CT_IU (FC-GS, Common Transport); codes below are commands.</summary>
public static class CtResponse
{
    public const ushort Reject = 0x8001;
    public const ushort Accept = 0x8002;
}

/// <summary>GS_Type (FC-GS, Common Transport): which service.</summary>
public enum CtGsType : byte
{
    KeyDistributionService = 0xF7,
    AliasService = 0xF8,
    ManagementService = 0xFA,
    TimeService = 0xFB,
    DirectoryService = 0xFC,
    FabricControllerService = 0xFD,
}

/// <summary>GS_Subtype (FC-GS, Common Transport): which server within a service. The codes are the service's own.</summary>
public static class CtGsSubtype
{
    /// <summary>Of the directory service.</summary>
    public const byte NameServer = 0x02;

    /// <summary>Of the management service.</summary>
    public const byte FabricConfigurationServer = 0x01;

    /// <summary>Of the management service.</summary>
    public const byte FabricZoneServer = 0x03;

    /// <summary>Of the management service: Fabric-Device Management Interface.</summary>
    public const byte Fdmi = 0x10;
}

/// <summary>Options of a CT_IU (FC-GS, Common Transport).</summary>
[Flags]
public enum CtOptions : byte
{
    None = 0,

    /// <summary>X_Bit: the exchange may carry further requests.</summary>
    ExchangeMapping = 0x80,

    /// <summary>P_Bit: the answer may come in parts.</summary>
    PartialResponse = 0x40,

    /// <summary>E_Bit: an extended preamble follows.</summary>
    ExtendedPreamble = 0x20,
}
