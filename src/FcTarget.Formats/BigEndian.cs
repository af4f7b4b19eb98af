// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FcTarget.Formats;

// Byte order lives in the type, never at the call site: a field of these types is big-endian in memory and a host number
// everywhere else.

/// <summary>A 16-bit field, big-endian on the wire.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct UInt16BE(ushort value) : IEquatable<UInt16BE>
{
    private readonly ushort _wire = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    public static implicit operator UInt16BE(ushort value) => new(value);
    public static implicit operator ushort(UInt16BE be) => new UInt16BE(be._wire)._wire; // the swap is its own inverse
    public static bool operator ==(UInt16BE a, UInt16BE b) => a._wire == b._wire;
    public static bool operator !=(UInt16BE a, UInt16BE b) => a._wire != b._wire;
    public bool Equals(UInt16BE other) => _wire == other._wire;
    public override bool Equals(object? obj) => obj is UInt16BE other && Equals(other);
    public override int GetHashCode() => _wire;
    public override string ToString() => ((ushort)this).ToString("x4");
}

/// <summary>A 24-bit field, big-endian on the wire. The top 8 bits of the number given to it are ignored.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct UInt24BE(uint value) : IEquatable<UInt24BE>
{
    private readonly byte _b0 = (byte)(value >> 16);
    private readonly byte _b1 = (byte)(value >> 8);
    private readonly byte _b2 = (byte)value;

    public static implicit operator UInt24BE(uint value) => new(value);
    public static implicit operator uint(UInt24BE be) => ((uint)be._b0 << 16) | ((uint)be._b1 << 8) | be._b2;
    public static bool operator ==(UInt24BE a, UInt24BE b) => (uint)a == (uint)b;
    public static bool operator !=(UInt24BE a, UInt24BE b) => (uint)a != (uint)b;
    public bool Equals(UInt24BE other) => this == other;
    public override bool Equals(object? obj) => obj is UInt24BE other && Equals(other);
    public override int GetHashCode() => (int)(uint)this;
    public override string ToString() => ((uint)this).ToString("x6");
}

/// <summary>A 32-bit field, big-endian on the wire.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct UInt32BE(uint value) : IEquatable<UInt32BE>
{
    private readonly uint _wire = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    public static implicit operator UInt32BE(uint value) => new(value);
    public static implicit operator uint(UInt32BE be) => new UInt32BE(be._wire)._wire;
    public static bool operator ==(UInt32BE a, UInt32BE b) => a._wire == b._wire;
    public static bool operator !=(UInt32BE a, UInt32BE b) => a._wire != b._wire;
    public bool Equals(UInt32BE other) => _wire == other._wire;
    public override bool Equals(object? obj) => obj is UInt32BE other && Equals(other);
    public override int GetHashCode() => (int)_wire;
    public override string ToString() => ((uint)this).ToString("x8");
}

/// <summary>A 64-bit field, big-endian on the wire.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct UInt64BE(ulong value) : IEquatable<UInt64BE>
{
    private readonly ulong _wire = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    public static implicit operator UInt64BE(ulong value) => new(value);
    public static implicit operator ulong(UInt64BE be) => new UInt64BE(be._wire)._wire;
    public static bool operator ==(UInt64BE a, UInt64BE b) => a._wire == b._wire;
    public static bool operator !=(UInt64BE a, UInt64BE b) => a._wire != b._wire;
    public bool Equals(UInt64BE other) => _wire == other._wire;
    public override bool Equals(object? obj) => obj is UInt64BE other && Equals(other);
    public override int GetHashCode() => _wire.GetHashCode();
    public override string ToString() => ((ulong)this).ToString("x16");
}
