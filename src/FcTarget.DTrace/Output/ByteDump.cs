// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Output;

/// <summary>Strings and byte ranges as trace(), tracemem() and tables show them.</summary>
internal static class ByteDump
{
    private const int Margin = 5, LineBytes = 16;

    /// <summary>As text if it is printable up to trailing NULs, and not empty; else as a dump.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="bytes">What there is; <paramref name="size"/> less are NUL.</param>
    /// <param name="size">Bytes of the whole range.</param>
    /// <param name="width">Columns of the text.</param>
    /// <param name="quiet">Just the text, if it ends before the range does.</param>
    /// <param name="raw">Always a dump.</param>
    public static void WriteTextOrBytes(OutputText output, ReadOnlySpan<byte> bytes, int size, int width, bool quiet, bool raw)
    {
        ReadOnlySpan<byte> text = bytes.TrimEnd((byte)0);
        if (raw || text.IsEmpty || text.ContainsAnyExcept(PrintableBytes))
        {
            Write(output, bytes, size);
            return;
        }
        if (quiet && text.Length < size)
        {
            output.Append(text);
            return;
        }
        output.Append("  ");
        output.AppendPadded(text, -width);
    }

    /// <summary>Sixteen bytes a line below a ruler, then the same as characters.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="bytes">What there is.</param>
    /// <param name="size">How many are shown; those beyond <paramref name="bytes"/> are 0.</param>
    public static void Write(OutputText output, ReadOnlySpan<byte> bytes, int size)
    {
        if (size == 0) return;
        output.Append('\n');
        output.Repeat(' ', Margin + 6);
        foreach (char digit in "0123456789abcdef")
        {
            output.Append("  ");
            output.Append(digit);
        }
        output.Append("  0123456789abcdef\n");
        for (int line = 0; line < size; line += LineBytes)
        {
            output.Repeat(' ', Margin);
            output.AppendPadded(line.ToString("x"), 5);
            output.Append(':');
            int count = Math.Min(LineBytes, size - line);
            for (int i = 0; i < count; i++)
            {
                output.Append(' ');
                output.Append(At(bytes, line + i).ToString("x2"));
            }
            output.Repeat(' ', (3 * (LineBytes - count)) + 2);
            for (int i = 0; i < count; i++) output.Append(At(bytes, line + i) is >= 0x20 and <= 0x7E and var c ? c : (byte)'.');
            output.Append('\n');
        }
    }

    private static byte At(ReadOnlySpan<byte> bytes, int index) => index < bytes.Length ? bytes[index] : (byte)0;

    /// <summary>isprint(3C), isspace(3C), backspace and bell.</summary>
    private static readonly System.Buffers.SearchValues<byte> PrintableBytes =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (byte)c), 7, 8, 9, 10, 11, 12, 13]);
}
