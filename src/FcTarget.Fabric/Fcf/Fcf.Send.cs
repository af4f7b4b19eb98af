// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric;

public sealed partial class Fcf
{
    private ushort _nextOxId;

    /// <param name="to">All-ENode-MACs, or who solicited.</param>
    /// <param name="tag">The VLAN.</param>
    /// <param name="solicited">The S bit, if it is an answer.</param>
    /// <param name="padTo">Length of the Ethernet payload: proves that the path carries the ENode's largest FCoE PDU.</param>
    private void SendAdvertisement(MacAddress to, VlanTag? tag, FipFlags solicited, int padTo)
    {
        if (!_transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        FipFlags flags = FipFlags.Fpma | FipFlags.Spma | FipFlags.Available | FipFlags.FPort | solicited;
        FipWriter fip = FipWriter.Begin(slot, to, _mac, FipDiscoverySubcode.Advertisement, flags, tag);
        fip.Add(new FipPriorityDescriptor { Priority = _options.Priority });
        fip.Add(new FipMacAddressDescriptor { MacAddress = _mac });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = _fabric.Options.SwitchName });
        fip.Add(new FipFabricDescriptor { FcMap = _options.FcMap, FabricName = _fabric.FabricName });
        fip.Add(new FipFkaAdvPeriodDescriptor { FkaAdvPeriod = (uint)_options.FkaAdvPeriod.TotalMilliseconds, D = _options.KeepAlivesUnwanted });
        fip.PadPayloadTo(Math.Min(padTo, _port.Loop.Wire.Mtu));
        _transmitter.Commit(fip.Finish());
        Counters.AdvertisementsSent++;
    }

    /// <summary>The VLANs that carry FCoE, sent in the VLAN of the request.</summary>
    private void SendVlanNotification(MacAddress to, VlanTag? tag)
    {
        if (!_transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        FipWriter fip = FipWriter.Begin(slot, to, _mac, FipVlanSubcode.Notification, FipFlags.None, tag);
        fip.Add(new FipMacAddressDescriptor { MacAddress = _mac });
        foreach (int vid in _vids) fip.Add(new FipVlanDescriptor { Vid = (ushort)vid });
        _transmitter.Commit(fip.Finish());
    }

    /// <summary>Clear Virtual Links for the VN_Ports in <see cref="_cleared"/>, which is empty then; for none: all of the ENode's.</summary>
    private void SendClearVirtualLinks(MacAddress enode, VlanTag? tag)
    {
        int most = (_port.Loop.Wire.Mtu - FipMessage.HeaderLength - FipMacAddressDescriptor.WireSize - FipNameIdentifierDescriptor.WireSize)
            / FipVxPortIdentificationDescriptor.WireSize;
        for (int done = 0; (done == 0 || done < _cleared.Count) && _transmitter.TryGetControlSlot(out Span<byte> slot); done += most)
        {
            FipWriter fip = FipWriter.Begin(slot, enode, _mac, FipControlSubcode.ClearVirtualLinks, FipFlags.None, tag);
            fip.Add(new FipMacAddressDescriptor { MacAddress = _mac });
            fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = _fabric.Options.SwitchName });
            for (int i = done; i < Math.Min(done + most, _cleared.Count); i++) fip.Add(_cleared[i]);
            _transmitter.Commit(fip.Finish());
            Counters.ClearVirtualLinksSent++;
        }
        _cleared.Clear();
    }

    /// <summary>LOGO from the F_Port controller: the port is to log in with the fabric (FC-LS, LOGO).</summary>
    private void SendLogo(MacAddress to, VlanTag? tag, FcId id, Wwn portName)
    {
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = id, NPortName = portName };
        FcHeader header = new()
        {
            RCtl = RCtl.ElsRequest,
            DId = id,
            SId = FcId.FPortController,
            Type = FcType.Els,
            FCtl = FCtlValues.ExchangeRequest,
            OxId = new OxId(_nextOxId++),
            RxId = RxId.Unassigned,
        };
        _transmitter.TrySend(new LinkAddress(to, _mac, tag), header, WireBytes.Of(logo));
    }

    /// <summary>Answers in the kind of frame the request came in; in FIP with the MAC address of the VN_Port, unless it is LS_RJT.</summary>
    private void Reply(scoped in FabricRequest request, FcId to, ReadOnlySpan<byte> payload, MacAddress granted, FipFlags mode)
    {
        FcHeader header = new()
        {
            RCtl = RCtl.ElsReply,
            DId = to,
            SId = FcId.FPortController,
            Type = FcType.Els,
            FCtl = FCtlValues.ElsReply,
            OxId = request.Els.Header.OxId,
            RxId = request.Els.Header.RxId,
        };
        if (request.Els.Fip is not { } descriptor)
        {
            _transmitter.TrySend(new LinkAddress(request.Els.SourceMac, _mac, request.Tag), header, payload);
            return;
        }
        if (!_transmitter.TryGetControlSlot(out Span<byte> slot)) return;
        FipWriter fip = FipWriter.Begin(slot, request.Els.SourceMac, _mac, FipLinkServiceSubcode.Reply, mode, request.Tag);
        FcFrame.Write(fip.AddEncapsulatedFrame(descriptor, FcHeader.WireSize + payload.Length), header, payload);
        if (granted != MacAddress.None) fip.Add(new FipMacAddressDescriptor { MacAddress = granted });
        _transmitter.Commit(fip.Finish());
    }

    /// <summary>A frame from somebody who is not logged in, as far as we know.</summary>
    internal void OnStrangeFrame(in EthernetFrame frame, FcId source)
    {
        if (frame.Source.IsGroup || source == FcId.None || source.IsWellKnown) return;
        Handle(null, VirtualLinkEvent.Frame, new Stranger(frame.Source, TagOf(VidOf(frame)), null, source));
    }
}
