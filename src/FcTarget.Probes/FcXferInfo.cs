// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes;

/// <summary><c>fc_xferinfo_t</c>: 12 bytes (10 and padding). One data transfer of a command.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FcXferInfo
{
    /// <summary>Bytes to move.</summary>
    public uint fcx_len;

    /// <summary>Relative offset of the first byte in the command's data.</summary>
    public uint fcx_offset;

    /// <summary><see cref="FcXferFlags"/>.</summary>
    public ushort fcx_flags;
}
