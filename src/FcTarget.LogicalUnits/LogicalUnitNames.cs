// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

/// <summary>
/// World wide names of logical units. A name is the SHA-256 of what makes the unit itself: the scope it is served in, the
/// operator's name for it, and the full path of its file. So it stays over restarts, and differs where any of the three does.
/// </summary>
internal static class LogicalUnitNames
{
    /// <summary>
    /// IEEE company id 02FC7Ah: ours by convention only. The second lowest bit of its first byte marks it as locally administered,
    /// so no vendor's names can be the same.
    /// </summary>
    private const uint CompanyId = 0x02FC7A;

    /// <summary>
    /// NAA 6h (SPC-4 7.8.6.6.5): NAA, company id, 36 bits vendor specific identifier, 64 bits extension; the last two from the
    /// hash.
    /// </summary>
    public static LogicalUnitIdentity Of(string scope, string name, string? path)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\0{name}\0{path}"));
        UInt128 hashed = new(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
        UInt128 guid = ((UInt128)0x6 << 124) | ((UInt128)CompanyId << 100) | (hashed & ((UInt128.One << 100) - 1));
        return new LogicalUnitIdentity(name, guid, Convert.ToHexStringLower(hash.AsSpan(16, 8)));
    }
}
