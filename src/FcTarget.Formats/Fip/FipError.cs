// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fip;

/// <summary>Why a FIP PDU was not accepted. Each is a reason to count the frame and drop it.</summary>
public enum FipError : byte
{
    None,

    /// <summary>Shorter than the FIP header: 10 bytes.</summary>
    TooShort,

    /// <summary>The version is not 1.</summary>
    BadVersion,

    /// <summary>The descriptor list is longer than the frame.</summary>
    BadLength,
}
