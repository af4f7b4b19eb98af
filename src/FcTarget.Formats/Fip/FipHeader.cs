// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fip;

/// <summary>The header of a FIP PDU (FC-BB-6, FIP operation header): 10 bytes, then the descriptor list.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipHeader : IWirePayload
{                                               // byte
    public byte VersionReserved;                //  0    version (7-4), reserved (3-0)
    public byte Reserved1;                      //  1
    public UInt16BE Operation;                  //  2-3  FIP Operation Code
    public byte Reserved2;                      //  4
    public byte Subcode;                        //  5    FIP Subcode
    public UInt16BE DescriptorListLength;       //  6-7  in words
    public UInt16BE Flags;                      //  8-9
    public static int WireSize => 10;

    /// <summary>The version, 4 bits; this standard's is <see cref="FipMessage.Version"/>.</summary>
    public readonly int Version => VersionReserved >> 4;
}
