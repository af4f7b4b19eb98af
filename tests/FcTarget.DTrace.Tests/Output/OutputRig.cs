// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Output;

namespace FcTarget.DTrace.Tests.Output;

/// <summary>The printing half of a session: records and aggregations as a program leaves them, and the text they become.</summary>
internal sealed class OutputRig
{
    private const int StrSize = 256;

    private readonly AggregationBuffer _buffer;
    private readonly OutputText _output = new();
    private readonly RecordPrinter _records;
    private readonly AggregationPrinter _printer;
    private readonly List<string> _errors = [];

    public OutputRig(params AggregationDescription[] aggregations)
    {
        _buffer = new AggregationBuffer(aggregations, 1 << 20);
        Store = new AggregationStore(aggregations, 16 << 20);
        FormatPrinter formats = new(TimeZoneInfo.Utc);
        _printer = new AggregationPrinter(_output, Store, Options, formats);
        _records = new RecordPrinter(_output, _errors.Add, Store, _printer, Options, formats);
    }

    public DOptions Options { get; } = new();

    public AggregationStore Store { get; }

    public IReadOnlyList<string> Errors => _errors;

    public int ExitStatus => _records.ExitStatus;

    public static DValueType String { get; } = DValueType.String(StrSize);

    public static DValueType Int { get; } = DValueType.Integer(4, signed: true);

    public static DValueType Long { get; } = DValueType.Integer(8, signed: true);

    public static AggregationDescription Aggregation(AggregatingFunction function, params DValueType[] keys) => new(0, "a", function, keys);

    public void Add(AggregationDescription aggregation, object[] key, params long[] values)
    {
        using MemoryStream bytes = new();
        for (int i = 0; i < key.Length; i++)
        {
            byte[] field = Encode(aggregation.Keys[i], key[i]);
            bytes.Write(key[i] is string s ? field.AsSpan(0, Encoding.UTF8.GetByteCount(s) + 1) : field);
        }
        foreach (long value in values) _buffer.Add(aggregation, bytes.ToArray(), value);
        _buffer.MoveTo(Store).Should().Be(0);
    }

    /// <summary>quantize() with a weight.</summary>
    public void AddWeighted(AggregationDescription aggregation, long value, long weight)
    {
        _buffer.Add(aggregation, [], value, weight);
        _buffer.MoveTo(Store).Should().Be(0);
    }

    /// <summary>What printing by default or with a format gives.</summary>
    public string Printa(string? format, params AggregationDescription[] aggregations)
    {
        FormatArgument[] keys = [.. aggregations[0].Keys.Select(Argument)];
        FormatString? checkedFormat = format is null ? null : FormatString.Parse(format).Check("printa", 1, keys, aggregations[0].Function);
        _printer.Print(new PrintaAction(checkedFormat, aggregations));
        return Take();
    }

    public string PrintRest()
    {
        _printer.PrintRest();
        return Take();
    }

    /// <summary>printf() of arguments: int, long, byte, string, ... as what they are in C.</summary>
    public string Printf(string format, params object[] arguments)
    {
        Options.Quiet = true;
        DValueType[] types = [.. arguments.Select(TypeOf)];
        FormatString bound = FormatString.Parse(format).Check("printf", 1, [.. arguments.Select(a => Argument(TypeOf(a)))]);
        (DField[] fields, byte[] payload) = Lay(types, arguments);
        return Record([new PrintfAction(bound, fields)], payload);
    }

    /// <summary>What a record whose only action is trace() prints.</summary>
    public string Trace(DValueType type, object value)
    {
        (DField[] fields, byte[] payload) = Lay([type], [value]);
        return Record([new TraceAction(fields[0])], payload);
    }

    public string Record(IReadOnlyList<ActionDescription> actions, byte[]? payload = null)
    {
        ProbeDescription probe = new(12, "fc", "fct", "fct_post_rcvd_cmd", "scsi-command");
        _records.Print(new EnablingDescription(1, probe, actions), new DRecord { Epid = 1, Cpu = 0, Payload = payload ?? [] });
        return Take();
    }

    public static (DField[] Fields, byte[] Payload) Lay(IReadOnlyList<DValueType> types, IReadOnlyList<object> values)
    {
        List<DField> fields = [];
        List<byte> payload = [];
        for (int i = 0; i < types.Count; i++)
        {
            while (payload.Count % types[i].Alignment != 0) payload.Add(0xEE);
            fields.Add(new DField(types[i], payload.Count));
            payload.AddRange(Encode(types[i], values[i]));
        }
        return ([.. fields], [.. payload]);
    }

    public static FormatArgument Argument(DValueType type) => type.Kind switch
    {
        DValueKind.String => new FormatArgument(FormatArgumentKind.String, type.Size, false, "string", "string"),
        DValueKind.Bytes => new FormatArgument(FormatArgumentKind.CharArray, type.Size, false, $"char [{type.Size}]", "char []"),
        _ => new FormatArgument(
            FormatArgumentKind.Integer, type.Size, type.Signed,
            $"{(type.Signed ? "" : "u")}int{type.Size * 8}_t",
            (type.Signed ? "" : "unsigned ") + type.Size switch { 1 => "char", 2 => "short", 4 => "int", _ => "long" }),
    };

    private static DValueType TypeOf(object value) => value switch
    {
        string => String,
        byte[] bytes => DValueType.Bytes(bytes.Length),
        sbyte => DValueType.Integer(1, true),
        byte => DValueType.Integer(1, false),
        short => DValueType.Integer(2, true),
        ushort => DValueType.Integer(2, false),
        int => Int,
        uint => DValueType.Integer(4, false),
        long => Long,
        ulong => DValueType.Integer(8, false),
        _ => throw new ArgumentException($"No D type for {value.GetType()}.", nameof(value)),
    };

    private static byte[] Encode(DValueType type, object value)
    {
        if (value is byte[] bytes) return bytes;
        byte[] field = new byte[type.Size];
        if (value is string text) Encoding.UTF8.GetBytes(text).CopyTo(field, 0);
        else BitConverter.GetBytes(value is ulong u ? unchecked((long)u) : Convert.ToInt64(value)).AsSpan(0, type.Size).CopyTo(field);
        return field;
    }

    private string Take()
    {
        string text = _output.ToString();
        _output.Clear();
        return text;
    }
}
