// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;

namespace FcTarget.Fabric;

public sealed partial class Fcf
{
    /// <summary>A FIP frame that is well formed as a whole.</summary>
    internal void OnFip(in EthernetFrame frame, in FipMessage message)
    {
        if (!IsUp) return;
        if (frame.Destination != _mac && frame.Destination != FipAddresses.AllFcf && frame.Destination != FipAddresses.AllFcoe)
        {
            _port.Counters.NotForUs++;
            return;
        }
        if (frame.Source.IsGroup || frame.Source == _mac || frame.Source == MacAddress.None)
        {
            Counters.FipSourceSpoofed++;
            return;
        }
        int vid = VidOf(frame);
        // Which VLAN to use is what a VLAN request wants to know: it is answered wherever it comes from.
        bool asksForVlans = message.Operation == FipOperation.Vlan && message.Subcode == (byte)FipVlanSubcode.Request;
        if (!asksForVlans && !Serves(vid))
        {
            Counters.VlanNotServed++;
            return;
        }
        // Only discovery is for every FCF; a login that is would be one with each of them (FC-BB-6).
        if (message.Operation is FipOperation.LinkService or FipOperation.Control && frame.Destination != _mac)
        {
            Counters.FipGroupAddressed++;
            return;
        }
        switch (message.Operation, message.Subcode)
        {
            case (FipOperation.Vlan, (byte)FipVlanSubcode.Request):
                OnVlanRequest(frame, message);
                break;
            case (FipOperation.Discovery, (byte)FipDiscoverySubcode.Solicitation) when (message.Flags & FipFlags.FPort) == 0:
                OnSolicitation(frame, message, vid);
                break;
            case (FipOperation.LinkService, (byte)FipLinkServiceSubcode.Request):
                OnLinkService(frame, message, vid);
                break;
            case (FipOperation.Control, (byte)FipControlSubcode.KeepAlive):
                OnKeepAlive(frame, message, vid);
                break;
            case (FipOperation.Control, (byte)FipControlSubcode.ClearVirtualLinks):
                OnClearVirtualLinks(frame, message, vid);
                break;
            default:
                Counters.FipUnknown++; // of another FCF, of VN2VN, or of no standard
                break;
        }
    }

    private void OnVlanRequest(in EthernetFrame frame, in FipMessage message)
    {
        if (!FipRequest.TryRead(message, FipRequest.Bit(FipDescriptorType.MacAddress), Counters, out FipRequest request)) return;
        if (!IsFrom(frame, request.Mac)) return;
        Counters.VlanRequests++;
        SendVlanNotification(frame.Source, frame.Vlan);
    }

    private void OnSolicitation(in EthernetFrame frame, in FipMessage message, int vid)
    {
        uint required = FipRequest.Bit(FipDescriptorType.MacAddress) | FipRequest.Bit(FipDescriptorType.NameIdentifier)
            | FipRequest.Bit(FipDescriptorType.MaxFcoeSize);
        if (!FipRequest.TryRead(message, required, Counters, out FipRequest request) || !IsFrom(frame, request.Mac)) return;
        Counters.Solicitations++;
        if (_selecting.Count >= _options.MaxENodes) _selecting.Clear(); // a flood of made-up addresses: a real one solicits again
        if (!_enodes.ContainsKey((request.Mac, vid))) _selecting.Add((request.Mac, vid));
        Handle(FcfEvent.Solicited, new Solicitation(frame.Source, TagOf(vid), request.MaxFcoeSize));
    }

    private void OnKeepAlive(in EthernetFrame frame, in FipMessage message, int vid)
    {
        if (!FipRequest.TryRead(message, FipRequest.Bit(FipDescriptorType.MacAddress), Counters, out FipRequest request)) return;
        // The ENode's keep alive comes from the ENode MAC address, that of a VN_Port from the VN_Port MAC address (FC-BB-6).
        if (!IsFrom(frame, request.VnPort?.MacAddress ?? request.Mac) || request.Mac.IsGroup) return;
        Counters.KeepAlives++;
        if (request.VnPort is { } named)
        {
            VirtualLink? link = LinkOf(named.AddressIdentifier);
            if (link is not null && (link.Mac != named.MacAddress || link.Port.PortName != named.PortName || link.ENode.Mac != request.Mac
                || link.ENode.Vid != vid)) link = null; // somebody else's now
            if (link is null) Counters.KeepAlivesUnknown++;
            Handle(link, VirtualLinkEvent.KeepAlive, new Stranger(request.Mac, TagOf(vid), named, default));
        }
        else if (_enodes.TryGetValue((request.Mac, vid), out ENode? enode))
        {
            enode.LastKeepAlive = Now;
        }
        else if (!_selecting.Contains((request.Mac, vid))) // Linux keeps an FCF alive that it has selected, before its FLOGI
        {
            Counters.KeepAlivesUnknown++;
            Handle(null, VirtualLinkEvent.KeepAlive, new Stranger(request.Mac, TagOf(vid), null, default));
        }
    }

    /// <summary>An ENode that gives up virtual links of its own without LOGO.</summary>
    private void OnClearVirtualLinks(in EthernetFrame frame, in FipMessage message, int vid)
    {
        if (!FipRequest.TryRead(message, FipRequest.Bit(FipDescriptorType.MacAddress), Counters, out FipRequest request)) return;
        if (!IsFrom(frame, request.Mac)) return;
        Counters.ClearVirtualLinksReceived++;
        if (!_enodes.TryGetValue((frame.Source, vid), out ENode? enode)) return;
        if (request.VnPort is null)
        {
            ForEachLink(enode, VirtualLinkEvent.Logo); // none named: all
            return;
        }
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (!descriptors.TryGet(out FipVxPortIdentificationDescriptor named)) continue;
            if (LinkOf(named.AddressIdentifier) is { } link && link.ENode == enode && link.Port.PortName == named.PortName)
                Handle(link, VirtualLinkEvent.Logo);
        }
    }

    /// <summary>Whether the frame comes from the address that it says it is about.</summary>
    private bool IsFrom(in EthernetFrame frame, MacAddress said)
    {
        if (frame.Source == said) return true;
        Counters.FipSourceSpoofed++;
        return false;
    }
}
