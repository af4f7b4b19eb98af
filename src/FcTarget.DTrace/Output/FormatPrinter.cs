// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace FcTarget.DTrace.Output;

/// <summary>Prints data by a format.</summary>
internal sealed class FormatPrinter(TimeZoneInfo zone)
{
    private const long NanosecondsASecond = 1_000_000_000;

    public void Print(OutputText output, FormatString format, FormatArguments arguments)
    {
        foreach (FormatPiece piece in format.Pieces)
        {
            output.Append(piece.Prefix);
            if (piece.Conversion is not { } conversion) continue;
            if (conversion.Style == ConversionStyle.Percent)
            {
                output.Append('%');
                continue;
            }
            CField field = FieldOf(piece, arguments);
            if (!piece.Has(FormatFlags.Aggregation)) Convert(output, piece, conversion, field, arguments.Next());
            else if (arguments.NextAggregation(output, IsSigned(piece, conversion)) is { } value) Convert(output, piece, conversion, field, BitConverter.GetBytes(value));
        }
    }

    private static CField FieldOf(FormatPiece piece, FormatArguments arguments)
    {
        const int Max = 4096;
        int width = piece.Has(FormatFlags.DynamicWidth) ? (int)Field.Signed(arguments.Next()) : piece.Width;
        int precision = piece.Has(FormatFlags.DynamicPrecision) ? (int)Field.Signed(arguments.Next()) : piece.Precision;
        FormatFlags flags = width < 0 ? piece.Flags | FormatFlags.Left : piece.Flags;
        return new CField(flags, (int)Math.Min(Max, Math.Abs((long)width)), Math.Clamp(precision, 0, Max));
    }

    private static bool IsSigned(FormatPiece piece, Conversion conversion) =>
        conversion.Style == ConversionStyle.Signed || (conversion.Style == ConversionStyle.Decimal && piece.SignedArgument);

    private void Convert(OutputText output, FormatPiece piece, Conversion conversion, CField field, ReadOnlySpan<byte> data)
    {
        switch (conversion.Style)
        {
            case ConversionStyle.Signed or ConversionStyle.Decimal when IsSigned(piece, conversion):
                field.WriteSigned(output, Field.Signed(data));
                break;
            case ConversionStyle.Decimal:
                field.WriteUnsigned(output, Field.Unsigned(data), 'u');
                break;
            case ConversionStyle.Unsigned:
                field.WriteUnsigned(output, Field.Unsigned(data), conversion.Letter);
                break;
            case ConversionStyle.Character:
                (field with { Precision = 0 }).WriteText(output, [(byte)Field.Signed(data)]);
                break;
            case ConversionStyle.EscapedCharacter:
                field.WriteText(output, Escape([(byte)Field.Signed(data)]));
                break;
            case ConversionStyle.Text:
                field.WriteText(output, Field.String(data));
                break;
            case ConversionStyle.EscapedText:
                field.WriteText(output, Escape(data));
                break;
            case ConversionStyle.Address:
                field.WriteText(output, Encoding.ASCII.GetBytes($"0x{Field.Unsigned(data):x}"));
                break;
            case ConversionStyle.Port:
                field.WriteText(output, Encoding.ASCII.GetBytes(Field.Unsigned(data).ToString(CultureInfo.InvariantCulture)));
                break;
            case ConversionStyle.Time:
                DateTimeOffset time = Local(data);
                field.WriteText(output, Encoding.ASCII.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"{time:yyyy MMM} {time.Day,2} {time:HH:mm:ss}")));
                break;
            case ConversionStyle.InternetTime:
                field.WriteText(output, Encoding.UTF8.GetBytes(InternetTime(Local(data))));
                break;
        }
    }

    /// <summary>As strftime(3C) writes <c>%a, %d %b %G %T %Z</c>.</summary>
    private string InternetTime(DateTimeOffset time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time:ddd, dd MMM} {ISOWeek.GetYear(time.DateTime):0000} {time:HH:mm:ss} {ZoneName(time)}");

    /// <summary>UTC, or the offset: the system's abbreviations are not known to the runtime.</summary>
    private string ZoneName(DateTimeOffset time) => zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime
        ? "UTC"
        : time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    private DateTimeOffset Local(ReadOnlySpan<byte> data)
    {
        long seconds = (long)(Field.Unsigned(data) / NanosecondsASecond); // 64 bits of nanoseconds end in the year 2554
        return TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone);
    }

    /// <summary>Every byte, the NULs that fill a string included, as C would write it.</summary>
    private static byte[] Escape(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte b in bytes)
        {
            text.Append(b switch
            {
                0 => "\\0",
                7 => "\\a",
                8 => "\\b",
                9 => "\\t",
                10 => "\\n",
                11 => "\\v",
                12 => "\\f",
                13 => "\\r",
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                >= 0x20 and <= 0x7E => ((char)b).ToString(),
                _ => "\\" + System.Convert.ToString(b, 8).PadLeft(3, '0'),
            });
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
