// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

/// <summary>The aggregations of a program: function, parameters and key types are those of the first statement.</summary>
internal sealed class AggregationTypes
{
    /// <summary>An aggregation as declared so far.</summary>
    public sealed record Entry(AggregationDescription Description, IReadOnlyList<DType> Keys, string Function, int Line);

    private const int MaxAggregations = 256;

    private readonly Dictionary<string, Entry> _byName = [];
    private readonly List<AggregationDescription> _list = [];

    public IReadOnlyList<AggregationDescription> List => _list;

    public Entry? Find(string name) => _byName.GetValueOrDefault(name);

    public Entry Add(
        int line, string name, string function, AggregatingFunction kind, IReadOnlyList<DType> keys, IReadOnlyList<DValueType> fields, Quantization parameters)
    {
        if (_list.Count >= MaxAggregations) throw new DSyntaxException(line, $"cannot create {name}: limit on number of aggregations exceeded");
        AggregationDescription description = new(_list.Count, name, kind, fields, parameters);
        _list.Add(description);
        return _byName[name] = new Entry(description, keys, function, line);
    }
}
