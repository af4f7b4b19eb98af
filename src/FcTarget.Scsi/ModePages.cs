// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>Mode page codes (SPC-4 7.5, SBC-3 6.4).</summary>
public enum ModePageCode : byte
{
    ReadWriteErrorRecovery = 0x01,
    DisconnectReconnect = 0x02,
    VerifyErrorRecovery = 0x07,
    Caching = 0x08,
    Control = 0x0A,
    ProtocolSpecificLogicalUnit = 0x18,
    ProtocolSpecificPort = 0x19,
    PowerCondition = 0x1A,
    InformationalExceptionsControl = 0x1C,

    /// <summary>All of them; only in MODE SENSE.</summary>
    All = 0x3F,
}

/// <summary>PC, page control of MODE SENSE: which values are asked for (SPC-4 6.11).</summary>
public enum ModePageControl : byte
{
    Current = 0,
    Changeable = 1,
    Default = 2,
    Saved = 3,
}

/// <summary>A mode page: whole, with its header, as MODE SENSE returns it.</summary>
/// <param name="Code">PAGE CODE.</param>
/// <param name="Subpage">SUBPAGE CODE; 0 for a page in page_0 format, other pages are in sub_page format.</param>
/// <param name="Defaults">Default values, PS clear.</param>
/// <param name="Changeable">Header, and ones in the bits that MODE SELECT may change.</param>
public sealed record ModePageLayout(ModePageCode Code, byte Subpage, byte[] Defaults, byte[] Changeable)
{
    /// <summary>Bytes before the page's own data: 2, or 4 in sub_page format.</summary>
    public int HeaderLength => Subpage == 0 ? 2 : 4;
}

/// <summary>The mode pages of a block device, in ascending order.</summary>
public static class ModePages
{
    /// <summary>SPF, in byte 0: the page is in sub_page format.</summary>
    public const byte SubpageFormat = 0x40;

    /// <summary>PS, in byte 0: the page can be saved.</summary>
    public const byte ParametersSaveable = 0x80;

    /// <summary>PAGE CODE, in byte 0.</summary>
    public const byte CodeMask = 0x3F;

    /// <summary>Subpage of the Control page: Control Extension (SPC-4 7.5.9).</summary>
    public const byte ControlExtension = 0x01;

    /// <summary>Subpage of the Control page: Application Tag (SBC-3 6.4.3).</summary>
    public const byte ApplicationTag = 0x02;

    /// <summary>Where the first descriptor of the Application Tag page begins, how long one is, and how many there are.</summary>
    public const int ApplicationTagDescriptorAt = 16, ApplicationTagDescriptorLength = 24, ApplicationTagDescriptors = 4;

    /// <summary>Subpage of the Informational Exceptions Control page: Logical Block Provisioning (SBC-3 6.4.7).</summary>
    public const byte LogicalBlockProvisioning = 0x02;

    /// <summary>WCE, byte 2 of the Caching page: what is written may stay in a volatile cache.</summary>
    public const byte WriteCacheEnable = 0x04;

    /// <summary>D_SENSE, byte 2 of the Control page.</summary>
    public const byte DescriptorSense = 0x04;

    /// <summary>SWP, byte 4 of the Control page: software write protect.</summary>
    public const byte SoftwareWriteProtect = 0x08;

    /// <summary>TAS, byte 5 of the Control page: task aborted status.</summary>
    public const byte TaskAbortedStatus = 0x40;

    /// <summary>DPICZ, byte 2 of the Control page: protection information is not checked when a command's protect field is 000b.</summary>
    public const byte NoCheckWhenZero = 0x08;

    /// <summary>ATO, byte 5 of the Control page: the application tag belongs to the initiators.</summary>
    public const byte ApplicationTagOwner = 0x80;

    /// <summary>ATMPE, byte 5 of the Control page: the Application Tag page says what application tags should be.</summary>
    public const byte ApplicationTagPageEnabled = 0x20;

    /// <summary>RWWP, byte 5 of the Control page: data without protection information is not written.</summary>
    public const byte RejectWriteWithoutProtection = 0x10;

    /// <summary>Where the threshold descriptor of the Logical Block Provisioning page begins.</summary>
    public const int ThresholdDescriptorAt = 16;

    /// <summary>ENABLED, byte 0 of a threshold descriptor.</summary>
    public const byte ThresholdEnabled = 0x80;

    /// <summary>All pages of a unit without protection information.</summary>
    public static IReadOnlyList<ModePageLayout> Layouts { get; } = Make();

    /// <summary>
    /// All pages of a unit that supports protection information: the Control page has ATO, set, ATMPE, DPICZ and RWWP, and there is the Application Tag
    /// page.
    /// </summary>
    public static IReadOnlyList<ModePageLayout> ProtectedLayouts { get; } = MakeProtected();

    private static ModePageLayout[] MakeProtected()
    {
        ModePageLayout[] layouts = Make();
        ModePageLayout control = Array.Find(layouts, layout => layout is { Code: ModePageCode.Control, Subpage: 0 })!;
        control.Defaults[5] |= ApplicationTagOwner;
        control.Changeable[2] |= NoCheckWhenZero;
        control.Changeable[5] |= ApplicationTagOwner | ApplicationTagPageEnabled | RejectWriteWithoutProtection;
        ModePageLayout tags = Page(ModePageCode.Control, ApplicationTag, ApplicationTagDescriptorAt + (ApplicationTagDescriptors * ApplicationTagDescriptorLength));
        for (int at = ApplicationTagDescriptorAt; at < tags.Defaults.Length; at += ApplicationTagDescriptorLength)
        {
            tags.May(at, 0x80); // LAST
            for (int i = at + 6; i < at + ApplicationTagDescriptorLength; i++) tags.May(i, 0xFF); // LOGICAL BLOCK APPLICATION TAG, ADDRESS, COUNT
        }
        int behind = Array.FindIndex(layouts, layout => layout is { Code: ModePageCode.Control, Subpage: ControlExtension }) + 1;
        return [.. layouts[..behind], tags, .. layouts[behind..]];
    }

    private static ModePageLayout[] Make() =>
    [
        Page(ModePageCode.ReadWriteErrorRecovery, 12).May(2, 0xC0).May(3, 0xFF).May(8, 0xFF).May(10, 0xFF).May(11, 0xFF), // AWRE, ARRE; retries
        Page(ModePageCode.DisconnectReconnect, 16),
        Page(ModePageCode.VerifyErrorRecovery, 12).May(3, 0xFF).May(10, 0xFF).May(11, 0xFF),
        Page(ModePageCode.Caching, 20).Is(2, WriteCacheEnable).May(2, WriteCacheEnable | 0x01).May(12, 0x20), // WCE, RCD; DRA
        Page(ModePageCode.Control, 12).Is(3, 0x10).Is(8, 0xFF).Is(9, 0xFF) // QUEUE ALGORITHM MODIFIER: unrestricted; BUSY TIMEOUT: unlimited
            .May(2, DescriptorSense | 0x02).May(3, 0x10).May(4, SoftwareWriteProtect).May(5, TaskAbortedStatus),
        Page(ModePageCode.Control, ControlExtension, 32).Is(6, Sense.MaxLength) // MAXIMUM SENSE DATA LENGTH
            .May(4, 0x02).May(5, 0x0F), // SCSIP; INITIAL COMMAND PRIORITY
        Page(ModePageCode.ProtocolSpecificLogicalUnit, 8), // FCP-4 10.3
        Page(ModePageCode.ProtocolSpecificPort, 8),        // FCP-4 10.4
        Page(ModePageCode.PowerCondition, 40).May(3, 0x0F).May(8, 0xFF).May(9, 0xFF).May(10, 0xFF).May(11, 0xFF),
        Page(ModePageCode.InformationalExceptionsControl, 12).May(2, 0x0C).May(3, 0x0F).May(10, 0xFF).May(11, 0xFF), // DEXCPT, TEST; MRIE
        Page(ModePageCode.InformationalExceptionsControl, LogicalBlockProvisioning, 24)
            .Is(16, 0x02).Is(17, 0x02)     // soft threshold, reported as it increases; of the used resources
            .May(4, 0x01).May(16, ThresholdEnabled).May(20, 0xFF).May(21, 0xFF).May(22, 0xFF).May(23, 0xFF), // SITUA; COUNT
    ];

    private static ModePageLayout Page(ModePageCode code, int length) =>
        new(code, 0, Header(length, (byte)code, (byte)(length - 2)), Header(length, (byte)code, (byte)(length - 2)));

    private static ModePageLayout Page(ModePageCode code, byte subpage, int length) => new(
        code,
        subpage,
        Header(length, (byte)(SubpageFormat | (byte)code), subpage, 0, (byte)(length - 4)),
        Header(length, (byte)(SubpageFormat | (byte)code), subpage, 0, (byte)(length - 4)));

    private static byte[] Header(int length, params ReadOnlySpan<byte> header)
    {
        byte[] page = new byte[length];
        header.CopyTo(page);
        return page;
    }

    private static ModePageLayout Is(this ModePageLayout page, int at, byte value)
    {
        page.Defaults[at] = value;
        return page;
    }

    private static ModePageLayout May(this ModePageLayout page, int at, byte mask)
    {
        page.Changeable[at] = mask;
        return page;
    }
}
