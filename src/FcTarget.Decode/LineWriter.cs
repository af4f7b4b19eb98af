// SPDX-License-Identifier: MIT

using System.Buffers.Text;
using System.Text;

namespace FcTarget.Decode;

/// <summary>Builds one line of UTF-8 after another in a buffer of its own: no strings are made.</summary>
public sealed class LineWriter
{
    private byte[] _buffer = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public LineWriter Text(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Free(utf8.Length));
        Length += utf8.Length;
        return this;
    }

    public LineWriter Text(string text)
    {
        Length += Encoding.UTF8.GetBytes(text, Free(text.Length * 3));
        return this;
    }

    public LineWriter Number(long value)
    {
        Utf8Formatter.TryFormat(value, Free(20), out int written);
        Length += written;
        return this;
    }

    /// <summary>A number, right-aligned.</summary>
    public LineWriter Number(long value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int written);
        for (int pad = width - written; pad > 0; pad--) Byte((byte)' ');
        return Text(digits[..written]);
    }

    /// <summary>Lowercase hexadecimal, so many digits.</summary>
    public LineWriter Hex(ulong value, int digits)
    {
        Span<byte> to = Free(digits);
        for (int i = digits - 1; i >= 0; i--, value >>= 4) to[i] = "0123456789abcdef"u8[(int)(value & 0xF)];
        Length += digits;
        return this;
    }

    /// <summary>Seconds with nine places, from nanoseconds.</summary>
    public LineWriter Seconds(long nanoseconds)
    {
        if (nanoseconds < 0)
        {
            Byte((byte)'-');
            nanoseconds = nanoseconds == long.MinValue ? long.MaxValue : -nanoseconds;
        }
        Number(nanoseconds / 1_000_000_000).Byte((byte)'.');
        long part = nanoseconds % 1_000_000_000;
        Span<byte> to = Free(9);
        for (int i = 8; i >= 0; i--, part /= 10) to[i] = (byte)('0' + (part % 10));
        Length += 9;
        return this;
    }

    /// <summary>A duration in microseconds with one place, from nanoseconds.</summary>
    public LineWriter Microseconds(long nanoseconds) =>
        Number(nanoseconds / 1000).Byte((byte)'.').Number(Math.Abs(nanoseconds % 1000) / 100).Text(" us"u8);

    /// <summary>Bytes as colon-separated pairs.</summary>
    public LineWriter Colons(ulong value, int bytes)
    {
        for (int i = bytes - 1; i >= 0; i--)
        {
            Hex(value >> (8 * i), 2);
            if (i > 0) Byte((byte)':');
        }
        return this;
    }

    public LineWriter Byte(byte one)
    {
        Free(1)[0] = one;
        Length++;
        return this;
    }

    private Span<byte> Free(int bytes)
    {
        if (_buffer.Length - Length < bytes) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes));
        return _buffer.AsSpan(Length);
    }
}
