// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using FcTarget.Port;

namespace FcTarget.Host.Serving;

/// <summary>
/// Which counters of refusals (<see cref="RefusalAttribute"/>) move while a frame is handled. On the loop, but for <see cref="Add"/>; one call
/// of a delegate a counter and frame, and only while frames are recorded.
/// </summary>
internal sealed class RefusalWatch
{
    private readonly List<(byte[] Name, Func<long> Read)> _counters = [];
    private long[] _before = [];

    /// <summary>Watches the counters of this object. Before the loop runs.</summary>
    public void Add(object counters)
    {
        foreach (FieldInfo field in counters.GetType().GetFields().Where(field => field.IsDefined(typeof(RefusalAttribute))))
        {
            Func<long> read = Expression.Lambda<Func<long>>(Expression.Field(Expression.Constant(counters), field)).Compile();
            _counters.Add((Encoding.ASCII.GetBytes("!" + CounterName.Of(field.Name)), read));
        }
        _before = new long[_counters.Count];
    }

    public void Begin()
    {
        for (int i = 0; i < _before.Length; i++) _before[i] = _counters[i].Read();
    }

    /// <summary>Says each counter that moved since <see cref="Begin"/>: <c>!fcoe-bad-crc</c>.</summary>
    public void End(SpanAction say)
    {
        for (int i = 0; i < _before.Length; i++)
            if (_counters[i].Read() != _before[i]) say(_counters[i].Name);
    }

    public delegate void SpanAction(ReadOnlySpan<byte> utf8);
}
