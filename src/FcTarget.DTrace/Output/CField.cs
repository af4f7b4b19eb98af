// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.DTrace.Output;

/// <summary>Fields as printf(3C) lays them out in the C locale.</summary>
internal readonly record struct CField(FormatFlags Flags, int Width, int Precision)
{
    private bool Has(FormatFlags flag) => (Flags & flag) != 0;

    /// <summary>%s, with a precision that cuts.</summary>
    public void WriteText(OutputText output, ReadOnlySpan<byte> text)
    {
        if (Precision > 0 && text.Length > Precision) text = text[..Precision];
        output.AppendPadded(text, Has(FormatFlags.Left) ? -Width : Width);
    }

    /// <summary>%d.</summary>
    public void WriteSigned(OutputText output, long value)
    {
        string sign = value < 0 ? "-" : Has(FormatFlags.Plus) ? "+" : Has(FormatFlags.Space) ? " " : "";
        WriteDigits(output, sign, (value < 0 ? (ulong)-value : (ulong)value).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>%u, %o, %x, %X.</summary>
    public void WriteUnsigned(OutputText output, ulong value, char letter)
    {
        string digits = letter switch
        {
            'x' => value.ToString("x", CultureInfo.InvariantCulture),
            'X' => value.ToString("X", CultureInfo.InvariantCulture),
            'o' => Convert.ToString((long)value, 8),
            _ => value.ToString(CultureInfo.InvariantCulture),
        };
        if (letter == 'o' && Has(FormatFlags.Alternate) && value != 0 && digits.Length >= Precision) digits = "0" + digits;
        WriteDigits(output, letter is 'x' or 'X' && Has(FormatFlags.Alternate) && value != 0 ? $"0{letter}" : "", digits);
    }

    private void WriteDigits(OutputText output, string lead, string digits)
    {
        bool zeros = Has(FormatFlags.ZeroPad) && !Has(FormatFlags.Left) && Precision == 0;
        int wanted = zeros ? Width - lead.Length : Precision;
        if (digits.Length < wanted) digits = digits.PadLeft(wanted, '0');
        output.AppendPadded(lead + digits, Has(FormatFlags.Left) ? -Width : Width);
    }
}
