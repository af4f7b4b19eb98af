// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Configuration;

/// <summary>
/// Names of SCSI ports in the one form in which they are compared: 16 lowercase hexadecimal digits for a WWN, lowercase text for
/// an iSCSI name (RFC 3720 3.2.6.2).
/// </summary>
public static class PortNames
{
    /// <summary>Longest iSCSI name, bytes.</summary>
    private const int MaxLength = 223;

    /// <summary>Reads a WWN, with or without colons, <c>wwn.</c> or <c>0x</c> in front, or an iqn., eui. or naa. name.</summary>
    /// <exception cref="StmfException">It is neither.</exception>
    public static string Normalize(string? text)
    {
        string name = (text ?? "").Trim().ToLowerInvariant();
        bool isIscsi = name.StartsWith("iqn.", StringComparison.Ordinal) || name.StartsWith("naa.", StringComparison.Ordinal)
            || name.StartsWith("eui.", StringComparison.Ordinal);
        if (isIscsi && name.Length is > 4 and <= MaxLength && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-' or ':')) return name;
        string digits = name.StartsWith("wwn.", StringComparison.Ordinal) ? name[4..] : name.StartsWith("0x", StringComparison.Ordinal) ? name[2..] : name;
        digits = digits.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length == 16 && digits.All(char.IsAsciiHexDigit)) return digits;
        throw new StmfException(
            StmfError.Invalid, $"'{text}' is not a port name. Write a WWPN (16 hexadecimal digits, colons allowed) or an iSCSI name (iqn., eui., naa.).");
    }
}
