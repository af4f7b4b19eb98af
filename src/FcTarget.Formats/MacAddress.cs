// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;

namespace FcTarget.Formats;

/// <summary>A 48-bit MAC address. The struct is the wire form.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct MacAddress(UInt16BE High, UInt32BE Low)
{
    public static readonly MacAddress None = new(0ul);

    /// <summary>The default FC-MAP of a fabric (FC-BB-6): 0EFC00h.</summary>
    public const uint DefaultFcMap = 0x0EFC00;

    /// <summary>The FC-MAP of VN2VN mode (FC-BB-6): 0EFD00h.</summary>
    public const uint Vn2VnFcMap = 0x0EFD00;

    /// <param name="value">The address as a number; bits above 48 are ignored.</param>
    public MacAddress(ulong value) : this((UInt16BE)(ushort)(value >> 32), (UInt32BE)(uint)value) { }

    public ulong Value => ((ulong)(ushort)High << 32) | (uint)Low;

    /// <summary>The group bit: multicast or broadcast.</summary>
    public bool IsGroup => ((ushort)High & 0x0100) != 0;

    /// <summary>FPMA, Fabric Provided MAC Address (FC-BB-6): the FC-MAP followed by the N_Port_ID.</summary>
    public static MacAddress Fpma(uint fcMap, FcId id) => new(((ulong)fcMap << 24) | id.Value);

    /// <summary>Reads six pairs of hexadecimal digits with colons or dashes, or twelve digits.</summary>
    public static bool TryParse(string? text, out MacAddress mac)
    {
        mac = None;
        string digits = (text ?? "").Trim();
        if (digits.Length == 17)
        {
            for (int i = 2; i < 17; i += 3)
                if (digits[i] is not (':' or '-')) return false;
            digits = digits.Replace(":", "").Replace("-", "");
        }
        if (digits.Length != 12 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)) return false;
        mac = new MacAddress(value);
        return true;
    }

    public override string ToString()
    {
        ulong v = Value;
        return $"{(byte)(v >> 40):x2}:{(byte)(v >> 32):x2}:{(byte)(v >> 24):x2}:{(byte)(v >> 16):x2}:{(byte)(v >> 8):x2}:{(byte)v:x2}";
    }
}
