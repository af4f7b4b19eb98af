// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.DTrace.Output;

/// <summary>Takes a format apart.</summary>
internal ref struct FormatParser(string text)
{
    /// <summary>Wider fields than this would let a program fill the client's memory.</summary>
    private const int MaxWidth = 4096;

    private readonly string _text = text;
    private int _at;
    private int _number;

    /// <exception cref="DFormatException">In DTrace's words.</exception>
    public IReadOnlyList<FormatPiece> Parse()
    {
        List<FormatPiece> pieces = [];
        while (true)
        {
            int percent = _text.IndexOf('%', _at);
            byte[] prefix = Encoding.UTF8.GetBytes(percent < 0 ? _text[_at..] : _text[_at..percent]);
            if (percent < 0)
            {
                if (prefix.Length > 0 || pieces.Count == 0) pieces.Add(new FormatPiece(prefix));
                return pieces;
            }
            _number = pieces.Count + 1;
            _at = percent + 1;
            pieces.Add(ParseConversion(prefix));
        }
    }

    private FormatPiece ParseConversion(byte[] prefix)
    {
        FormatFlags flags = FormatFlags.None;
        int width = 0, precision = 0, start = _at;
        bool dot = false, digits = false;
        StringBuilder name = new();
        while (true)
        {
            char c = _at < _text.Length ? _text[_at++] : '\0';
            switch (c)
            {
                case '0' when !dot && !digits:
                    flags = (flags | FormatFlags.ZeroPad) & ~FormatFlags.Left;
                    break;
                case >= '0' and <= '9':
                    int n = Number(c);
                    if (dot) precision = n;
                    else width = n;
                    digits = true;
                    break;
                case '#': flags |= FormatFlags.Alternate; break;
                case '+': flags |= FormatFlags.Plus; break;
                case ' ': flags |= FormatFlags.Space; break;
                case '@': flags |= FormatFlags.Aggregation; break;
                case '\'': break; // thousands: the C locale has no separator
                case '?': width = 16; break; // as wide as a pointer
                case '-':
                    flags = (flags | FormatFlags.Left) & ~FormatFlags.ZeroPad;
                    break;
                case '*':
                    FormatFlags dynamic = dot ? FormatFlags.DynamicPrecision : FormatFlags.DynamicWidth;
                    if ((flags & dynamic) != 0)
                        throw Error($"has more than one '*' specified for the output {(dot ? "precision" : "width")}");
                    flags |= dynamic;
                    break;
                case '.' when dot: throw Error("has more than one '.' specified");
                case '.':
                    dot = true;
                    digits = false;
                    break;
                case '$': throw Error("uses unsupported positional format (%n$)");
                case '%' when _at - 1 > start: throw Error("cannot be combined with other format flags: %%");
                case '\0': throw Error("name expected before end of format string");
                case 'h' or 'l' or 'L' or 'w':
                    if (name.Length < 6) name.Append(c);
                    break;
                default:
                    name.Append(c);
                    Conversion conversion = Conversion.Find(name.ToString()) ?? throw Error($"is undefined: %{name}");
                    return new FormatPiece(prefix, conversion, flags, width, precision);
            }
        }
    }

    private int Number(char first)
    {
        int n = first - '0';
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) n = Math.Min(MaxWidth, (n * 10) + _text[_at++] - '0');
        return n;
    }

    private readonly DFormatException Error(string what) => new($"format conversion #{_number} {what}");
}
