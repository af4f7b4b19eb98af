// SPDX-License-Identifier: MIT

namespace FcTarget.Decode;

/// <summary>The bytes of a frame, 16 a line, for those who want to see them all (<c>-V</c>).</summary>
public sealed class FrameBytes
{
    private const int PerLine = 16;

    private readonly LineWriter _lines = new();

    /// <summary>Offset, hexadecimal, printable characters; good until the next call.</summary>
    public ReadOnlySpan<byte> LinesOf(ReadOnlySpan<byte> frame)
    {
        _lines.Clear();
        for (int at = 0; at < frame.Length; at += PerLine)
        {
            ReadOnlySpan<byte> row = frame.Slice(at, Math.Min(PerLine, frame.Length - at));
            _lines.Text("       "u8).Hex((uint)at, 4).Text(" "u8);
            for (int i = 0; i < PerLine; i++)
            {
                if (i == PerLine / 2) _lines.Text(" "u8);
                if (i < row.Length) _lines.Text(" "u8).Hex(row[i], 2);
                else _lines.Text("   "u8);
            }
            _lines.Text("  "u8);
            foreach (byte b in row) _lines.Byte(b is >= 0x20 and < 0x7F ? b : (byte)'.');
            _lines.Byte((byte)'\n');
        }
        return _lines.Written;
    }
}
