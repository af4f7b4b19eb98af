// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FcTarget.Formats.GenericServices;

/// <summary>
/// Symbolic Port_Name and Symbolic Node_Name (FC-GS, name server): a length byte and 0 to 255 characters. Read as Latin-1, so that any
/// bytes come back as they went in. In an accept the object has always 256 bytes; a registration may end with the last character.
/// </summary>
public static class SymbolicName
{
    /// <summary>The most characters a name can have; <see cref="Write"/> cuts longer ones.</summary>
    public const int MaxLength = 255;

    /// <summary>The length byte and room for the longest name.</summary>
    public const int PaddedSize = 1 + MaxLength;

    /// <summary>False when the length byte is missing or promises more than there is.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out string name)
    {
        name = "";
        if (from.IsEmpty || from.Length - 1 < from[0]) return false;
        name = Encoding.Latin1.GetString(from.Slice(1, from[0]));
        return true;
    }

    /// <summary>
    /// Writes length and name, cut to 255 characters. Returns how many bytes were written, or 0 when <paramref name="to"/> is too small.
    /// </summary>
    public static int Write(Span<byte> to, string name)
    {
        int length = Math.Min(name.Length, MaxLength);
        if (to.Length < 1 + length) return 0;
        to[0] = (byte)length;
        Encoding.Latin1.GetBytes(name.AsSpan(0, length), to[1..]);
        return 1 + length;
    }
}

/// <summary>The object as accepts carry it (FC-GS, name server): 256 bytes, zeros behind the name.</summary>
[InlineArray(SymbolicName.PaddedSize)]
public struct SymbolicNameObject : IWirePayload
{
    private byte _length;

    public SymbolicNameObject(string name) =>
        SymbolicName.Write(MemoryMarshal.CreateSpan(ref _length, WireSize), name);

    public override readonly string ToString() =>
        SymbolicName.TryRead(MemoryMarshal.CreateReadOnlySpan(in _length, WireSize), out string name) ? name : "";

    public static int WireSize => SymbolicName.PaddedSize;
}
