// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using FcTarget.Port;

namespace FcTarget.Host.Serving;

/// <summary>
/// Which counters of refusals (<see cref="RefusalAttribute"/>) move while a frame is handled. On the loop, but for <see cref="Add"/>. They only
/// grow, so their sum tells whether one has moved: a frame that is not refused costs two sums, and no look at each.
/// </summary>
internal sealed class RefusalWatch
{
    private readonly List<(byte[] Name, MemberExpression Field)> _fields = [];
    private (byte[] Name, Func<long> Read)[] _counters = [];
    private long[] _known = [];
    private Func<long> _sum = static () => 0;
    private long _knownSum;

    /// <summary>Watches the counters of this object. Before the loop runs.</summary>
    public void Add(object counters)
    {
        foreach (FieldInfo field in counters.GetType().GetFields().Where(field => field.IsDefined(typeof(RefusalAttribute))))
            _fields.Add((Encoding.ASCII.GetBytes("!" + CounterName.Of(field.Name)), Expression.Field(Expression.Constant(counters), field)));
        _counters = [.. _fields.Select(field => (field.Name, Compile(field.Field)))];
        _sum = Compile(Sum([.. _fields.Select(field => field.Field)]));
        _known = new long[_counters.Length];
        Learn();
    }

    /// <summary>A frame is about to be handled: what moved since the one before has nothing to do with it.</summary>
    public void Begin()
    {
        if (_sum() != _knownSum) Learn();
    }

    /// <summary>Says each counter that moved since <see cref="Begin"/>: <c>!fcoe-bad-crc</c>.</summary>
    public void End(SpanAction say)
    {
        if (_sum() == _knownSum) return;
        for (int i = 0; i < _known.Length; i++)
            if (_counters[i].Read() != _known[i]) say(_counters[i].Name);
        Learn();
    }

    private void Learn()
    {
        for (int i = 0; i < _known.Length; i++) _known[i] = _counters[i].Read();
        _knownSum = _sum();
    }

    /// <summary>By halves: a processor adds what does not depend on each other at the same time.</summary>
    private static Expression Sum(ReadOnlySpan<Expression> terms) =>
        terms.Length == 1 ? terms[0] : Expression.Add(Sum(terms[..(terms.Length / 2)]), Sum(terms[(terms.Length / 2)..]));

    private static Func<long> Compile(Expression value) => Expression.Lambda<Func<long>>(value).Compile();

    public delegate void SpanAction(ReadOnlySpan<byte> utf8);
}
