// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

internal sealed partial class Vn2VnLink
{
    /// <summary>Neighbours remembered at most: more than N_Port_IDs that anybody will use on one Ethernet.</summary>
    private const int MaxNeighbors = 4096;

    private MacAddress _sender; // ENode MAC address of the frame being handled

    // ---- receiving ------------------------------------------------------------------------------------------------

    public void OnFip(in EthernetFrame frame, in FipMessage message)
    {
        switch (message.Operation)
        {
            case FipOperation.Vn2Vn when frame.Destination == FipAddresses.AllVn2VnENode || frame.Destination == _enode:
                OnVn2Vn(message);
                break;
            case FipOperation.LinkService when frame.Destination == _enode:
                OnLinkService(frame, message);
                break;
            case FipOperation.Vn2Vn or FipOperation.LinkService:
                _local.Counters.NotForUs++;
                break;
            default:
                _local.Counters.FipUnknown++; // Discovery, VLAN: for ENodes in a fabric
                break;
        }
    }

    private void OnVn2Vn(in FipMessage message)
    {
        if (!TryReadNeighbor(message, out Neighbor? peer))
        {
            _local.Counters.FipMalformed++;
            return;
        }
        if (peer!.PortName == _local.PortName || peer.ENode == _enode || State == Vn2VnState.Down) return; // our own frame, sent back by a bridge
        _sender = peer.ENode;
        switch ((FipVn2VnSubcode)message.Subcode)
        {
            case FipVn2VnSubcode.ProbeRequest when peer.Id == _id:
                Handle(WinsProbe(peer, message.Flags) ? Vn2VnEvent.ProbeRequestWeWin : Vn2VnEvent.ProbeRequestWeYield);
                break;
            case FipVn2VnSubcode.ProbeReply when peer.Id == _id:
                Handle(Vn2VnEvent.ProbeReply);
                break;
            case FipVn2VnSubcode.ClaimNotification:
                OnClaim(peer);
                break;
            case FipVn2VnSubcode.ClaimResponse when peer.Id != _id:
                Learn(peer, HasBeaconed(peer));
                break;
            case FipVn2VnSubcode.Beacon:
                OnBeacon(peer);
                break;
            case FipVn2VnSubcode.ProbeRequest or FipVn2VnSubcode.ProbeReply or FipVn2VnSubcode.ClaimResponse:
                break; // about somebody else's address
            default:
                _local.Counters.FipUnknown++;
                break;
        }
    }

    /// <summary>FC-BB-6: a recorded N_Port_ID goes before one that is not; then the higher N_Port_Name.</summary>
    private bool WinsProbe(Neighbor peer, FipFlags flags)
    {
        bool theirs = (flags & FipFlags.RecordedOrPointToPoint) != 0, ours = _recorded == _id;
        return theirs == ours ? _local.PortName.Value > peer.PortName.Value : ours;
    }

    private void OnClaim(Neighbor peer)
    {
        if (peer.Id == _id)
        {
            Handle(peer.PortName.Value > _local.PortName.Value ? Vn2VnEvent.ClaimedByHigher : Vn2VnEvent.ClaimedByLower);
            return;
        }
        if (State is not (Vn2VnState.Claim or Vn2VnState.Up))
        {
            Learn(peer, isUp: false);
            return;
        }
        // The response is as long as the peer's largest FCoE PDU, so that the path is known to carry it.
        Send(FipVn2VnSubcode.ClaimResponse, peer.ENode, padTo: Math.Min(peer.MaxFcoeSize, _local.Loop.Wire.Mtu));
        Learn(peer, isUp: false);
    }

    /// <summary>A port that answers a claim has claimed its own address; whether it uses it already, its beacon tells.</summary>
    private bool HasBeaconed(Neighbor peer) =>
        (_heard.Remove(peer.Id.Value, out Wwn heard) && heard == peer.PortName)
        || (_neighbors.TryGetValue(peer.Id.Value, out Neighbor? known) && known.IsUp && known.PortName == peer.PortName);

    private void OnBeacon(Neighbor peer)
    {
        if (peer.Id == _id)
        {
            Handle(peer.PortName.Value > _local.PortName.Value ? Vn2VnEvent.ClaimedByHigher : Vn2VnEvent.ClaimedByLower);
            return;
        }
        if (_neighbors.TryGetValue(peer.Id.Value, out Neighbor? known) && known.PortName == peer.PortName && known.NodeName == peer.NodeName)
        {
            known.LastSeen = Now;
            known.IsUp = true;
            LogIn(known);
            return;
        }
        if (_heard.Count < MaxNeighbors) _heard[peer.Id.Value] = peer.PortName;
        // A neighbour we have not met: our claim makes it answer with what we need to know of it.
        if (State == Vn2VnState.Up && (_lastClaim == TimeSpan.MinValue || Now - _lastClaim > AnnounceWait)) Claim();
    }

    private void Learn(Neighbor peer, bool isUp)
    {
        if (_neighbors.TryGetValue(peer.Id.Value, out Neighbor? old) && old.PortName != peer.PortName) Remove(old);
        if (!_neighbors.ContainsKey(peer.Id.Value) && _neighbors.Count >= MaxNeighbors) return;
        peer.LastSeen = Now;
        peer.IsUp = isUp;
        _neighbors[peer.Id.Value] = peer;
        LogIn(peer);
    }

    private bool TryReadNeighbor(in FipMessage message, out Neighbor? neighbor)
    {
        neighbor = null;
        Neighbor read = new();
        bool mac = false, name = false, port = false;
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipMacAddressDescriptor enode)) (mac, read.ENode) = (true, enode.MacAddress);
            else if (descriptors.TryGet(out FipNameIdentifierDescriptor node)) (name, read.NodeName) = (true, node.NameIdentifier);
            else if (descriptors.TryGet(out FipVxPortIdentificationDescriptor vx)) (port, read.Id, read.PortName) = (true, vx.AddressIdentifier, vx.PortName);
            else if (descriptors.TryGet(out FipMaxFcoeSizeDescriptor size)) read.MaxFcoeSize = size.MaxFcoeSize;
            else if (descriptors.TryGet(out FipFc4AttributesDescriptor fc4)) ReadFeatures(read, fc4);
            else if (descriptors.IsCritical) return false; // unknown, or of a wrong length (FC-BB-6: discard the frame)
        }
        if (descriptors.IsMalformed || !mac || !name || !port || read.Id == FcId.None || read.PortName.IsNone || read.ENode.IsGroup) return false;
        neighbor = read;
        return true;
    }

    private static void ReadFeatures(Neighbor neighbor, in FipFc4AttributesDescriptor fc4)
    {
        byte features = fc4.Features.Of((byte)FcType.Fcp);
        neighbor.SaysItsFeatures = features != 0;
        if ((features & Fc4Features.FcpTarget) != 0) neighbor.Parameters |= FcpServiceParameters.TargetFunction;
        if ((features & Fc4Features.FcpInitiator) != 0) neighbor.Parameters |= FcpServiceParameters.InitiatorFunction;
    }

    private void OnLinkService(in EthernetFrame ethernet, in FipMessage message)
    {
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (!descriptors.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> bytes)) continue;
            if (FcFrame.TryRead(bytes, out FcFrame frame) != FcFrameError.None) break;
            if (State != Vn2VnState.Up || frame.Header.DId != _id) _local.Counters.NotForUs++;
            else if (_neighbors.TryGetValue(frame.Header.SId.Value, out Neighbor? neighbor) && neighbor.ENode != ethernet.Source) _local.Counters.SourceMacWrong++;
            else _local.OnFrame(frame, first: true, ethernet.Source, descriptors.Type);
            return;
        }
        _local.Counters.FipMalformed++;
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    public bool TryCarry(FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo)
    {
        FipDescriptorType? type = answers;
        if (header.RCtl == RCtl.ElsRequest)
            type = (ElsCommand)payload[0] switch
            {
                ElsCommand.Flogi => FipDescriptorType.Flogi,
                ElsCommand.Logo => FipDescriptorType.Logo,
                _ => null,
            };
        if (type is not { } descriptor) return false;
        // An answer goes back where its request came from: also to a port that is no neighbour, which is told so.
        MacAddress to = answers is not null ? answerTo : _neighbors.TryGetValue(header.DId.Value, out Neighbor? neighbor) ? neighbor.ENode : MacAddress.None;
        if (to == MacAddress.None) return false;
        if (!_local.Transmitter.TryGetControlSlot(out Span<byte> slot)) return true;
        FipLinkServiceSubcode subcode = header.RCtl == RCtl.ElsRequest ? FipLinkServiceSubcode.Request : FipLinkServiceSubcode.Reply;
        FipWriter fip = FipWriter.Begin(slot, to, _enode, subcode, tag: _local.Options.Vlan);
        FcFrame.Write(fip.AddEncapsulatedFrame(descriptor, FcHeader.WireSize + payload.Length), header, payload);
        if ((ElsCommand)payload[0] != ElsCommand.LsRjt) fip.Add(new FipMacAddressDescriptor { MacAddress = VnPortMac });
        _local.Transmitter.Commit(fip.Finish());
        return true;
    }

    private void Send(FipVn2VnSubcode subcode, MacAddress to, int padTo = 0)
    {
        if (!_local.Transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        // Beacons come from the VN_Port, everything else from the ENode.
        MacAddress from = subcode == FipVn2VnSubcode.Beacon ? VnPortMac : _enode;
        bool recorded = subcode == FipVn2VnSubcode.ProbeRequest && _recorded == _id;
        FipWriter fip = FipWriter.Begin(slot, to, from, subcode, recorded ? FipFlags.RecordedOrPointToPoint : FipFlags.None, _local.Options.Vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = _enode });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = _local.NodeName });
        fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = VnPortMac, AddressIdentifier = _id, PortName = _local.PortName });
        if (subcode is FipVn2VnSubcode.ClaimNotification or FipVn2VnSubcode.ClaimResponse)
        {
            fip.Add(OurFeatures());
            fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = (ushort)FcoeSize.PduForDataField(_local.MaxPayload) });
        }
        if (padTo > 0) fip.PadPayloadTo(padTo);
        _local.Transmitter.Commit(fip.Finish());
    }

    private FipFc4AttributesDescriptor OurFeatures()
    {
        FcpServiceParameters ours = _local.FcpParameters;
        byte features = 0;
        if ((ours & FcpServiceParameters.TargetFunction) != 0) features |= Fc4Features.FcpTarget;
        if ((ours & FcpServiceParameters.InitiatorFunction) != 0) features |= Fc4Features.FcpInitiator;
        FipFc4AttributesDescriptor fc4 = default;
        fc4.Types.Set((byte)FcType.Fcp);
        fc4.Features.Set((byte)FcType.Fcp, features);
        return fc4;
    }
}
