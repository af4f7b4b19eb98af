// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.Formats;

/// <summary>
/// Name_Identifier (FC-FS): the 64-bit world wide name of a port (WWPN) or node (WWNN). The struct is the wire form.
/// </summary>
public readonly record struct Wwn(UInt64BE Wire)
{
    public static readonly Wwn None = new(0ul);

    public Wwn(ulong value) : this((UInt64BE)value) { }

    public ulong Value => Wire;

    public bool IsNone => Value == 0;

    /// <summary>NAA 1 (IEEE 48-bit) name of a MAC address: 10:00 and the MAC. The usual WWNN of an FCoE node.</summary>
    public static Wwn NodeNameOf(MacAddress mac) => new(0x1000_0000_0000_0000ul | mac.Value);

    /// <summary>NAA 2 (IEEE extended) name of a MAC address: 20:00 and the MAC. The usual WWPN of an FCoE port.</summary>
    public static Wwn PortNameOf(MacAddress mac) => new(0x2000_0000_0000_0000ul | mac.Value);

    /// <summary>Reads 16 hexadecimal digits, with or without colons or dashes between the bytes, with or without 0x or naa. before them.</summary>
    public static bool TryParse(string? text, out Wwn wwn)
    {
        wwn = None;
        string digits = (text ?? "").Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        else if (digits.StartsWith("naa.", StringComparison.OrdinalIgnoreCase)) digits = digits[4..];
        if (digits.Length == 23)
        {
            for (int i = 2; i < 23; i += 3)
                if (digits[i] is not (':' or '-')) return false;
            digits = digits.Replace(":", "").Replace("-", "");
        }
        if (digits.Length != 16 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)) return false;
        wwn = new Wwn(value);
        return true;
    }

    /// <summary>16 lowercase digits without separators: the form of the <c>fc</c> provider's strings.</summary>
    public override string ToString() => Value.ToString("x16");

    /// <summary>The form people read: eight pairs with colons.</summary>
    public string ToColonString()
    {
        string digits = ToString();
        return string.Create(23, digits, static (span, d) =>
        {
            for (int i = 0; i < 8; i++)
            {
                span[i * 3] = d[i * 2];
                span[(i * 3) + 1] = d[(i * 2) + 1];
                if (i < 7) span[(i * 3) + 2] = ':';
            }
        });
    }
}
