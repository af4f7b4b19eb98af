// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes;

/// <summary><c>scsicmd_t</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct ScsiCmd
{
    /// <summary>Bytes at <see cref="ic_cdb"/>.</summary>
    public ulong ic_len;

    /// <summary>The CDB as received.</summary>
    public byte* ic_cdb;
}
