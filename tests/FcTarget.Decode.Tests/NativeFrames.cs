// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Wire.Capture;

namespace FcTarget.Decode.Tests;

/// <summary>What an analyzer on a Fibre Channel link would have captured of a conversation over FCoE.</summary>
internal static class NativeFrames
{
    private static readonly Dictionary<Sof, byte> SofCharacters = new() { [Sof.SOFi3] = 0x56, [Sof.SOFn3] = 0x36, [Sof.SOFi2] = 0x55, [Sof.SOFf] = 0x58 };
    private static readonly Dictionary<Eof, byte> EofCharacters = new() { [Eof.EOFn] = 0xD5, [Eof.EOFt] = 0x75, [Eof.EOFa] = 0xF5 };

    /// <summary>The FC frame of an FCoE or FIP frame, from the frame header to the last fill byte; null when there is none.</summary>
    public static byte[]? Of(byte[] ethernet, LinkType linkType, bool withCrc = true)
    {
        EthernetFrame.TryRead(ethernet, out EthernetFrame frame);
        (Sof sof, Eof eof) = (Sof.SOFi3, Eof.EOFt);
        byte[]? fc = null;
        if (frame.EtherType == EtherType.Fcoe && FcoeFrame.TryRead(frame.Payload, verifyCrc: false, out FcoeFrame fcoe) == FcoeError.None)
            (sof, eof, fc) = (fcoe.Sof, fcoe.Eof, fcoe.Frame.ToArray());
        else if (frame.EtherType == EtherType.Fip && FipMessage.TryRead(frame.Payload, out FipMessage fip) == FipError.None)
            for (FipDescriptorReader descriptors = fip.Descriptors; descriptors.MoveNext();)
                if (descriptors.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> bytes)) fc = bytes.ToArray();
        if (fc is null) return null;
        byte[] crc = withCrc ? BitConverter.GetBytes(FcCrc.Compute(fc)) : [];
        return linkType == LinkType.Fc2
            ? [.. fc, .. crc]
            : [0xBC, 0xB5, SofCharacters[sof], SofCharacters[sof], .. fc, .. crc, 0xBC, 0x95, EofCharacters[eof], EofCharacters[eof]];
    }
}
