// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;

namespace FcTarget.Formats;

/// <summary>FC-4 TYPEs (FC-GS): one bit for each of the 256 TYPE codes, in eight words of 32. 32 bytes.</summary>
[InlineArray(8)]
public struct Fc4Types : IWirePayload
{
    private UInt32BE _word;
    public static int WireSize => 32;

    /// <summary>Whether the bit of a TYPE code is set.</summary>
    public readonly bool Has(byte type) => (this[type >> 5] & (1u << (type & 31))) != 0;

    /// <summary>Sets the bit of a TYPE code.</summary>
    public void Set(byte type) => this[type >> 5] |= 1u << (type & 31);
}

/// <summary>FC-4 Features (FC-GS): four bits for each of the 256 TYPE codes, in 32 words of eight. 128 bytes.</summary>
[InlineArray(32)]
public struct Fc4Features : IWirePayload
{
    /// <summary>Bit 0 of the features of FCP: the port is a target.</summary>
    public const byte FcpTarget = 0x1;

    /// <summary>Bit 1 of the features of FCP: the port is an initiator.</summary>
    public const byte FcpInitiator = 0x2;

    private UInt32BE _word;
    public static int WireSize => 128;

    /// <summary>The four bits of a TYPE code.</summary>
    public readonly byte Of(byte type) => (byte)((this[type >> 3] >> Shift(type)) & 0xF);

    /// <summary>Sets the four bits of a TYPE code; higher bits of <paramref name="features"/> are ignored.</summary>
    public void Set(byte type, byte features) =>
        this[type >> 3] = (this[type >> 3] & ~(0xFu << Shift(type))) | ((features & 0xFu) << Shift(type));

    private static int Shift(byte type) => (type & 7) * 4;
}
