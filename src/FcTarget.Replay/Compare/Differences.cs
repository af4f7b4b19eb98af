// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Compare;

/// <summary>Collects in what one exchange differs, and judges it by the tolerances.</summary>
internal sealed class Differences(Tolerance tolerance)
{
    private readonly List<Difference> _found = [];
    private readonly List<string> _reasons = [];
    private string _exchange = "";
    private Conditions _conditions;

    public IReadOnlyList<Difference> Found => _found;

    /// <summary>Why the exchange is equivalent where it is not the same.</summary>
    public IReadOnlyList<string> Reasons => _reasons;

    public ExchangeOutcome Outcome =>
        _found.Count > 0 ? ExchangeOutcome.Different : _reasons.Count > 0 ? ExchangeOutcome.Equivalent : ExchangeOutcome.Same;

    public void Begin(string exchange, Conditions conditions)
    {
        _exchange = exchange;
        _conditions = conditions;
        _found.Clear();
        _reasons.Clear();
    }

    /// <summary>Something differs: it is a difference unless a rule allows it.</summary>
    public void Add(string field, string expected, string got, long frame, int at = -1)
    {
        Difference difference = new(field, expected, got, frame, at);
        if (tolerance.Allows(_exchange, difference, _conditions) is { } why) AddReason(why);
        else _found.Add(difference);
    }

    /// <summary>Two values that should be equal.</summary>
    public void Compare<T>(string field, T expected, T got, long frame, Func<T, string>? say = null) where T : notnull
    {
        if (EqualityComparer<T>.Default.Equals(expected, got)) return;
        Add(field, say?.Invoke(expected) ?? expected.ToString()!, say?.Invoke(got) ?? got.ToString()!, frame);
    }

    public void AddReason(string why)
    {
        if (!_reasons.Contains(why)) _reasons.Add(why);
    }

    /// <summary>
    /// Compares bytes: bytes that a rule allows are passed over, the first of the others is the difference. Lengths are the field
    /// <c>.length</c>.
    /// </summary>
    public void AddBytes(string field, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> got, Func<int, long> frameOf)
    {
        if (expected.Length != got.Length) Add($"{field}.length", $"{expected.Length} bytes", $"{got.Length} bytes", frameOf(0));
        int common = Math.Min(expected.Length, got.Length);
        if (expected[..common].SequenceEqual(got[..common])) return;
        int others = 0, first = -1;
        for (int at = 0; at < common; at++)
        {
            if (expected[at] == got[at]) continue;
            if (tolerance.Allows(_exchange, new Difference(field, "", "", 0, at), _conditions) is { } why) AddReason(why);
            else if (others++ == 0) first = at;
        }
        if (first < 0) return;
        string more = others > 1 ? $" ({others} bytes differ)" : "";
        _found.Add(new Difference(field, $"{expected[first]:x2}", $"{got[first]:x2} at byte {first}{more}", frameOf(first), first));
    }
}
