// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcoe;

/// <summary>What stands before the FC frame in an FCoE PDU (FC-BB-6, FCoE frame format): 14 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcoeHeader : IWirePayload
{                                       // byte
    public byte VersionReserved;        //  0     version (7-4), reserved (3-0)
    public UInt32BE Reserved1;          //  1-4
    public UInt64BE Reserved2;          //  5-12
    public Sof Sof;                     // 13
    public static int WireSize => 14;

    /// <summary>The version, 4 bits; this standard's is <see cref="FcoeFrame.Version"/>.</summary>
    public readonly int Version => VersionReserved >> 4;
}
