// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Protection information of a logical block (SBC-3 4.22.3): 8 bytes behind its user data.</summary>
/// <param name="Guard">LOGICAL BLOCK GUARD: <see cref="LogicalBlockGuard"/> of the user data.</param>
/// <param name="ApplicationTag">LOGICAL BLOCK APPLICATION TAG.</param>
/// <param name="ReferenceTag">LOGICAL BLOCK REFERENCE TAG.</param>
public readonly record struct ProtectionInformation(ushort Guard, ushort ApplicationTag, uint ReferenceTag)
{
    /// <summary>Bytes.</summary>
    public const int Length = 8;

    /// <summary>What a block holds that was never written, or was unmapped or formatted: it is never checked.</summary>
    public static readonly ProtectionInformation Default = new(0xFFFF, EscapeApplicationTag, EscapeReferenceTag);

    /// <summary>With this tag, and for type 3 with <see cref="EscapeReferenceTag"/> too, a block that is read is not checked.</summary>
    public const ushort EscapeApplicationTag = 0xFFFF;

    public const uint EscapeReferenceTag = 0xFFFF_FFFF;

    public static ProtectionInformation Read(ReadOnlySpan<byte> from) =>
        new(ReadUInt16BigEndian(from), ReadUInt16BigEndian(from[2..]), ReadUInt32BigEndian(from[4..]));

    public void Write(Span<byte> to)
    {
        WriteUInt16BigEndian(to, Guard);
        WriteUInt16BigEndian(to[2..], ApplicationTag);
        WriteUInt32BigEndian(to[4..], ReferenceTag);
    }
}
