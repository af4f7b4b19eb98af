// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcoe;

/// <summary>What stands behind the FC frame in an FCoE PDU (FC-BB-6, FCoE frame format): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct FcoeTrailer(uint crc, Eof eof) : IWirePayload
{                                                       // byte
    private readonly uint _crc = LittleEndian(crc);     //  0-3   FC CRC
    public readonly Eof Eof = eof;                      //  4
    public readonly UInt24BE Reserved;                  //  5-7
    public static int WireSize => 8;

    /// <summary>The FC CRC as <see cref="FcCrc"/> computes it.</summary>
    public uint Crc => LittleEndian(_crc);

    // FC sends the CRC so that its coefficients leave in the bit order of the data; with the reflected CRC-32 of FcCrc that
    // is the least significant byte first. It is the only little-endian field on the wire.
    private static uint LittleEndian(uint value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
}
