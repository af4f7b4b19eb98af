// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Replay.Conversation;

/// <summary>Frames that are not in the capture, as bytes. Each returns the length of the Ethernet frame.</summary>
internal static class MadeUpFrames
{
    /// <summary>One FC frame in FCoE.</summary>
    public static int Fcoe(Span<byte> to, MacAddress destination, MacAddress source, VlanTag? vlan, in FcHeader header, ReadOnlySpan<byte> payload, bool first = true)
    {
        int at = EthernetFrame.WriteHeader(to, destination, source, EtherType.Fcoe, vlan);
        FcoeFrame.WriteHeader(to[at..], first ? Sof.SOFi3 : Sof.SOFn3);
        at += FcoeFrame.HeaderLength;
        int length = FcFrame.Write(to[at..], header, payload);
        uint crc = FcCrc.Compute(to.Slice(at, length));
        at += length;
        FcoeFrame.WriteTrailer(to[at..], crc, header.FCtl.Has(FCtl.EndSequence) ? Eof.EOFt : Eof.EOFn);
        return at + FcoeFrame.TrailerLength;
    }

    /// <summary>FLOGI, FDISC or LOGO in FIP, or the answer to one.</summary>
    public static int FipEls(
        Span<byte> to, MacAddress destination, MacAddress source, VlanTag? vlan, FipDescriptorType carrier, in FcHeader header, ReadOnlySpan<byte> payload, MacAddress granted)
    {
        FipLinkServiceSubcode subcode = header.RCtl == RCtl.ElsRequest ? FipLinkServiceSubcode.Request : FipLinkServiceSubcode.Reply;
        FipFlags flags = subcode == FipLinkServiceSubcode.Request ? FipFlags.Fpma : FipFlags.None; // the fabric provides the MAC address
        FipWriter fip = FipWriter.Begin(to, destination, source, subcode, flags, vlan);
        FcFrame.Write(fip.AddEncapsulatedFrame(carrier, FcHeader.WireSize + payload.Length), header, payload);
        if ((ElsCommand)payload[0] != ElsCommand.LsRjt) fip.Add(new FipMacAddressDescriptor { MacAddress = granted });
        return fip.Finish();
    }

    /// <summary>A claim or beacon of a VN2VN_Port.</summary>
    public static int Vn2Vn(Span<byte> to, FipVn2VnSubcode subcode, ReplayPeer peer, VlanTag? vlan)
    {
        MacAddress port = MacAddress.Fpma(MacAddress.Vn2VnFcMap, peer.Ours);
        FipWriter fip = FipWriter.Begin(to, FipAddresses.AllVn2VnENode, subcode == FipVn2VnSubcode.Beacon ? port : peer.ENode, subcode, tag: vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = peer.NodeName });
        fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = port, AddressIdentifier = peer.Ours, PortName = peer.PortName });
        if (subcode == FipVn2VnSubcode.ClaimNotification)
        {
            FipFc4AttributesDescriptor fc4 = default;
            fc4.Types.Set((byte)FcType.Fcp);
            fc4.Features.Set((byte)FcType.Fcp, Fc4Features.FcpInitiator);
            fip.Add(fc4);
            fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = (ushort)FcoeSize.PduForDataField(FcoeSize.MaxDataField) });
        }
        return fip.Finish();
    }

    /// <summary>A payload as the bytes it is on the wire.</summary>
    public static byte[] BytesOf<T>(in T payload) where T : struct, IWirePayload
    {
        byte[] bytes = new byte[T.WireSize];
        MemoryMarshal.Write(bytes, in payload);
        return bytes;
    }
}
