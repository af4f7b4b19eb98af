// SPDX-License-Identifier: MIT

namespace FcTarget.Initiator;

/// <summary>
/// What a target can do wrong, as far as an initiator sees it. On a wire that loses, doubles or reorders frames the first group
/// happens without anybody's fault.
/// </summary>
public enum ProtocolViolation : byte
{
    /// <summary>
    /// SEQ_CNT does not go on by one in a sequence, or begins a sequence with neither 0 nor the next number (FC-FS-3, SEQ_CNT).
    /// </summary>
    SeqCntWrong,

    /// <summary>
    /// A new sequence with the SEQ_ID of the one before, or a frame of another sequence inside an open one (FC-FS-3, SEQ_ID).
    /// </summary>
    SeqIdWrong,

    /// <summary>FCP_DATA not at the offset where the data before it ends.</summary>
    DataOutOfOrder,

    /// <summary>FCP_DATA with nothing new in it.</summary>
    DataDuplicate,

    /// <summary>More holes in the data than are remembered; the frame is dropped.</summary>
    DataTooScattered,

    /// <summary>FCP_XFER_RDY for data that was asked for before.</summary>
    XferRdyDuplicate,

    /// <summary>A second FCP_RSP.</summary>
    RspDuplicate,

    /// <summary>A frame of an exchange that is not open.</summary>
    ExchangeUnknown,

    /// <summary>F_CTL is not that of this information unit (FC-FS-3, F_CTL; FCP-4, information units).</summary>
    FCtlWrong,

    /// <summary>RX_ID changed within the exchange (FC-FS-3, RX_ID).</summary>
    RxIdChanged,

    /// <summary>A frame that is not the last of its sequence and has no whole number of words, or is empty.</summary>
    FrameLengthWrong,

    /// <summary>A payload of more bytes than our login allows.</summary>
    FrameTooLong,

    /// <summary>An R_CTL that a target does not send.</summary>
    IuUnexpected,

    /// <summary>FCP_DATA for a command that reads nothing.</summary>
    DataUnexpected,

    /// <summary>FCP_DATA without Relative Offset Present (FCP-4, FCP_DATA).</summary>
    DataWithoutOffset,

    /// <summary>FCP_DATA beyond FCP_DL.</summary>
    DataOutOfRange,

    /// <summary>Shorter than 12 bytes, or a burst of 0 bytes.</summary>
    XferRdyMalformed,

    /// <summary>FCP_XFER_RDY for a command that writes nothing, or while a burst is under way.</summary>
    XferRdyUnexpected,

    /// <summary>FCP_XFER_RDY beyond FCP_DL.</summary>
    XferRdyOutOfRange,

    /// <summary>FCP_XFER_RDY that leaves out data: FCP_DATA_RO is not where the burst before ended (EMDP is not agreed).</summary>
    XferRdyOutOfOrder,

    /// <summary>FCP_RSP shorter than its fields say (FCP-4, FCP_RSP).</summary>
    RspMalformed,

    /// <summary>RSP_CODE with an error for a command, or none for a task management function.</summary>
    RspCodeUnexpected,

    /// <summary>FCP_RSP while data that it takes for granted was never asked for.</summary>
    RspTooEarly,

    /// <summary>FCP_RESID and the data moved do not make up FCP_DL (FCP-4, FCP_RESID).</summary>
    ResidualWrong,
}
