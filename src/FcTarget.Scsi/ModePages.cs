// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Mode page codes (SPC-4 7.5, SBC-3 6.4).</summary>
public enum ModePageCode : byte
{
    ReadWriteErrorRecovery = 0x01,
    DisconnectReconnect = 0x02,
    Caching = 0x08,
    Control = 0x0A,
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

/// <summary>
/// Mode pages in page_0 format. Nothing can be changed, so current and default values are the same and the mask of changeable
/// values is all zeros.
/// </summary>
public static class ModePages
{
    /// <summary>The pages there are, in the order MODE SENSE returns them.</summary>
    public static ReadOnlySpan<ModePageCode> Supported =>
    [
        ModePageCode.ReadWriteErrorRecovery,
        ModePageCode.DisconnectReconnect,
        ModePageCode.Caching,
        ModePageCode.Control,
        ModePageCode.InformationalExceptionsControl,
    ];

    /// <summary>Writes a page. Returns its length in bytes, header of 2 included; 0 for a page we do not have.</summary>
    public static int Write(Span<byte> to, ModePageCode page, ModePageControl control)
    {
        int length = page switch
        {
            ModePageCode.ReadWriteErrorRecovery => 12,
            ModePageCode.DisconnectReconnect => 16,
            ModePageCode.Caching => 20,
            ModePageCode.Control => 12,
            ModePageCode.InformationalExceptionsControl => 12,
            _ => 0,
        };
        if (length == 0) return 0;
        to[..length].Clear();
        to[0] = (byte)page;
        to[1] = (byte)(length - 2); // PAGE LENGTH
        if (control == ModePageControl.Changeable) return length;
        switch (page)
        {
            case ModePageCode.Caching:
                to[2] = 0x04; // WCE: what is written is durable after SYNCHRONIZE CACHE or with FUA, not before
                break;
            case ModePageCode.Control:
                to[3] = 0x10; // QUEUE ALGORITHM MODIFIER: unrestricted reordering
                WriteUInt16BigEndian(to[8..], 0xFFFF); // BUSY TIMEOUT PERIOD: unlimited
                break;
        }
        return length;
    }
}
