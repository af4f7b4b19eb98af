// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fcoe;

/// <summary>Why an FCoE PDU was not accepted. Each is a reason to count the frame and drop it; FCoE has no answer to a bad frame.</summary>
public enum FcoeError : byte
{
    None,

    /// <summary>Shorter than a FC frame header between FCoE header and trailer: 46 bytes.</summary>
    TooShort,

    /// <summary>The version is not 0.</summary>
    BadVersion,

    /// <summary>The SOF code is not one of FC-BB-6.</summary>
    BadSof,

    /// <summary>The EOF code is not one of FC-BB-6.</summary>
    BadEof,

    /// <summary>The FC frame is not a whole number of words, or is longer than 2136 bytes.</summary>
    BadLength,

    /// <summary>The FC CRC does not match.</summary>
    BadCrc,
}
