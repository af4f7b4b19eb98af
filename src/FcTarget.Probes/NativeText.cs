// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace FcTarget.Probes;

/// <summary>NUL-terminated UTF-8 in native memory: the <c>string</c> of the D interface.</summary>
internal static unsafe class NativeText
{
    /// <summary>What COMSTAR shows for a string that is empty or not known yet.</summary>
    public const string UnknownText = "<unknown>";

    /// <summary>Immortal <c>&lt;unknown&gt;</c>.</summary>
    public static readonly byte* Unknown = Immortal(UnknownText);

    /// <summary>Immortal <c>fc</c>: <c>ci_protocol</c>.</summary>
    public static readonly byte* Fc = Immortal("fc");

    /// <summary>Writes <paramref name="text"/>, or <c>&lt;unknown&gt;</c> if it is empty, cut at a whole character to fit with its NUL.</summary>
    public static void Write(byte* destination, int capacity, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) text = UnknownText;
        Utf8.FromUtf16(text, new Span<byte>(destination, capacity - 1), out _, out int written);
        destination[written] = 0;
    }

    /// <summary>Copies a string, NUL included, cut to fit. Returns its length without the NUL.</summary>
    public static int Copy(byte* source, Span<byte> destination)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(source == null ? Unknown : source);
        int length = Math.Min(text.Length, destination.Length - 1);
        text[..length].CopyTo(destination);
        destination[length] = 0;
        return length;
    }

    private static byte* Immortal(string text)
    {
        byte* memory = (byte*)NativeMemory.Alloc((nuint)(text.Length + 1));
        Write(memory, text.Length + 1, text);
        return memory;
    }
}
