// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.LinkServices;

/// <summary>LS_RJT reason code (FC-LS-3, LS_RJT).</summary>
public enum ElsRejectReason : byte
{
    InvalidElsCommandCode = 0x01,
    LogicalError = 0x03,
    LogicalBusy = 0x05,
    ProtocolError = 0x07,
    UnableToPerform = 0x09,
    CommandNotSupported = 0x0B,
    CommandAlreadyInProgress = 0x0E,
    FipError = 0x20,
    VendorSpecific = 0xFF,
}
