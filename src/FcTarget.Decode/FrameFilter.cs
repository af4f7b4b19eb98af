// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.Formats;

namespace FcTarget.Decode;

/// <summary>
/// Which frames are wanted, as an expression:
/// <code>
///   filter = term { "or" term }      term = factor { ["and"] factor }      factor = "not" factor | "(" filter ")" | word | key "=" value
///   word   = fip els bls ct fcp fc other | problem | end | a name of a frame or its exchange: PLOGI, LS_RJT, FCP_RSP, READ(10)
///   key    = id sid did (N_Port_ID) | mac | ox rx (hexadecimal) | lun vlan | op (operation code, hexadecimal) | frame (N or N-M)
/// </code>
/// </summary>
public static class FrameFilter
{
    /// <summary>Longest expression, characters.</summary>
    private const int MaxLength = 4096;

    /// <summary>Deepest nesting.</summary>
    private const int MaxDepth = 64;

    /// <summary>Compiles a filter.</summary>
    /// <exception cref="FormatException">It is none; the message says where and what was expected.</exception>
    public static Func<DecodedFrame, bool> Parse(string text)
    {
        if (text.Length > MaxLength) throw new FormatException($"A filter has at most {MaxLength} characters.");
        Parser parser = new(text);
        Func<DecodedFrame, bool> filter = parser.Either(0);
        parser.ExpectEnd();
        return filter;
    }

    private sealed class Parser(string text)
    {
        private readonly List<string> _tokens = Split(text);
        private int _at;

        private string? Next => _at < _tokens.Count ? _tokens[_at] : null;

        public void ExpectEnd()
        {
            if (Next is { } extra) throw new FormatException($"Filter '{text}': '{extra}' is not expected here.");
        }

        public Func<DecodedFrame, bool> Either(int depth)
        {
            Func<DecodedFrame, bool> left = Both(depth);
            while (Take("or"))
            {
                Func<DecodedFrame, bool> first = left, second = Both(depth);
                left = frame => first(frame) || second(frame);
            }
            return left;
        }

        private Func<DecodedFrame, bool> Both(int depth)
        {
            Func<DecodedFrame, bool> left = One(depth);
            while (Next is not null and not ")" && !Is("or"))
            {
                Take("and");
                Func<DecodedFrame, bool> first = left, second = One(depth);
                left = frame => first(frame) && second(frame);
            }
            return left;
        }

        private Func<DecodedFrame, bool> One(int depth)
        {
            if (depth > MaxDepth) throw new FormatException($"Filter '{text}' is nested too deep.");
            if (Take("not"))
            {
                Func<DecodedFrame, bool> inner = One(depth + 1);
                return frame => !inner(frame);
            }
            if (Take("("))
            {
                Func<DecodedFrame, bool> inner = Either(depth + 1);
                if (!Take(")")) throw new FormatException($"Filter '{text}': a ')' is missing.");
                return inner;
            }
            string token = Next ?? throw new FormatException($"Filter '{text}' ends too early.");
            _at++;
            if (token is ")" || token.Equals("and", StringComparison.OrdinalIgnoreCase) || token.Equals("or", StringComparison.OrdinalIgnoreCase))
                throw new FormatException($"Filter '{text}': '{token}' is not expected here.");
            int equals = token.IndexOf('=');
            return equals < 0 ? Word(token) : Field(token[..equals], token[(equals + 1)..]);
        }

        private static Func<DecodedFrame, bool> Word(string word) => word.ToLowerInvariant() switch
        {
            "fip" => static frame => frame.Kind == FrameKind.Fip,
            "els" => static frame => frame.Kind == FrameKind.Els,
            "bls" => static frame => frame.Kind == FrameKind.Bls,
            "ct" => static frame => frame.Kind == FrameKind.Ct,
            "fcp" => static frame => frame.Kind == FrameKind.Fcp,
            "fc" => static frame => frame.HasFcHeader,
            "other" => static frame => frame.Kind == FrameKind.Other,
            "problem" => static frame => frame.Problems.Length > 0,
            "end" => static frame => frame.ExchangeNanoseconds >= 0,
            _ => frame => frame.Name.Equals(word, StringComparison.OrdinalIgnoreCase) || frame.Of.Equals(word, StringComparison.OrdinalIgnoreCase),
        };

        private Func<DecodedFrame, bool> Field(string key, string value)
        {
            switch (key.ToLowerInvariant())
            {
                case "id":
                    uint id = Hex(key, value, 0xFFFFFF);
                    return frame => frame.HasFcHeader && (frame.Header.SId.Value == id || frame.Header.DId.Value == id);
                case "sid":
                    uint sid = Hex(key, value, 0xFFFFFF);
                    return frame => frame.HasFcHeader && frame.Header.SId.Value == sid;
                case "did":
                    uint did = Hex(key, value, 0xFFFFFF);
                    return frame => frame.HasFcHeader && frame.Header.DId.Value == did;
                case "ox":
                    uint ox = Hex(key, value, 0xFFFF);
                    return frame => frame.HasFcHeader && frame.Header.OxId.Value == ox;
                case "rx":
                    uint rx = Hex(key, value, 0xFFFF);
                    return frame => frame.HasFcHeader && frame.Header.RxId.Value == rx;
                case "op":
                    uint op = Hex(key, value, 0xFF);
                    return frame => frame.OperationCode == op;
                case "lun":
                    long lun = Number(key, value);
                    return frame => frame.Lun == lun;
                case "vlan":
                    long vlan = Number(key, value);
                    return frame => frame.Vlan == vlan;
                case "mac":
                    if (!MacAddress.TryParse(value, out MacAddress mac)) throw Wrong(key, value, "a MAC address");
                    return frame => frame.Source == mac || frame.Destination == mac;
                case "frame":
                    string[] ends = value.Split('-');
                    if (ends.Length > 2) throw Wrong(key, value, "N or N-M");
                    long from = Number(key, ends[0]), to = Number(key, ends[^1]);
                    return frame => frame.Number >= from && frame.Number <= to;
                default:
                    throw new FormatException($"Filter '{text}': '{key}' is none of id, sid, did, mac, ox, rx, lun, vlan, op, frame.");
            }
        }

        private uint Hex(string key, string value, uint most)
        {
            string digits = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value[2..] : value;
            if (!uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number) || number > most)
                throw Wrong(key, value, $"a hexadecimal number up to {most:x}");
            return number;
        }

        private long Number(string key, string value) =>
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong(key, value, "a number");

        private FormatException Wrong(string key, string value, string expected) => new($"Filter '{text}': {key}={value} is not {expected}.");

        private bool Is(string word) => string.Equals(Next, word, StringComparison.OrdinalIgnoreCase);

        private bool Take(string word)
        {
            if (!Is(word)) return false;
            _at++;
            return true;
        }

        /// <summary>Words; a parenthesis that does not belong to a name, as in READ(10), stands alone.</summary>
        private static List<string> Split(string text)
        {
            List<string> tokens = [];
            for (int i = 0; i < text.Length;)
            {
                if (char.IsWhiteSpace(text[i]))
                {
                    i++;
                    continue;
                }
                int start = i;
                if (text[i] is '(' or ')')
                {
                    i++;
                }
                else
                {
                    int open = 0;
                    for (; i < text.Length && !char.IsWhiteSpace(text[i]); i++)
                    {
                        if (text[i] == '(') open++;
                        else if (text[i] == ')' && open-- == 0) break;
                    }
                }
                tokens.Add(text[start..i]);
            }
            return tokens;
        }
    }
}
