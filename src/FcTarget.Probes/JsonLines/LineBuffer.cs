// SPDX-License-Identifier: MIT

using System.Buffers.Text;

namespace FcTarget.Probes.JsonLines;

/// <summary>Bytes of lines under way. Whoever appends has asked for the room before (<see cref="HasRoom"/>).</summary>
internal sealed class LineBuffer(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public bool HasRoom(int bytes) => _bytes.Length - _length >= bytes;

    public void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>Exactly that many decimal digits.</summary>
    public void Digits(uint value, int count)
    {
        Span<byte> digits = _bytes.AsSpan(_length, count);
        for (int i = count - 1; i >= 0; i--)
        {
            (uint rest, uint digit) = Math.DivRem(value, 10);
            digits[i] = (byte)('0' + digit);
            value = rest;
        }
        _length += count;
    }

    public void Hex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, _bytes.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>Exactly that many hexadecimal digits.</summary>
    public void Hex(ulong value, int digits)
    {
        Span<byte> text = _bytes.AsSpan(_length, digits);
        for (int i = 0; i < digits; i++)
            text[i] = "0123456789abcdef"u8[(int)(value >> (4 * (digits - 1 - i))) & 15];
        _length += digits;
    }
}
