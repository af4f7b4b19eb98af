// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>
/// The command word of ECHO and of the LS_ACC to it (FC-LS-3, ECHO): 4 bytes, then the echo data, which the answer repeats byte
/// for byte.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EchoPayload : IWirePayload
{                                      // word | 31..24     | 23..0
    public ElsCommand Command;         //  0   | 10h or 02h | 000000h
    public UInt24BE Reserved1;         //

    public static int WireSize => 4;
}
