// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.Decode;

/// <summary>What a capture says of a frame. Comments are whatever somebody wrote: they are shown, and trusted in one thing only.</summary>
internal static class FrameComment
{
    private const int MostCharacters = 256;

    /// <summary>
    /// <c>fctarget run --record</c> writes the names of the probes that a frame fired, and <c>!name</c> for a counter by which it was refused or
    /// dropped.
    /// </summary>
    public static void Read(ReadOnlySpan<byte> comment, DecodedFrame frame)
    {
        if (comment.IsEmpty) return;
        if (comment.Length <= MostCharacters && !comment.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            frame.Comment.Text(comment);
        }
        else
        {
            string text = Encoding.UTF8.GetString(comment[..Math.Min(comment.Length, 4 * MostCharacters)]);
            text = text[..Math.Min(text.Length, MostCharacters)];
            foreach (Rune rune in text.EnumerateRunes()) frame.Comment.Text(Rune.IsControl(rune) ? "." : rune.ToString());
        }
        frame.IsRefused = comment[0] == '!' || comment.IndexOf(" !"u8) >= 0;
    }
}
