// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>Walks the fields of a key. Strings come without their NUL.</summary>
internal ref struct KeyFields(AggregationDescription aggregation, ReadOnlySpan<byte> key)
{
    private readonly AggregationDescription _aggregation = aggregation;
    private ReadOnlySpan<byte> _rest = key;
    private int _next;

    public DValueType Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool MoveNext()
    {
        if (_next >= _aggregation.Keys.Count) return false;
        Type = _aggregation.Keys[_next++];
        int length = Type.Kind == DValueKind.String ? Math.Max(0, _rest.IndexOf((byte)0)) : Math.Min(Type.Size, _rest.Length);
        Value = _rest[..length];
        _rest = _rest[(Type.Kind == DValueKind.String ? Math.Min(length + 1, _rest.Length) : length)..];
        return true;
    }
}
