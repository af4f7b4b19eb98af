// SPDX-License-Identifier: MIT

using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE in one byte (SPC-4 6.6.2), as far as we play them.</summary>
public enum PeripheralDevice : byte
{
    DirectAccessBlock = 0x00,
    WellKnownLogicalUnit = 0x1E,

    /// <summary>Qualifier 011b, type 1Fh: there is no logical unit at this LUN.</summary>
    NotCapable = 0x7F,
}

/// <summary>Standard INQUIRY data (SPC-4 6.6.2), 96 bytes with version descriptors.</summary>
public readonly ref struct StandardInquiryData
{
    /// <summary>Bytes as we write it: 96.</summary>
    public const int Length = 96;

    /// <summary>T10 VENDOR IDENTIFICATION of everything we serve, 8 characters.</summary>
    public const string Vendor = "FCTARGET";

    /// <summary>PRODUCT IDENTIFICATION of a disk.</summary>
    public const string DiskProduct = "DISK";

    public PeripheralDevice Device { get; init; }

    /// <summary>PRODUCT IDENTIFICATION: ASCII, 16 characters at most are taken.</summary>
    public string Product { get; init; }

    /// <summary>PRODUCT REVISION LEVEL: ASCII, 4 characters at most are taken.</summary>
    public string Revision { get; init; }

    /// <summary>RMB: the medium can be taken out.</summary>
    public bool Removable { get; init; }

    /// <summary>TPGS (SPC-4 5.15.2): 1 implicit, 2 explicit, 3 both; 0 for no target port groups.</summary>
    public byte TargetPortGroupSupport { get; init; }

    /// <summary>3PC: third-party copy commands are there.</summary>
    public bool ThirdPartyCopy { get; init; }

    /// <summary>PROTECT: the unit can have protection information.</summary>
    public bool Protection { get; init; }

    /// <summary>Eight at most.</summary>
    public ReadOnlySpan<VersionDescriptor> Versions { get; init; }

    /// <summary>Writes the data. Returns <see cref="Length"/>.</summary>
    public int Write(Span<byte> to)
    {
        to[..Length].Clear();
        to[0] = (byte)Device;
        to[1] = (byte)(Removable ? 0x80 : 0);
        to[2] = 0x06;       // VERSION: SPC-4
        to[3] = 0x32;       // NORMACA: NACA works; HISUP: LUNs as SAM numbers them; RESPONSE DATA FORMAT 2
        to[4] = Length - 5; // ADDITIONAL LENGTH
        to[5] = (byte)((TargetPortGroupSupport << 4) | (ThirdPartyCopy ? 0x08 : 0) | (Protection ? 0x01 : 0));
        to[6] = 0x10;       // MULTIP: several target ports may lead here
        to[7] = 0x02;       // CMDQUE: the SAM task management model
        AsciiField(to.Slice(8, 8), Vendor);
        AsciiField(to.Slice(16, 16), Product);
        AsciiField(to.Slice(32, 4), Revision);
        for (int i = 0; i < Versions.Length && i < 8; i++) WriteUInt16BigEndian(to[(58 + (i * 2))..], (ushort)Versions[i]);
        return Length;
    }

    /// <summary>A left-aligned ASCII data field padded with spaces (SPC-4 4.3.1); other characters become spaces.</summary>
    public static void AsciiField(Span<byte> to, ReadOnlySpan<char> text)
    {
        to.Fill((byte)' ');
        for (int i = 0; i < text.Length && i < to.Length; i++) to[i] = text[i] is > ' ' and <= '~' ? (byte)text[i] : (byte)' ';
    }

    /// <summary>The printable ASCII of a text, as <see cref="AsciiField"/> writes it.</summary>
    public static string Printable(string text)
    {
        byte[] ascii = new byte[text.Length];
        AsciiField(ascii, text);
        return Encoding.ASCII.GetString(ascii).TrimEnd();
    }
}
