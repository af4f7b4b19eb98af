// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes;

/// <summary><c>fc_port_info_t</c>: 32 bytes (28 and padding). Strings are NUL-terminated UTF-8, never null.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct FcPortInfo
{
    /// <summary>Node WWN: 16 lowercase hexadecimal digits, or <c>&lt;unknown&gt;</c>.</summary>
    public byte* fcp_node_wwn;

    /// <summary>Symbolic node name (FC-GS), at most 255 bytes.</summary>
    public byte* fcp_sym_node_name;

    /// <summary>Symbolic port name (FC-GS), at most 255 bytes.</summary>
    public byte* fcp_sym_port_name;

    /// <summary>Local port: its hard address, 0 if it has none. Remote port: its 24-bit N_Port_ID, as COMSTAR fills it.</summary>
    public uint fcp_port_hard_address;
}
