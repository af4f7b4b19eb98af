// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes;

/// <summary><c>conninfo_t</c>: args[0] of every probe. 24 bytes of NUL-terminated UTF-8 strings, never null.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct ConnInfo
{
    /// <summary>Local port WWN: 16 lowercase hexadecimal digits, or <c>&lt;unknown&gt;</c>.</summary>
    public byte* ci_local;

    /// <summary>Remote port WWN in the same form.</summary>
    public byte* ci_remote;

    /// <summary><c>fc</c>.</summary>
    public byte* ci_protocol;
}
