// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>Action code of P_RJT and F_RJT (FC-FS-3, P_RJT): PARAMETER bits 31 to 24.</summary>
public enum LinkRejectAction : byte
{
    /// <summary>The sequence may be sent again when what the reason names has been mended.</summary>
    Retryable = 0x01,

    /// <summary>The sequence is lost: recovery, ABTS for example, is needed.</summary>
    NonRetryable = 0x02,
}

/// <summary>Reason code of P_RJT and F_RJT (FC-FS-3, P_RJT): PARAMETER bits 23 to 16.</summary>
public enum LinkRejectReason : byte
{
    InvalidDId = 0x01,
    InvalidSId = 0x02,
    NPortNotAvailableTemporary = 0x03,
    NPortNotAvailablePermanent = 0x04,
    ClassNotSupported = 0x05,
    DelimiterUsageError = 0x06,
    TypeNotSupported = 0x07,
    InvalidLinkControl = 0x08,
    InvalidRCtl = 0x09,
    InvalidFCtl = 0x0A,
    InvalidOxId = 0x0B,
    InvalidRxId = 0x0C,
    InvalidSeqId = 0x0D,
    InvalidDfCtl = 0x0E,
    InvalidSeqCnt = 0x0F,
    InvalidParameterField = 0x10,
    ExchangeError = 0x11,
    ProtocolError = 0x12,
    IncorrectLength = 0x13,
    UnexpectedAck = 0x14,
    ClassNotSupportedByFPortController = 0x15,
    LoginRequired = 0x16,
    ExcessiveSequencesAttempted = 0x17,
    UnableToEstablishExchange = 0x18,
    FabricPathNotAvailable = 0x1A,
    InvalidVcId = 0x1B,
    InvalidCsCtl = 0x1C,
    InsufficientResourcesForVc = 0x1D,
    InvalidClassOfService = 0x1F,
    PreemptionRequestRejected = 0x20,
    PreemptionNotEnabled = 0x21,
    MulticastError = 0x22,
    MulticastErrorTerminate = 0x23,
    ProcessLoginRequired = 0x24,
    VendorSpecific = 0xFF,
}

/// <summary>
/// P_RJT and F_RJT (FC-FS-3, Link_Control): what an N_Port, or the fabric, says to a class 2 frame that it does not take. They have no
/// payload; class 3 does not know them.
/// </summary>
public readonly record struct LinkReject(RCtl Kind, LinkRejectAction Action, LinkRejectReason Reason)
{
    /// <summary>P_RJT: this N_Port has no class 2.</summary>
    public static readonly LinkReject ByNPort = new(RCtl.PRjt, LinkRejectAction.NonRetryable, LinkRejectReason.ClassNotSupported);

    /// <summary>F_RJT: this fabric has no class 2.</summary>
    public static readonly LinkReject ByFabric = new(RCtl.FRjt, LinkRejectAction.NonRetryable, LinkRejectReason.ClassNotSupported);

    /// <summary>F_RJT: the F_Port controller, FFFFFEh, has no class 2. FLOGI is then tried in another class (FC-LS-3).</summary>
    public static readonly LinkReject ByFPortController = ByFabric with { Reason = LinkRejectReason.ClassNotSupportedByFPortController };

    /// <summary>What a P_RJT or F_RJT says.</summary>
    public static LinkReject Of(in FcHeader header) => new(
        header.RCtl, (LinkRejectAction)((uint)header.Parameter >> 24), (LinkRejectReason)((uint)header.Parameter >> 16 & 0xFF));

    /// <summary>Whether a frame may be rejected at all: a Link_Control frame is never answered with another one (FC-FS-3).</summary>
    public static bool Answers(in FcHeader rejected) => !rejected.RCtl.IsLinkControl();

    /// <summary>
    /// The header of the answer: addresses exchanged, both context bits turned over, SEQ_ID, SEQ_CNT and the exchange as they came.
    /// </summary>
    public FcHeader To(in FcHeader rejected) => new()
    {
        RCtl = Kind,
        DId = rejected.SId,
        SId = rejected.DId,
        Type = FcType.Bls,
        FCtl = (rejected.FCtl ^ (FCtl.ExchangeResponder | FCtl.SequenceRecipient)) & ~(FCtl.RelativeOffsetPresent | FCtl.FillBytesMask),
        SeqId = rejected.SeqId,
        SeqCnt = rejected.SeqCnt,
        OxId = rejected.OxId,
        RxId = rejected.RxId,
        Parameter = ((uint)Action << 24) | ((uint)Reason << 16),
    };
}
