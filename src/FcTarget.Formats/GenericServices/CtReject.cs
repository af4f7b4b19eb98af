// SPDX-License-Identifier: MIT

using R = FcTarget.Formats.GenericServices.CtRejectReason;
using X = FcTarget.Formats.GenericServices.CtRejectExplanation;

namespace FcTarget.Formats.GenericServices;

/// <summary>Why a CT request is refused: the pair that a reject CT_IU carries (FC-GS, Common Transport).</summary>
public readonly record struct CtReject(CtRejectReason Reason, CtRejectExplanation Explanation)
{
    /// <summary>01h / 00h: a command code that the server does not know.</summary>
    public static readonly CtReject InvalidCommandCode = new(R.InvalidCommandCode, X.NoAdditionalExplanation);

    /// <summary>02h / 00h: not revision 1.</summary>
    public static readonly CtReject InvalidVersionLevel = new(R.InvalidVersionLevel, X.NoAdditionalExplanation);

    /// <summary>03h / 00h: the request contradicts itself.</summary>
    public static readonly CtReject LogicalError = new(R.LogicalError, X.NoAdditionalExplanation);

    /// <summary>04h / 00h: shorter than the request's table.</summary>
    public static readonly CtReject InvalidCtIuSize = new(R.InvalidCtIuSize, X.NoAdditionalExplanation);

    /// <summary>05h / 00h: not now; the client tries again later.</summary>
    public static readonly CtReject LogicalBusy = new(R.LogicalBusy, X.NoAdditionalExplanation);

    /// <summary>0Bh / 00h: a command of the standard that the server does not implement.</summary>
    public static readonly CtReject CommandNotSupported = new(R.CommandNotSupported, X.NoAdditionalExplanation);

    /// <summary>0Dh / 00h: there is no such service or server here.</summary>
    public static readonly CtReject ServerNotAvailable = new(R.ServerNotAvailable, X.NoAdditionalExplanation);

    /// <summary>09h / 10h: a client may register for itself only.</summary>
    public static readonly CtReject AccessDenied = UnableToPerform(X.AccessDenied);

    /// <summary>09h and an explanation of the service.</summary>
    public static CtReject UnableToPerform(CtRejectExplanation explanation) => new(R.UnableToPerform, explanation);

    public override string ToString() => $"{Reason} / {(byte)Explanation:x2}h";
}

/// <summary>Reject CT_IU reason code (FC-GS, Common Transport).</summary>
public enum CtRejectReason : byte
{
    None = 0x00,
    InvalidCommandCode = 0x01,
    InvalidVersionLevel = 0x02,
    LogicalError = 0x03,
    InvalidCtIuSize = 0x04,
    LogicalBusy = 0x05,
    ProtocolError = 0x07,
    UnableToPerform = 0x09,
    CommandNotSupported = 0x0B,
    ServerNotAvailable = 0x0D,
    SessionCouldNotBeEstablished = 0x0E,
    VendorSpecific = 0xFF,
}

/// <summary>
/// Reject CT_IU reason code explanation (FC-GS, name server; FC-GS, FDMI). The two servers use the codes from 10h for different things.
/// </summary>
public enum CtRejectExplanation : byte
{
    NoAdditionalExplanation = 0x00,
    PortIdentifierNotRegistered = 0x01,
    PortNameNotRegistered = 0x02,
    NodeNameNotRegistered = 0x03,
    ClassOfServiceNotRegistered = 0x04,
    NodeIpAddressNotRegistered = 0x05,
    InitialProcessAssociatorNotRegistered = 0x06,
    Fc4TypesNotRegistered = 0x07,
    SymbolicPortNameNotRegistered = 0x08,
    SymbolicNodeNameNotRegistered = 0x09,
    PortTypeNotRegistered = 0x0A,
    PortIpAddressNotRegistered = 0x0B,
    FabricPortNameNotRegistered = 0x0C,
    HardAddressNotRegistered = 0x0D,
    Fc4DescriptorNotRegistered = 0x0E,
    Fc4FeaturesNotRegistered = 0x0F,
    AccessDenied = 0x10,
    UnacceptablePortIdentifier = 0x11,
    DataBaseEmpty = 0x12,
    NoObjectInScope = 0x13,
    DomainIdNotPresent = 0x14,

    FdmiHbaAlreadyRegistered = 0x10,
    FdmiHbaAttributeNotRegistered = 0x11,
    FdmiHbaAttributeRepeated = 0x12,
    FdmiInvalidHbaAttributeBlockLength = 0x13,
    FdmiRequiredHbaAttributeMissing = 0x14,
    FdmiPortListMissing = 0x16,
    FdmiHbaNotRegistered = 0x17,
    FdmiPortAttributeNotRegistered = 0x20,
    FdmiPortNotRegistered = 0x21,
    FdmiPortAttributeRepeated = 0x22,
    FdmiInvalidPortAttributeBlockLength = 0x23,
}
