// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Output;

/// <summary>Does for each record what the clause says, in its order: prints data, prints and changes aggregations, changes options.</summary>
internal sealed class RecordPrinter(
    OutputText output, Action<string> complain, AggregationStore store, AggregationPrinter aggregations, DOptions options, FormatPrinter formats)
{
    private const int TextWidth = 33;

    private bool _hasHeading;

    /// <summary>The status of the last exit(); 0 before.</summary>
    public int ExitStatus { get; private set; }

    public void Print(EnablingDescription enabling, in DRecord record)
    {
        if (!_hasHeading && !options.Quiet) output.Append("CPU     ID                    FUNCTION:NAME\n");
        _hasHeading = true;
        if (!options.Quiet)
        {
            output.AppendPadded(record.Cpu, 3);
            output.Append(' ');
            output.AppendPadded(enabling.Probe.Id, 6);
            output.Append(' ');
            output.AppendPadded($"{enabling.Probe.Function}:{enabling.Probe.Name}", 32);
            output.Append(' ');
        }
        foreach (ActionDescription action in enabling.Actions) Do(action, enabling, record.Payload);
        if (!options.Quiet) output.Append('\n');
    }

    private void Do(ActionDescription action, EnablingDescription enabling, ReadOnlySpan<byte> payload)
    {
        switch (action)
        {
            case TraceAction trace:
                Trace(trace.Value.Type, At(payload, trace.Value));
                break;
            case TraceMemAction memory:
                ReadOnlySpan<byte> bytes = At(payload, memory.Bytes);
                ulong shown = memory.Shown is { } field ? Field.Unsigned(At(payload, field)) : 0;
                ByteDump.Write(output, bytes, shown == 0 || shown > (ulong)bytes.Length ? bytes.Length : (int)shown);
                break;
            case PrintfAction printf:
                formats.Print(output, printf.Format, new RecordArguments(printf, payload.ToArray()));
                break;
            case PrintaAction printa:
                aggregations.Print(printa);
                break;
            case ExitAction exit:
                ExitStatus = (int)Field.Signed(At(payload, exit.Status));
                break;
            case ClearAction clear:
                store.Clear(clear.Aggregation);
                break;
            case TruncAction trunc:
                store.Truncate(trunc.Aggregation, trunc.Count is { } count ? Field.Signed(At(payload, count)) : 0);
                break;
            case NormalizeAction normalize:
                Normalize(normalize.Aggregation, (long)Field.Unsigned(At(payload, normalize.Factor)));
                break;
            case DenormalizeAction denormalize:
                Normalize(denormalize.Aggregation, 1);
                break;
            case SetoptAction setopt:
                string option = Text(payload, setopt.Name);
                string? value = setopt.Value is { } given ? Text(payload, given) : null;
                if (options.Set(option, value, whileRunning: true) is { } error)
                    complain(DMessages.LibraryError(enabling, $"couldn't set option \"{option}\" to \"{value ?? "1"}\": {error}\n"));
                break;
        }
    }

    private static string Text(ReadOnlySpan<byte> payload, DField field) => Encoding.UTF8.GetString(Field.String(At(payload, field)));

    private void Trace(DValueType type, ReadOnlySpan<byte> value)
    {
        int width = type.Kind == DValueKind.String ? 0 : type.Size switch { 8 => 16, 4 => 8, 2 => 5, 1 => 3, _ => 0 };
        if (width == 0)
        {
            ByteDump.WriteTextOrBytes(output, value, type.Size, TextWidth, options.Quiet, options.RawBytes);
            return;
        }
        if (!options.Quiet) output.Append(' ');
        output.AppendPadded(Field.Shown(value), options.Quiet ? 0 : width);
    }

    private void Normalize(AggregationDescription aggregation, long factor)
    {
        foreach (AggregationElement element in store.Of(aggregation)) element.Normalize(factor);
    }

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> payload, DField field) => payload.Slice(field.Offset, field.Type.Size);

    private sealed class RecordArguments(PrintfAction action, byte[] payload) : FormatArguments
    {
        private int _next;

        public override ReadOnlySpan<byte> Next() =>
            _next < action.Arguments.Count ? At(payload, action.Arguments[_next++]) : [];
    }
}
