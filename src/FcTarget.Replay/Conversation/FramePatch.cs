// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Capture;

namespace FcTarget.Replay.Conversation;

/// <summary>Puts the identities of the replay into a captured frame.</summary>
internal static class FramePatch
{
    private const int SourceAt = 6;

    /// <summary>Copies a frame of a peer and addresses it to our target. Returns its length in bytes; FC header and CRC are not made yet.</summary>
    public static int Address(in ReplayFrame frame, Span<byte> to, MacAddress destination, MacAddress source)
    {
        frame.Bytes.CopyTo(to);
        MemoryMarshal.Write(to, in destination);
        MemoryMarshal.Write(to[SourceAt..], in source);
        return frame.Bytes.Length;
    }

    /// <summary>Writes the FC header of a patched frame and, in an FCoE frame, the CRC that fits.</summary>
    /// <param name="bytes">The Ethernet frame.</param>
    /// <param name="at">Where its FC header begins.</param>
    /// <param name="isFip">An ELS in a FIP frame has no CRC.</param>
    /// <param name="header">The header to be.</param>
    public static void Seal(Span<byte> bytes, int at, bool isFip, in FcHeader header)
    {
        MemoryMarshal.Write(bytes[at..], in header);
        if (isFip) return;
        // The CRC is little-endian in the FCoE trailer, which has EOF and three more bytes behind it.
        int end = bytes.Length - FcoeFrame.TrailerLength;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[end..], FcCrc.Compute(bytes[at..end]));
    }

    /// <summary>The N_Port_IDs in the payload of a link service.</summary>
    public static void PatchEls(Span<byte> payload, IdentityMap map)
    {
        if (!ElsPayload.TryReadCommand(payload, out ElsCommand command)) return;
        switch (command)
        {
            case ElsCommand.Logo or ElsCommand.Rec or ElsCommand.Rrq:
                PatchId(payload, 5, map);
                break;
            case ElsCommand.Adisc:
                PatchId(payload, 25, map);
                break;
            case ElsCommand.Rscn:
                for (int at = ElsPayload.MinLength + 1; at + 3 <= payload.Length; at += 4) PatchId(payload, at, map);
                break;
        }
    }

    /// <summary>The Port_ID that requests to the name server begin with.</summary>
    public static void PatchCt(Span<byte> payload, IdentityMap map) => PatchId(payload, CtPreamble.WireSize + 1, map);

    /// <summary>The addresses in the descriptors of a FIP frame.</summary>
    public static void PatchFip(Span<byte> bytes, IdentityMap map)
    {
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet) || FipMessage.TryRead(ethernet.Payload, out FipMessage fip) != FipError.None) return;
        FipDescriptorReader descriptors = fip.Descriptors;
        while (descriptors.MoveNext())
        {
            bytes.Overlaps(descriptors.Descriptor, out int at);
            if (descriptors.TryGet(out FipMacAddressDescriptor mac))
            {
                mac.MacAddress = map.ToOurs(mac.MacAddress);
                MemoryMarshal.Write(bytes[at..], in mac);
            }
            else if (descriptors.TryGet(out FipVxPortIdentificationDescriptor vx))
            {
                vx.MacAddress = map.ToOurs(vx.MacAddress);
                vx.AddressIdentifier = map.ToOurs(vx.AddressIdentifier);
                MemoryMarshal.Write(bytes[at..], in vx);
            }
        }
    }

    private static void PatchId(Span<byte> payload, int at, IdentityMap map)
    {
        if (payload.Length < at + 3) return;
        FcId id = map.ToOurs(MemoryMarshal.Read<FcId>(payload[at..]));
        MemoryMarshal.Write(payload[at..], in id);
    }
}
