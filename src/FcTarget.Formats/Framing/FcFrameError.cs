// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>Why the bytes of a frame are not a frame we can take.</summary>
public enum FcFrameError : byte
{
    None,

    /// <summary>Fewer than the 24 bytes of the Frame_Header.</summary>
    TooShort,

    /// <summary>More than 24 + 2112 bytes (FC-FS-3: the data field is at most 2112).</summary>
    TooLong,

    /// <summary>Not a multiple of four bytes: frames are made of words.</summary>
    NotWholeWords,

    /// <summary>A VFT, IFR or Encapsulation header stands first: no N_Port asked for one.</summary>
    ExtendedHeader,

    /// <summary>DF_CTL announces an ESP_Header: the payload is encrypted and nobody agreed on keys.</summary>
    Encrypted,

    /// <summary>The optional headers of DF_CTL do not fit into the data field.</summary>
    OptionalHeadersTooLong,

    /// <summary>F_CTL announces more fill bytes than there is payload.</summary>
    BadFillBytes,
}
