// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Output;

/// <summary>Prints aggregations: as tables, or row by row with a format.</summary>
internal sealed class AggregationPrinter(OutputText output, AggregationStore store, DOptions options, FormatPrinter formats)
{
    private const int TextWidth = 50;

    /// <summary>printa(): rows that have the same key in several aggregations are one row, with 0 where one of them has no such key.</summary>
    public void Print(PrintaAction action)
    {
        if (action.Format is null) output.Append('\n');
        bool any = false;
        foreach (AggregationRow row in AggregationRow.Join(store, action.Aggregations, options))
        {
            any = true;
            if (action.Format is { } format) formats.Print(output, format, new RowArguments(row, options));
            else WriteRow(row);
        }
        if (!any) return;
        foreach (AggregationDescription aggregation in action.Aggregations) store.SetPrinted(aggregation);
    }

    /// <summary>At the end: all that printa() has not printed, as tables one after the other.</summary>
    public void PrintRest()
    {
        AggregationElement[] rest = [.. store.NotPrinted()];
        Array.Sort(rest, AggregationOrder.Of(options));
        foreach (AggregationElement element in rest) WriteRow(AggregationRow.Of(element));
    }

    private void WriteRow(AggregationRow row)
    {
        KeyFields key = new(row.Key.Aggregation, row.Key.Key);
        while (key.MoveNext()) WriteKey(key.Type, key.Value);
        foreach (AggregationValue value in row.Values)
        {
            if (value.IsDistribution)
            {
                Distribution.Write(output, value.Aggregation, value.Values, value.Normal, options.AggZoom);
                continue;
            }
            output.Append(' ');
            output.AppendPadded(value.Number, 16);
        }
        output.Append('\n');
    }

    private void WriteKey(DValueType type, ReadOnlySpan<byte> value)
    {
        int width = type.Kind == DValueKind.String ? 0 : type.Size switch { 8 => 16, 4 => 8, 2 => 5, 1 => 3, _ => 0 };
        if (width == 0)
        {
            ByteDump.WriteTextOrBytes(output, value, type.Size, TextWidth, quiet: false, options.RawBytes);
            return;
        }
        output.Append(' ');
        output.AppendPadded(Field.Shown(value), width);
    }

    /// <summary>Conversions take the fields of the key; those with <c>@</c> the values in turn, the last one again and again.</summary>
    private sealed class RowArguments(AggregationRow row, DOptions options) : FormatArguments
    {
        private int _field, _value;

        public override ReadOnlySpan<byte> Next()
        {
            KeyFields key = new(row.Key.Aggregation, row.Key.Key);
            for (int i = 0; i <= _field; i++)
                if (!key.MoveNext()) return [];
            _field++;
            return Padded(key.Value, key.Type.Size);
        }

        public override long? NextAggregation(OutputText output, bool signed)
        {
            AggregationValue value = row.Values[_value];
            if (_value < row.Values.Count - 1) _value++;
            if (!value.IsDistribution) return value.Formatted(signed);
            Distribution.Write(output, value.Aggregation, value.Values, value.Normal, options.AggZoom);
            return null;
        }

        /// <summary>Strings in the width they have as data: %S shows that.</summary>
        private static byte[] Padded(ReadOnlySpan<byte> value, int size)
        {
            byte[] field = new byte[Math.Max(size, value.Length)];
            value.CopyTo(field);
            return field;
        }
    }
}
