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
    private static readonly ElsReject MacAddressingModeNotSupported =
        new(ElsRejectReason.FipError, ElsRejectExplanation.MacAddressingModeNotSupported);

    private static readonly ElsReject ProposedMacAddressIncorrectlyFormed =
        new(ElsRejectReason.FipError, ElsRejectExplanation.ProposedMacAddressIncorrectlyFormed);

    /// <summary>FLOGI, FDISC or LOGO in a FIP frame. FC-BB-6 asks for no solicitation before it.</summary>
    private void OnLinkService(in EthernetFrame frame, in FipMessage message, int vid)
    {
        if (!FipRequest.TryRead(message, FipRequest.Bit(FipDescriptorType.MacAddress), Counters, out FipRequest request)) return;
        if (request.EncapsulatedType == default)
        {
            Counters.FipDescriptorMissing++;
            return;
        }
        ElsCommand wanted = request.EncapsulatedType switch
        {
            FipDescriptorType.Flogi => ElsCommand.Flogi,
            FipDescriptorType.Fdisc => ElsCommand.Fdisc,
            _ => ElsCommand.Logo,
        };
        if (FcFrame.TryRead(request.Encapsulated, out FcFrame fc) != FcFrameError.None || fc.Header.DId != FcId.FPortController
            || fc.Header.RCtl != RCtl.ElsRequest || fc.Header.Type != FcType.Els
            || !ElsPayload.TryReadCommand(fc.Payload, out ElsCommand command) || command != wanted)
        {
            Counters.FipEncapsulatedFrameRefused++;
            return;
        }
        FabricRequest login = new()
        {
            Els = new ElsRequest { Header = fc.Header, Payload = fc.Payload, Fip = request.EncapsulatedType, SourceMac = frame.Source },
            Tag = TagOf(vid),
            Modes = message.Flags & (FipFlags.Fpma | FipFlags.Spma),
            ProposedMac = request.Mac,
        };
        if (command == ElsCommand.Logo) OnLogo(login, LinkOf(fc.Header.SId));
        else OnLogin(login, command);
    }

    /// <summary>FLOGI or FDISC in FCoE, as before FIP: the fabric provides the MAC address.</summary>
    internal void OnPlainLogin(in EthernetFrame frame, in FcFrame fc, ElsCommand command) => OnLogin(new FabricRequest
    {
        Els = new ElsRequest { Header = fc.Header, Payload = fc.Payload, SourceMac = frame.Source },
        Tag = TagOf(VidOf(frame)),
        Modes = FipFlags.Fpma,
    }, command);

    /// <summary>LOGO to the F_Port controller in FCoE, from the port that logged in.</summary>
    internal void OnPlainLogo(in EthernetFrame frame, in FcFrame fc, VirtualLink link) => OnLogo(new FabricRequest
    {
        Els = new ElsRequest { Header = fc.Header, Payload = fc.Payload, SourceMac = frame.Source },
        Tag = link.ENode.Tag,
    }, link);

    private void OnLogin(scoped in FabricRequest request, ElsCommand command)
    {
        if (!ElsPayload.TryRead(request.Els.Payload, out LoginPayload login))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        int vid = request.Tag?.Vid ?? 0;
        _enodes.TryGetValue((request.Els.SourceMac, vid), out ENode? enode);
        if (command == ElsCommand.Fdisc && enode is null)
        {
            Reject(request, ElsReject.PlogiRequired);
            return;
        }
        bool fpma = (request.Modes & FipFlags.Fpma) != 0;
        if (!fpma && CannotGrant(request, enode) is { } why)
        {
            Reject(request, why);
            return;
        }
        if (command == ElsCommand.Flogi)
        {
            // FLOGI of an ENode that is logged in is an implicit logout of all it had (FC-LS).
            if (enode is not null) ForEachLink(enode, VirtualLinkEvent.Lost);
            else if (_enodes.Count >= _options.MaxENodes)
            {
                Reject(request, ElsReject.InsufficientResources);
                return;
            }
            enode = new ENode(request.Els.SourceMac, request.Tag, request.Els.Fip is not null) { LastKeepAlive = Now };
            _selecting.Remove((enode.Mac, enode.Vid));
        }
        FabricPort? parent = command == ElsCommand.Fdisc ? enode!.Links[0].Port : null;
        EndEarlier(enode!, login, parent);
        if (!_fabric.TryLogin(login, parent, _carrier, sameAttachment: false, out FabricPort port, out ElsReject reject))
        {
            Reject(request, reject);
            return;
        }
        if (command == ElsCommand.Fdisc) Counters.Fdiscs++;
        else Counters.Flogis++;
        MacAddress mac = fpma ? MacAddress.Fpma(_options.FcMap, port.Id) : request.ProposedMac;
        VirtualLink link = new(enode!, port, mac, _mac);
        port.Attachment = link;
        Handle(link, VirtualLinkEvent.LoginAccepted);
        LoginPayload accept = _fabric.AcceptFor(port, login);
        Reply(request, port.Id, WireBytes.Of(accept), mac, fpma ? FipFlags.Fpma : FipFlags.Spma);
    }

    /// <summary>
    /// The same name from the same ENode, by FDISC or in another VLAN: the port begins anew there, and nobody else is concerned. From another
    /// ENode: it has moved, where the options let it.
    /// </summary>
    private void EndEarlier(ENode enode, in LoginPayload login, FabricPort? parent)
    {
        if (_fabric.Find(login.PortName)?.Attachment is not VirtualLink old) return;
        if (old.ENode.Mac == enode.Mac)
        {
            if (enode.Links.Count == 0 || enode.Links[0] != old) Handle(old, VirtualLinkEvent.Lost);
        }
        else if (_fabric.MayMove(login, parent, old.Port))
        {
            _fabric.Counters.LoginsMoved++;
            Clear(old, VirtualLinkEvent.Clear);
        }
    }

    /// <summary>Why an ENode that chooses its own MAC addresses (SPMA) does not get the one it proposes; null when it does.</summary>
    private ElsReject? CannotGrant(scoped in FabricRequest request, ENode? enode)
    {
        if ((request.Modes & FipFlags.Spma) == 0) return MacAddressingModeNotSupported;
        MacAddress mac = request.ProposedMac;
        if (mac.IsGroup || mac == MacAddress.None || mac == _mac) return ProposedMacAddressIncorrectlyFormed;
        return _byVnPort.TryGetValue((mac, request.Tag?.Vid ?? 0), out ENode? other) && other != enode ? ProposedMacAddressIncorrectlyFormed : null;
    }

    private void OnLogo(scoped in FabricRequest request, VirtualLink? link)
    {
        if (!ElsPayload.TryRead(request.Els.Payload, out LogoPayload _))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        // A FIP LOGO comes from the ENode MAC address, one in FCoE was checked already.
        if (link is not null && request.Els.Fip is not null && (link.ENode.Mac != request.Els.SourceMac || link.ENode.Vid != (request.Tag?.Vid ?? 0)))
        {
            Counters.FipSourceSpoofed++;
            return;
        }
        Counters.Logos++;
        LsAccPayload accept = LsAccPayload.Accept;
        Reply(request, request.Els.Header.SId, WireBytes.Of(accept), link?.Mac ?? request.ProposedMac, FipFlags.None);
        Handle(link, VirtualLinkEvent.Logo);
    }

    private void Reject(scoped in FabricRequest request, ElsReject reason)
    {
        Counters.LoginsRejected++;
        LsRjtPayload reject = new(reason);
        Reply(request, request.Els.Header.SId, WireBytes.Of(reject), MacAddress.None, FipFlags.None);
    }

    /// <summary>A request to the F_Port controller and what FIP said with it.</summary>
    private readonly ref struct FabricRequest
    {
        public required ElsRequest Els { get; init; }

        public VlanTag? Tag { get; init; }

        /// <summary>FPMA, SPMA: what the ENode takes.</summary>
        public FipFlags Modes { get; init; }

        public MacAddress ProposedMac { get; init; }
    }
}
