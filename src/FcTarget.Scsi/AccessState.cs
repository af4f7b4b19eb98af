// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>ASYMMETRIC ACCESS STATE (SPC-4 5.15.2).</summary>
public enum AccessState : byte
{
    ActiveOptimized = 0x0,
    ActiveNonOptimized = 0x1,
    Standby = 0x2,
    Unavailable = 0x3,

    /// <summary>Logical block dependent: each user data segment has a state of its own (SBC-4 4.25, referrals).</summary>
    LbaDependent = 0x4,
    Offline = 0xE,
    Transitioning = 0xF,
}
