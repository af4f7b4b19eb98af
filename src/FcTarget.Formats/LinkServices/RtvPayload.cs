// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>RTV (FC-LS-3, RTV): 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RtvPayload : IWirePayload
{                                      // word | 31..24  | 23..0
    public ElsCommand Command;         //  0   | 0Eh     | 000000h
    public UInt24BE Reserved1;         //

    public static int WireSize => 4;
}
