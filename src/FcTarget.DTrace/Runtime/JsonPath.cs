// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.DTrace.Runtime;

/// <summary>
/// json(): the value that a path such as <c>a.b[0].c</c> names in a JSON text. As in DTrace the text of the value is not interpreted: strings
/// lose their quotes and keep their escapes, objects and arrays are given as they stand.
/// </summary>
internal static class JsonPath
{
    /// <summary>False: there is no such value, or the text up to it is not JSON.</summary>
    /// <param name="value">A part of <paramref name="json"/>.</param>
    public static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<byte> path, out ReadOnlySpan<byte> value)
    {
        value = default;
        Reader reader = new(json);
        if (!reader.AtContainer || !TryStep(ref path, out ReadOnlySpan<byte> step)) return false;
        while (true)
        {
            if (!reader.TryEnter(step)) return false;
            if (!TryStep(ref path, out step)) return reader.TryValue(out value);
            if (!reader.AtContainer) return false;
        }
    }

    /// <summary>The next element of the path: a name, or the number of an array's element.</summary>
    private static bool TryStep(ref ReadOnlySpan<byte> path, out ReadOnlySpan<byte> step)
    {
        path = path.TrimStart(".[]"u8);
        int end = path.IndexOfAny(".[]"u8);
        step = end < 0 ? path : path[..end];
        path = path[step.Length..];
        return step.Length > 0;
    }

    /// <summary>Walks a JSON text from front to back, once: time is linear, nesting costs nothing.</summary>
    private ref struct Reader(ReadOnlySpan<byte> json)
    {
        private ReadOnlySpan<byte> _rest = json;

        public bool AtContainer => Peek() is (byte)'{' or (byte)'[';

        /// <summary>From the start of an object or array to the value of a member or the element of a number.</summary>
        public bool TryEnter(scoped ReadOnlySpan<byte> step)
        {
            bool isArray = Peek() == '[';
            byte close = (byte)(isArray ? ']' : '}');
            int wanted = 0;
            if (isArray && !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out wanted)) return false;
            _rest = _rest[1..];
            for (int i = 0; Peek() != close; i++)
            {
                bool found = isArray && i == wanted;
                if (!isArray)
                {
                    if (Peek() != '"' || !TryValue(out ReadOnlySpan<byte> name) || Peek() != ':') return false;
                    _rest = _rest[1..];
                    found = name.SequenceEqual(step);
                }
                Peek();
                if (found) return true;
                if (!TryValue(out _)) return false;
                if (Peek() == ',') _rest = _rest[1..];
                else if (Peek() != close) return false;
            }
            return false;
        }

        /// <summary>Takes the value that comes next.</summary>
        public bool TryValue(out ReadOnlySpan<byte> value)
        {
            value = default;
            byte first = Peek();
            int length = first switch
            {
                (byte)'"' => StringLength(_rest),
                (byte)'{' or (byte)'[' => ContainerLength(_rest),
                _ => WordLength(_rest),
            };
            if (length <= 0) return false;
            value = first == '"' ? _rest[1..(length - 1)] : _rest[..length];
            _rest = _rest[length..];
            return true;
        }

        /// <summary>The next byte that is no space; 0 at the end.</summary>
        private byte Peek()
        {
            _rest = _rest.TrimStart(" \t\r\n\v\f"u8);
            return _rest.Length > 0 ? _rest[0] : (byte)0;
        }

        /// <summary>With both quotes; 0: it does not end.</summary>
        private static int StringLength(ReadOnlySpan<byte> text)
        {
            for (int i = 1; i < text.Length; i++)
            {
                if (text[i] == '\\') i++;
                else if (text[i] == '"') return i + 1;
            }
            return 0;
        }

        private static int ContainerLength(ReadOnlySpan<byte> text)
        {
            int depth = 0;
            for (int i = 0; i < text.Length; i++)
            {
                switch (text[i])
                {
                    case (byte)'"':
                        int length = StringLength(text[i..]);
                        if (length == 0) return 0;
                        i += length - 1;
                        break;
                    case (byte)'{' or (byte)'[': depth++; break;
                    case (byte)'}' or (byte)']' when --depth == 0: return i + 1;
                }
            }
            return 0;
        }

        /// <summary>A number, true, false or null.</summary>
        private static int WordLength(ReadOnlySpan<byte> text)
        {
            int length = text.IndexOfAny(" \t\r\n\v\f,]}"u8);
            ReadOnlySpan<byte> word = length < 0 ? text : text[..length];
            if (word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) || word.SequenceEqual("null"u8)) return word.Length;
            bool number = word.Length > 0 && (word[0] == '-' || char.IsAsciiDigit((char)word[0])) && char.IsAsciiDigit((char)word[^1])
                && word.IndexOfAnyExcept("0123456789+-.eE"u8) < 0;
            return number ? word.Length : 0;
        }
    }
}
