// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

internal sealed partial class FabricTopology
{
    /// <summary>Max_FCoE_Size: the largest FCoE PDU that our end of the wire takes.</summary>
    private int MaxFcoeSize => FcoeSize.PduForDataField(_port.Local.MaxPayload);

    // ---- receiving ------------------------------------------------------------------------------------------------

    public void OnFip(in EthernetFrame frame, in FipMessage message)
    {
        bool toUs = frame.Destination == _enode;
        int vid = frame.HasVlan ? frame.Vlan!.Value.Vid : 0;
        bool vlans = message.Operation == FipOperation.Vlan;
        if (State == ENodeState.Down || frame.Source == _enode || (!vlans && vid != Vid))
        {
            _port.Counters.NotForUs++;
            return;
        }
        switch (message.Operation, message.Subcode)
        {
            case (FipOperation.Vlan, (byte)FipVlanSubcode.Notification) when toUs:
                OnVlanNotification(frame, message);
                break;
            case (FipOperation.Discovery, (byte)FipDiscoverySubcode.Advertisement)
                when (toUs || frame.Destination == FipAddresses.AllENode) && (message.Flags & FipFlags.FPort) != 0:
                OnAdvertisement(frame, message, toUs);
                break;
            case (FipOperation.LinkService, (byte)FipLinkServiceSubcode.Reply) when toUs:
                OnLinkService(frame, message);
                break;
            case (FipOperation.Control, (byte)FipControlSubcode.ClearVirtualLinks) when toUs || IsVnPort(frame.Destination):
                OnClearVirtualLinks(frame, message);
                break;
            case (FipOperation.Vlan or FipOperation.Discovery or FipOperation.LinkService or FipOperation.Control, _):
                _port.Counters.NotForUs++; // what ENodes say to FCFs, and FCFs to each other or to others
                break;
            default:
                _port.Counters.FipUnknown++;
                break;
        }
    }

    private void OnVlanNotification(in EthernetFrame frame, in FipMessage message)
    {
        if (State != ENodeState.VlanDiscovery) return;
        bool mac = false;
        _vlans.Clear();
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipMacAddressDescriptor from)) mac = from.MacAddress == frame.Source;
            else if (descriptors.TryGet(out FipVlanDescriptor vlan)) AddVlan(vlan.Vid);
            else if (descriptors.IsCritical && !descriptors.Type.IsDefined()) mac = false;
        }
        if (descriptors.IsMalformed || !mac || _vlans.Count == 0)
        {
            _vlans.Clear();
            _port.Counters.FipMalformed++;
            return;
        }
        UseVlan(_vlans[0]);
        Handle(ENodeEvent.VlansKnown);
    }

    private void AddVlan(ushort vid)
    {
        VlanTag? tag = vid == 0 ? null : new VlanTag(vid, FcoePriority);
        if (vid <= VlanTag.MaxVid && _vlans.Count < MaxVlans && !_vlans.Contains(tag)) _vlans.Add(tag);
    }

    private void OnAdvertisement(in EthernetFrame frame, in FipMessage message, bool unicast)
    {
        if (KnownFcf.TryRead(frame, message) is not { } told)
        {
            _port.Counters.FipMalformed++;
            return;
        }
        if (State is not (ENodeState.Discovery or ENodeState.Selected)) return;
        int at = _fcfs.FindIndex(f => f.Mac == told.Mac);
        KnownFcf? old = at >= 0 ? _fcfs[at] : null;
        bool same = old is not null && old.IsSameAs(told);
        if (unicast && (message.Flags & FipFlags.Solicited) != 0)
        {
            told.IsVerified = frame.Payload.Length >= MaxFcoeSize;
            if (!told.IsVerified) _port.Counters.AdvertisementsTooShort++;
        }
        told.IsVerified |= same && old!.IsVerified;
        told.Refusals = same ? old!.Refusals : 0;
        told.LastSeen = Now;
        if (at >= 0) _fcfs[at] = told;
        else if (_fcfs.Count < MaxFcfs) _fcfs.Add(told);
        SetAgeing();
        if (old is not null && old == _fcf)
        {
            if (same) Follow(told);
            else Handle(ENodeEvent.FcfLost); // another switch, or another fabric, behind the same address
        }
        else if (!told.IsVerified && !unicast && told.IsAvailable)
        {
            SendSolicitation(told.Mac); // whether the path carries long frames, its answer will show
        }
    }

    /// <summary>The FCF says something new of itself.</summary>
    private void Follow(KnownFcf told)
    {
        bool period = told.FkaAdvPeriod != _fcf!.FkaAdvPeriod || told.KeepAlivesUnwanted != _fcf.KeepAlivesUnwanted;
        _fcf = told;
        if (!period || !_links[0].Session.HasAddress) return;
        if (told.KeepAlivesUnwanted) _keepAlive.Cancel();
        else _keepAlive.Set(told.FkaAdvPeriod);
    }

    /// <summary>The answer to FLOGI, FDISC or LOGO.</summary>
    private void OnLinkService(in EthernetFrame frame, in FipMessage message)
    {
        if (frame.Source != FcfMac)
        {
            _port.Counters.FcfMacWrong++;
            return;
        }
        MacAddress granted = MacAddress.None;
        ReadOnlySpan<byte> bytes = default;
        FipDescriptorType type = default;
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipMacAddressDescriptor mac)) granted = mac.MacAddress;
            else if (descriptors.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> fc))
            {
                bytes = fc;
                type = descriptors.Type;
            }
        }
        if (descriptors.IsMalformed || FcFrame.TryRead(bytes, out FcFrame answer) != FcFrameError.None
            || answer.Header.RCtl != RCtl.ElsReply)
        {
            _port.Counters.FipMalformed++;
            return;
        }
        if (!_requests.Remove(answer.Header.OxId.Value, out FabricLink? link))
        {
            _port.Counters.FrameUnexpected++;
            return;
        }
        link.GrantedMac = granted;
        link.Local.OnFrame(answer, first: true, frame.Source, type);
    }

    /// <summary>The FCF ends virtual links: those it names, or all.</summary>
    private void OnClearVirtualLinks(in EthernetFrame frame, in FipMessage message)
    {
        if (frame.Source != FcfMac || _fcf is not { } fcf)
        {
            _port.Counters.FcfMacWrong++;
            return;
        }
        bool mac = false, name = false, named = false, ours = false, first = false;
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipMacAddressDescriptor from)) mac = from.MacAddress == fcf.Mac;
            else if (descriptors.TryGet(out FipNameIdentifierDescriptor who)) name = who.NameIdentifier == fcf.SwitchName;
            else if (descriptors.TryGet(out FipVxPortIdentificationDescriptor port))
            {
                named = true;
                if (LinkOf(port) is not { } link) continue;
                ours = true;
                first |= link.IsFirst;
            }
        }
        if (descriptors.IsMalformed || !mac || !name)
        {
            _port.Counters.FipMalformed++;
            return;
        }
        if (named && !ours) return;
        _port.Counters.VirtualLinksCleared++;
        if (!named || first)
        {
            // With FLOGI's virtual link all are gone. Whether the FCF will have us again, its next advertisement says.
            _fcfs.Remove(fcf);
            Handle(ENodeEvent.FcfLost);
            return;
        }
        descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (!descriptors.TryGet(out FipVxPortIdentificationDescriptor port) || LinkOf(port) is not { } link) continue;
            link.Session.End();
            link.Session.Begin();
        }
    }

    private FabricLink? LinkOf(in FipVxPortIdentificationDescriptor port) =>
        _byId.TryGetValue(port.AddressIdentifier.Value, out FabricLink? link)
            && link.Mac == port.MacAddress && link.Local.PortName == port.PortName ? link : null;

    private bool IsVnPort(MacAddress mac) => _links.Exists(link => link.Mac == mac && mac != MacAddress.None);

    // ---- sending --------------------------------------------------------------------------------------------------

    private void SendVlanRequest()
    {
        if (!_port.Transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        FipWriter fip = FipWriter.Begin(slot, FipAddresses.AllFcf, _enode, FipVlanSubcode.Request);
        fip.Add(new FipMacAddressDescriptor { MacAddress = _enode });
        _port.Transmitter.Commit(fip.Finish());
    }

    /// <param name="fcf">One FCF, or null for all.</param>
    private void SendSolicitation(MacAddress? fcf)
    {
        if (!_port.Transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        FipWriter fip = FipWriter.Begin(
            slot, fcf ?? FipAddresses.AllFcf, _enode, FipDiscoverySubcode.Solicitation, FipFlags.Fpma | FipFlags.Spma, Tag);
        fip.Add(new FipMacAddressDescriptor { MacAddress = _enode });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = _port.Local.NodeName });
        fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = (ushort)MaxFcoeSize });
        _port.Transmitter.Commit(fip.Finish());
    }

    /// <summary>FLOGI, FDISC or LOGO to the F_Port controller.</summary>
    public void SendLinkService(FabricLink link, FipDescriptorType type, FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (_fcf is not { } fcf || !_port.Transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        _requests[header.OxId.Value] = link;
        // FLOGI and FDISC propose a MAC address in server provided mode only; LOGO names the VN_Port's.
        MacAddress mac = type == FipDescriptorType.Logo ? link.Mac : fcf.WantsServerMac ? _enode : MacAddress.None;
        FipFlags mode = fcf.WantsServerMac ? FipFlags.Spma : FipFlags.Fpma;
        FipWriter fip = FipWriter.Begin(slot, fcf.Mac, _enode, FipLinkServiceSubcode.Request, mode, Tag);
        FcFrame.Write(fip.AddEncapsulatedFrame(type, FcHeader.WireSize + payload.Length), header, payload);
        fip.Add(new FipMacAddressDescriptor { MacAddress = mac });
        _port.Transmitter.Commit(fip.Finish());
    }

    /// <param name="vnPort">The VN_Port that is still there; null: the ENode is.</param>
    public void SendKeepAlive(FabricLink? vnPort)
    {
        if (!_port.Transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        FipWriter fip = FipWriter.Begin(slot, FcfMac, vnPort?.Mac ?? _enode, FipControlSubcode.KeepAlive, tag: Tag);
        fip.Add(new FipMacAddressDescriptor { MacAddress = _enode });
        if (vnPort is not null)
            fip.Add(new FipVxPortIdentificationDescriptor
            {
                MacAddress = vnPort.Mac,
                AddressIdentifier = vnPort.Local.Id,
                PortName = vnPort.Local.PortName,
            });
        _port.Transmitter.Commit(fip.Finish());
    }
}
