// SPDX-License-Identifier: MIT

using System.Buffers.Text;
using System.Runtime.CompilerServices;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Runtime;

/// <content>
/// The string functions of D. Arguments and results are addresses; null reads as the empty string where DTrace has it so. Positions follow
/// Perl, as in DTrace.
/// </content>
internal sealed unsafe partial class DMachine
{
    private int _tokenAt, _tokenEnd;

    /// <summary>Below, at or above 0, as strcmp; null is the empty string.</summary>
    public long StrCmp(long left, long right)
    {
        ReadOnlySpan<byte> l = left == 0 ? default : Text(left), r = right == 0 ? default : Text(right);
        return l.SequenceCompareTo(r);
    }

    public long StrLen(long s) => Text(s).Length;

    public long StrJoin(long left, long right)
    {
        ReadOnlySpan<byte> l = Text(left), r = Text(right);
        byte* joined = Allocate(_strsize);
        if (Faulted) return 0;
        Span<byte> room = new(joined, _strsize - 1);
        l.CopyTo(room);
        ReadOnlySpan<byte> rest = r[..Math.Min(r.Length, room.Length - l.Length)];
        rest.CopyTo(room[l.Length..]);
        joined[l.Length + rest.Length] = 0;
        return (long)joined;
    }

    /// <summary>The text from the first <paramref name="c"/> on; null if there is none.</summary>
    public long StrChr(long s, long c)
    {
        ReadOnlySpan<byte> text = Text(s);
        int at = (byte)c == 0 ? text.Length : text.IndexOf((byte)c);
        return at < 0 || Faulted ? 0 : NewText(text[at..]);
    }

    public long StrRChr(long s, long c)
    {
        ReadOnlySpan<byte> text = Text(s);
        int at = (byte)c == 0 ? text.Length : text.LastIndexOf((byte)c);
        return at < 0 || Faulted ? 0 : NewText(text[at..]);
    }

    public long StrStr(long s, long sought)
    {
        ReadOnlySpan<byte> text = Text(s), what = Text(sought);
        if (!SpendSearch(text, what)) return 0;
        int at = text.IndexOf(what);
        return at < 0 || Faulted ? 0 : NewText(text[at..]);
    }

    public long Index(long s, long sought, long from)
    {
        ReadOnlySpan<byte> text = Text(s), what = Text(sought);
        if ((text.Length == 0 && what.Length == 0) || !SpendSearch(text, what)) return 0;
        int start = (int)Math.Clamp(from, 0, text.Length);
        int at = text[start..].IndexOf(what);
        return at < 0 ? -1 : start + at;
    }

    public long RIndex(long s, long sought, long from)
    {
        ReadOnlySpan<byte> text = Text(s), what = Text(sought);
        if (what.Length == 0) return from < 0 ? 0 : Math.Min(from, text.Length);
        if (from < 0 || !SpendSearch(text, what)) return -1;
        long end = Math.Min(Math.Min(from, text.Length) + what.Length, text.Length);
        return text[..(int)end].LastIndexOf(what);
    }

    public long SubStr(long s, long index, long count)
    {
        ReadOnlySpan<byte> text = Text(s);
        long length = text.Length;
        count = Math.Clamp(count, -_strsize, _strsize);
        index = Math.Clamp(index, -2L * _strsize, _strsize);
        if (index < 0)
        {
            index += length;
            if (index < 0 && index + count > 0)
            {
                count += index;
                index = 0;
            }
        }
        if (index < 0 || index >= length) return NewText(default);
        if (count < 0) count += length - index;
        return NewText(text.Slice((int)index, (int)Math.Clamp(count, 0, length - index)));
    }

    /// <summary>The next token of <paramref name="s"/>, or of the text of the last call if it is null; null when there is none.</summary>
    public long StrTok(long s, long separators)
    {
        Span<byte> kept = new(_tokens, _strsize);
        if (s != 0)
        {
            ReadOnlySpan<byte> given = Text(s);
            given.CopyTo(kept);
            (_tokenAt, _tokenEnd) = (0, given.Length);
        }
        if (_tokenAt < 0) Bad(0);
        ReadOnlySpan<byte> set = Text(separators);
        if (Faulted || !SpendSearch(kept[_tokenAt.._tokenEnd], set)) return 0;
        int start = kept[_tokenAt.._tokenEnd].IndexOfAnyExcept(set);
        if (start < 0)
        {
            _tokenAt = -1;
            return 0;
        }
        start += _tokenAt;
        int length = kept[start.._tokenEnd].IndexOfAny(set);
        _tokenAt = length < 0 ? _tokenEnd : start + length;
        return NewText(kept[start.._tokenAt]);
    }

    /// <summary>The text of a value in a JSON text; null if it is not there.</summary>
    public long Json(long s, long path)
    {
        ReadOnlySpan<byte> json = Text(s), which = Text(path);
        return !Faulted && JsonPath.TryFind(json, which, out ReadOnlySpan<byte> value) ? NewText(value) : 0;
    }

    public long BaseName(long s)
    {
        ReadOnlySpan<byte> path = TrimSlashes(Text(s));
        if (path.Length == 0) return NewText(Text(s).Length == 0 ? "."u8 : "/"u8);
        return NewText(path[(path.LastIndexOf((byte)'/') + 1)..]);
    }

    public long DirName(long s)
    {
        ReadOnlySpan<byte> path = TrimSlashes(Text(s));
        int slash = path.LastIndexOf((byte)'/');
        if (path.Length == 0) return NewText(Text(s).Length == 0 ? "."u8 : "/"u8);
        if (slash < 0) return NewText("."u8);
        ReadOnlySpan<byte> parent = TrimSlashes(path[..slash]);
        return NewText(parent.Length == 0 ? "/"u8 : parent);
    }

    /// <summary>The path without <c>//</c>, <c>/./</c> and <c>/../</c>; a slash, <c>/.</c> or <c>/..</c> at its end leaves a trace, as DTrace's does.</summary>
    public long CleanPath(long s)
    {
        ReadOnlySpan<byte> path = Text(s);
        byte* clean = Allocate(_strsize);
        if (Faulted) return 0;
        int length = 0;
        while (path.Length > 0 && length < _strsize - 1)
        {
            ReadOnlySpan<byte> rest = path[1..];
            if (path[0] == '/' && rest.StartsWith("/"u8))
            {
                path = rest;
            }
            else if (path[0] == '/' && rest.StartsWith("./"u8))
            {
                path = rest[1..];
            }
            else if (path[0] == '/' && (rest.StartsWith("../"u8) || rest.SequenceEqual(".."u8)))
            {
                length = Math.Max(0, new ReadOnlySpan<byte>(clean, length).LastIndexOf((byte)'/'));
                path = rest[2..];
                if (path.IsEmpty) clean[length++] = (byte)'/';
            }
            else
            {
                clean[length++] = path[0];
                path = rest;
            }
        }
        clean[length] = 0;
        return (long)clean;
    }

    public long ToUpper(long s) => Map(s, 'a', 'z', -32);

    public long ToLower(long s) => Map(s, 'A', 'Z', 32);

    public long LlToStr(long value, long radix)
    {
        if (radix is < 2 or > 36) return Fail(DFaultKind.IllegalOperation);
        Span<byte> digits = stackalloc byte[72];
        int at = digits.Length;
        bool negative = radix == 10 && value < 0;
        for (ulong rest = negative ? (ulong)-value : (ulong)value; rest != 0; rest /= (ulong)radix)
        {
            int digit = (int)(rest % (ulong)radix);
            digits[--at] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        if (value == 0 && radix == 16) digits[--at] = (byte)'0';
        if (radix == 16) digits[--at] = (byte)'x';
        if (value == 0 || radix is 8 or 16) digits[--at] = (byte)'0';
        if (negative) digits[--at] = (byte)'-';
        return NewText(digits[at..]);
    }

    public long StrToLl(long s, long radix)
    {
        if (radix is < 2 or > 36) return Fail(DFaultKind.IllegalOperation);
        ReadOnlySpan<byte> text = Text(s).TrimStart(" \t"u8);
        bool negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (radix == 16 && text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && Digit(text[2]) < 16) text = text[2..];
        long value = 0;
        foreach (byte c in text)
        {
            int digit = Digit(c);
            if (digit >= radix) break;
            value = unchecked((value * radix) + digit);
        }
        return negative ? -value : value;
    }

    /// <summary>An IPv4 address in memory, dotted.</summary>
    public long InetNtoa(long address)
    {
        if (!Check(address, 4)) return 0;
        byte* bytes = (byte*)address;
        Span<byte> text = stackalloc byte[16];
        int at = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i > 0) text[at++] = (byte)'.';
            Utf8Formatter.TryFormat(bytes[i], text[at..], out int written);
            at += written;
        }
        return NewText(text[..at]);
    }

    /// <summary>An IPv4 or IPv6 address in memory; AF_INET is 2, AF_INET6 is 26 on illumos and 10 on Linux.</summary>
    public long InetNtop(long family, long address) => family switch
    {
        2 => InetNtoa(address),
        10 or 26 => InetNtoa6(address),
        _ => Fail(DFaultKind.IllegalOperation),
    };

    /// <summary>An IPv6 address in memory (RFC 5952: the longest run of zeros becomes <c>::</c>).</summary>
    public long InetNtoa6(long address)
    {
        if (!Check(address, 16)) return 0;
        byte* bytes = (byte*)address;
        Span<byte> text = stackalloc byte[48];
        int zeros = 1, start = -1;
        for (int i = 0, run = 0; i < 8; i++)
        {
            run = (bytes[2 * i] | bytes[(2 * i) + 1]) == 0 ? run + 1 : 0;
            if (run <= zeros) continue;
            zeros = run;
            start = i - run + 1;
        }
        int at = 0;
        for (int i = 0; i < 8; i++)
        {
            if (i == start)
            {
                text[at++] = (byte)':';
                if (i == 0) text[at++] = (byte)':';
                i += zeros - 1;
                continue;
            }
            int group = (bytes[2 * i] << 8) | bytes[(2 * i) + 1];
            Utf8Formatter.TryFormat(group, text[at..], out int written, 'x');
            at += written;
            if (i < 7) text[at++] = (byte)':';
        }
        return NewText(text[..at]);
    }

    /// <summary>What a search costs if every place looks like a match until its end.</summary>
    private bool SpendSearch(ReadOnlySpan<byte> text, ReadOnlySpan<byte> sought) => Spend((long)text.Length * (sought.Length / 16));

    /// <summary>A string in scratch memory, cut at strsize.</summary>
    private long NewText(ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, _strsize - 1);
        byte* copy = Allocate(length + 1);
        if (copy == null) return 0;
        text[..length].CopyTo(new Span<byte>(copy, length));
        copy[length] = 0;
        return (long)copy;
    }

    private long Map(long s, char first, char last, int difference)
    {
        ReadOnlySpan<byte> text = Text(s);
        byte* mapped = Allocate(text.Length + 1);
        if (Faulted) return 0;
        for (int i = 0; i < text.Length; i++) mapped[i] = text[i] >= first && text[i] <= last ? (byte)(text[i] + difference) : text[i];
        mapped[text.Length] = 0;
        return (long)mapped;
    }

    private static ReadOnlySpan<byte> TrimSlashes(ReadOnlySpan<byte> path) => path.TrimEnd((byte)'/');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'z' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'Z' => c - 'A' + 10,
        _ => 99,
    };
}
