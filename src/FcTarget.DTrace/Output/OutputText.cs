// SPDX-License-Identifier: MIT

using System.Buffers.Text;
using System.Text;

namespace FcTarget.DTrace.Output;

/// <summary>Bytes on their way to the client. D strings are bytes; text of ours is UTF-8.</summary>
internal sealed class OutputText
{
    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(byte value) => Room(1)[0] = value;

    public void Append(char ascii) => Append((byte)ascii);

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    public void Append(string text) => Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetByteCount(text)));

    public void Repeat(char ascii, int count)
    {
        if (count > 0) Room(count).Fill((byte)ascii);
    }

    /// <summary><c>%*s</c>: right aligned in a positive width, left aligned in a negative one.</summary>
    public void AppendPadded(ReadOnlySpan<byte> bytes, int width)
    {
        int padding = Math.Abs(width) - bytes.Length;
        if (width > 0) Repeat(' ', padding);
        Append(bytes);
        if (width < 0) Repeat(' ', padding);
    }

    /// <inheritdoc cref="AppendPadded(ReadOnlySpan{byte}, int)"/>
    public void AppendPadded(string text, int width) => AppendPadded(Encoding.UTF8.GetBytes(text), width);

    /// <summary><c>%*lld</c>.</summary>
    public void AppendPadded(long value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        AppendPadded(digits[..length], width);
    }

    public override string ToString() => Encoding.UTF8.GetString(Written);

    private Span<byte> Room(int count)
    {
        if (count > _bytes.Length - Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        Span<byte> room = _bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }
}
