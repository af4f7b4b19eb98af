// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>Task attribute (SAM-5 8.6), numbered as FCP-4 and SPC number it.</summary>
public enum TaskAttribute : byte
{
    Simple = 0,
    HeadOfQueue = 1,
    Ordered = 2,
    Aca = 4,
    Untagged = 5,
}
