// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>R_CTL, Routing Control (FC-FS-3, Frame_Header): the high four bits are ROUTING, the low four INFORMATION.</summary>
public enum RCtl : byte
{
    // ROUTING 0h: FC-4 Device_Data
    Uncategorized = 0x00,
    SolicitedData = 0x01,
    UnsolicitedControl = 0x02,
    SolicitedControl = 0x03,
    UnsolicitedData = 0x04,
    DataDescriptor = 0x05,
    UnsolicitedCommand = 0x06,
    CommandStatus = 0x07,

    // ROUTING 2h and 3h: Extended Link Services and FC-4 Link Services
    ElsRequest = 0x22,
    ElsReply = 0x23,
    Fc4LinkServiceRequest = 0x32,
    Fc4LinkServiceReply = 0x33,

    // ROUTING 5h: Extended_Headers, which stand before the Frame_Header
    VftHeader = 0x50,
    IfrHeader = 0x51,
    EncHeader = 0x52,

    // ROUTING 8h: Basic Link Services
    Nop = 0x80,
    Abts = 0x81,
    Rmc = 0x82,
    BaAcc = 0x84,
    BaRjt = 0x85,
    Prmt = 0x86,

    // ROUTING Ch: Link_Control
    Ack1 = 0xC0,
    Ack0 = 0xC1,
    PRjt = 0xC2,
    FRjt = 0xC3,
    PBsy = 0xC4,
    FBsyToDataFrame = 0xC5,
    FBsyToLinkControlFrame = 0xC6,
    Lcr = 0xC7,
    Nty = 0xC8,
    End = 0xC9,
}

/// <summary>Questions about ROUTING, the high four bits of R_CTL (FC-FS-3, Frame_Header).</summary>
public static class RCtlExtensions
{
    /// <summary>The first byte of a frame that has an Extended_Header (VFT, IFR, Enc) before its Frame_Header.</summary>
    public static bool IsExtendedHeader(this RCtl rCtl) => ((byte)rCtl & 0xF0) == 0x50;

    /// <summary>FC-4 Device_Data: the payload belongs to the protocol that TYPE names.</summary>
    public static bool IsDeviceData(this RCtl rCtl) => ((byte)rCtl & 0xF0) == 0x00;

    /// <summary>A Link_Control frame: an answer of class 1 or 2 that has no payload and belongs to no sequence of its own.</summary>
    public static bool IsLinkControl(this RCtl rCtl) => ((byte)rCtl & 0xF0) == 0xC0;
}
