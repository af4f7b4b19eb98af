// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>F_CTL, Frame Control (FC-FS-3, Frame_Header): 24 bits.</summary>
[Flags]
public enum FCtl : uint
{
    None = 0,

    /// <summary>Exchange Context: the sender is the Responder of the exchange.</summary>
    ExchangeResponder = 0x80_0000,

    /// <summary>Sequence Context: the sender is the Recipient of the sequence (ACK and other answers within it).</summary>
    SequenceRecipient = 0x40_0000,

    /// <summary>First_Sequence of the exchange.</summary>
    FirstSequence = 0x20_0000,

    /// <summary>Last_Sequence of the exchange.</summary>
    LastSequence = 0x10_0000,

    /// <summary>End_Sequence: the last data frame of the sequence.</summary>
    EndSequence = 0x08_0000,

    /// <summary>End_Connection (class 1, obsolete).</summary>
    EndConnection = 0x04_0000,

    /// <summary>CS_CTL/Priority Enable: word 1 byte 0 is Priority instead of CS_CTL.</summary>
    CsCtlPriority = 0x02_0000,

    /// <summary>Sequence Initiative is transferred; meaningful when <see cref="EndSequence"/> is one.</summary>
    SequenceInitiative = 0x01_0000,

    /// <summary>X_ID reassigned (obsolete).</summary>
    XIdReassigned = 0x00_8000,

    /// <summary>Invalidate X_ID (obsolete).</summary>
    InvalidateXId = 0x00_4000,

    /// <summary>ACK_Form, two bits: which ACK the sender can take.</summary>
    AckFormMask = 0x00_3000,
    AckFormAck1 = 0x00_1000,
    AckFormAckN = 0x00_2000,
    AckFormAck0 = 0x00_3000,

    /// <summary>Data Compression (obsolete).</summary>
    DataCompression = 0x00_0800,

    /// <summary>Data Encryption (obsolete).</summary>
    DataEncryption = 0x00_0400,

    /// <summary>Retransmitted_Sequence.</summary>
    RetransmittedSequence = 0x00_0200,

    /// <summary>Unidirectional Transmit (class 1, obsolete).</summary>
    UnidirectionalTransmit = 0x00_0100,

    /// <summary>Continue Sequence Condition, two bits: when the next sequence of this exchange is to be expected.</summary>
    ContinueSequenceMask = 0x00_00C0,
    ContinueSequenceImmediately = 0x00_0040,
    ContinueSequenceSoon = 0x00_0080,
    ContinueSequenceDelayed = 0x00_00C0,

    /// <summary>
    /// Abort Sequence Condition, two bits. In a data frame: the exchange error policy. In an ACK: what the Recipient asks for.
    /// </summary>
    AbortSequenceMask = 0x00_0030,
    AbortDiscardMultipleSequences = 0x00_0000,
    AbortDiscardSingleSequence = 0x00_0010,
    ProcessWithInfiniteBuffers = 0x00_0020,
    DiscardMultipleWithImmediateRetransmission = 0x00_0030,

    /// <summary>Relative Offset Present: PARAMETER holds the relative offset of the payload.</summary>
    RelativeOffsetPresent = 0x00_0008,

    /// <summary>Exchange Reassembly (reserved for it).</summary>
    ExchangeReassembly = 0x00_0004,

    /// <summary>Fill Data Bytes, two bits: how many of the last payload bytes are fill.</summary>
    FillBytesMask = 0x00_0003,
}

/// <summary>The number inside F_CTL: Fill Data Bytes (FC-FS-3, Frame_Header).</summary>
public static class FCtlExtensions
{
    /// <summary>Whether any of the bits is one. Unlike <c>HasFlag</c>, a plain test on every path.</summary>
    public static bool Has(this FCtl fCtl, FCtl bits) => (fCtl & bits) != 0;

    /// <summary>Fill Data Bytes, 0 to 3.</summary>
    public static int FillBytes(this FCtl fCtl) => (int)(fCtl & FCtl.FillBytesMask);

    /// <summary>
    /// The same F_CTL with Fill Data Bytes for a payload of that many bytes. For the last frame of a sequence: the others carry
    /// a multiple of four.
    /// </summary>
    public static FCtl WithFillFor(this FCtl fCtl, int payloadLength) =>
        (fCtl & ~FCtl.FillBytesMask) | (FCtl)FcFrame.FillBytesFor(payloadLength);
}
