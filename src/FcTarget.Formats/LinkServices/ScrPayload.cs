// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>SCR registration function (FC-LS-3, SCR).</summary>
public enum ScrFunction : byte
{
    FabricDetected = 1,
    NxPortDetected = 2,
    Full = 3,
    Clear = 0xFF,
}

/// <summary>SCR (FC-LS-3, SCR): 8 bytes. Answered by <see cref="LsAccPayload"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ScrPayload : IWirePayload
{                                      // word | 31..24   | 23..8 | 7..0
    public ElsCommand Command;         //  0   | 62h      | 000000h
    public UInt24BE Reserved1;         //
    public UInt24BE Reserved2;         //  1   | reserved         | registration function
    public ScrFunction Function;       //

    public static int WireSize => 8;
}
