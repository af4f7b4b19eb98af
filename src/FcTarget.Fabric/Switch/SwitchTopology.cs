// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric;

// SWITCH TOPOLOGY - theory of operation
//   Job      A Fibre Channel switch on one wire. Routes by D_ID: to the fabric's services, to our own N_Ports behind it, or back to the wire
//            with other Ethernet addresses.
//   Files    Fcf: who may be on the wire.  FcFabric: logins and services.  SwitchLink, SwitchQueue: our own N_Ports, which log in and talk
//            to the services inside the process.  WireCarrier: the services' sequences to ports on the wire.
//   Owner    The port loop.
//   Always   A frame from the wire goes on only from the MAC address and VLAN its S_ID logged in with, and only where zoning lets it.
//            What does not go on is a counter: class 3 has no F_RJT, class 2 has.
//   Cost     From the wire to an N_Port of ours: two comparisons with the last frame's ports, and what MayTalk costs. From the wire to the
//            wire: one copy, the CRC stays.
//   Proof    SwitchRoutingTests, FcfBadInputTests, SwitchLinkTests

/// <summary>The topology of <see cref="Topology.Switch"/>: an FCF, its fabric, and our N_Ports behind it.</summary>
public sealed class SwitchTopology : ITopology, IFcoeReceiver
{
    private readonly FcPort _port;
    private readonly MacAddress _mac;
    private readonly MacAddress _fPortMac;
    private readonly List<SwitchLink> _links = [];
    private VirtualLink? _lastSource;
    private FabricPort? _lastDestination;
    private bool _up;

    /// <param name="port">The port whose topology it is.</param>
    /// <param name="fabric">The fabric; names it leaves open are made of the wire's MAC address.</param>
    /// <param name="fcf">What the FCF tells ENodes.</param>
    /// <param name="observer">Hears of logins with the fabric; may be null.</param>
    /// <exception cref="ArgumentException">A value of the options is not allowed.</exception>
    public SwitchTopology(FcPort port, FabricOptions fabric, FcfOptions fcf, IFabricObserver? observer = null)
    {
        _port = port;
        _mac = port.Loop.Wire.Mac;
        _fPortMac = MacAddress.Fpma(fcf.FcMap, FcId.FPortController);
        Wwn switchName = fabric.SwitchName.IsNone ? SwitchNameOf(_mac) : fabric.SwitchName;
        int size = Math.Min(fabric.ReceiveDataFieldSize, FcoeSize.DataFieldForMtu(port.Loop.Wire.Mtu));
        Fabric = new FcFabric(fabric with { SwitchName = switchName, ReceiveDataFieldSize = size }, port.Loop.Timers, observer);
        Fcf = new Fcf(port, Fabric, new WireCarrier(port), fcf);
        Queue = new SwitchQueue(this, port.Loop);
    }

    public FcFabric Fabric { get; }

    public Fcf Fcf { get; }

    internal SwitchQueue Queue { get; }

    internal MacAddress Mac => _mac;

    /// <summary>Switch_Name of a MAC address: its NAA 1 name with the local bit turned over, since the name itself is the node's.</summary>
    public static Wwn SwitchNameOf(MacAddress mac) => new(Wwn.NodeNameOf(mac).Value ^ 0x0200_0000_0000ul);

    // ---- ITopology ------------------------------------------------------------------------------------------------

    // A VLAN that is not served is the FCF's to count.
    public bool Serves(int vid) => true;

    public void OnLink(bool up)
    {
        _up = up;
        Fcf.OnLink(up);
        foreach (SwitchLink link in _links) link.OnLink(up);
    }

    public void OnFip(in EthernetFrame frame, in FipMessage message) => Fcf.OnFip(frame, message);

    public IFcoeReceiver? ReceiverOf(in EthernetFrame ethernet, in FcHeader header)
    {
        bool ours = ethernet.Destination == _mac || (ethernet.Destination == _fPortMac && header.DId == FcId.FPortController);
        if (!ours || !_up) return null;
        if (Fcf.Serves(Fcf.VidOf(ethernet))) return this;
        Fcf.Counters.VlanNotServed++;
        return null;
    }

    public IVirtualLink Attach(LocalPort local)
    {
        SwitchLink link = new(this, local);
        _links.Add(link);
        local.Link = link; // its login may begin at once
        if (_up) link.OnLink(true);
        return link;
    }

    public void Detach(LocalPort local)
    {
        foreach (SwitchLink link in _links)
            if (link.Local == local) link.Unplug();
        _links.RemoveAll(link => link.Local == local);
    }

    public void Leave() => Fcf.Leave();

    // ---- frames from the wire -------------------------------------------------------------------------------------

    public void OnFrame(in EthernetFrame ethernet, in FcoeFrame fcoe, in FcFrame frame)
    {
        if (SourceOf(frame.Header.SId) is not { } link)
        {
            OnStranger(ethernet, frame);
            return;
        }
        if (!IsFrom(link, ethernet)) return;
        if (frame.Header.DId.IsWellKnown)
        {
            Fcf.Counters.FramesToFabric++;
            if (RequestToFPort(frame) == ElsCommand.Logo) Fcf.OnPlainLogo(ethernet, frame, link);
            else Fabric.OnFrame(link.Port, frame, fcoe.Sof.InitiatesSequence());
            return;
        }
        if (DestinationOf(link.Port, frame.Header.DId) is not { } to) return;
        if (to.Attachment is SwitchLink local) local.Local.OnFrame(frame, fcoe.Sof.InitiatesSequence(), ethernet.Source, fip: null);
        else Forward(ethernet.Payload[..(FcoeFrame.HeaderLength + fcoe.Frame.Length + FcoeFrame.TrailerLength)], (VirtualLink)to.Attachment!);
    }

    /// <summary>
    /// A class 2 frame goes no further, whoever it is for: the fabric answers it (FC-FS-3, F_RJT). A FLOGI in class 2 is told so, too, and
    /// is then tried in class 3 (FC-LS-3).
    /// </summary>
    public LinkReject? RejectionOf(in EthernetFrame ethernet, in FcHeader header)
    {
        if (SourceOf(header.SId) is { } link)
        {
            if (!IsFrom(link, ethernet)) return null;
        }
        else if (header.SId != FcId.None)
        {
            Fcf.Counters.SourceNotLoggedIn++;
            return null;
        }
        return header.DId == FcId.FPortController ? LinkReject.ByFPortController : LinkReject.ByFabric;
    }

    /// <summary>The virtual link of a port on the wire; null: of nobody who is logged in.</summary>
    private VirtualLink? SourceOf(FcId source)
    {
        if (_lastSource is { State: VirtualLinkState.Up } last && last.Port.Id == source) return last;
        return Fabric.Find(source)?.Attachment is VirtualLink found ? _lastSource = found : null;
    }

    /// <summary>Whether a frame comes from the MAC address and VLAN that its S_ID logged in with; counted where not.</summary>
    private bool IsFrom(VirtualLink link, in EthernetFrame ethernet)
    {
        if (link.Mac != ethernet.Source) Fcf.Counters.SourceMacSpoofed++;
        else if (link.ENode.Vid != Fcf.VidOf(ethernet)) Fcf.Counters.SourceVlanWrong++;
        else return true;
        return false;
    }

    private void OnStranger(in EthernetFrame ethernet, in FcFrame frame)
    {
        if (frame.Header.SId == FcId.None && !ethernet.Source.IsGroup && RequestToFPort(frame) is ElsCommand.Flogi or ElsCommand.Fdisc)
        {
            Fcf.OnPlainLogin(ethernet, frame, (ElsCommand)frame.Payload[0]);
            return;
        }
        Fcf.Counters.SourceNotLoggedIn++;
        Fcf.OnStrangeFrame(ethernet, frame.Header.SId);
    }

    /// <summary>Where a frame goes; null, and counted, when nobody is there or zoning keeps the two apart.</summary>
    private FabricPort? DestinationOf(FabricPort from, FcId id)
    {
        FabricPort? to = _lastDestination;
        if (to is not { IsLoggedIn: true } || to.Id != id)
        {
            to = Fabric.Find(id);
            if (to?.Attachment is null)
            {
                Fcf.Counters.DestinationUnknown++;
                return null;
            }
            _lastDestination = to;
        }
        if (Fabric.MayTalk(from, to)) return to;
        Fcf.Counters.ZoneDenied++;
        return null;
    }

    /// <summary>Sends an FCoE PDU on to another VN_Port on the wire as it is.</summary>
    private void Forward(ReadOnlySpan<byte> pdu, VirtualLink to)
    {
        if (!_port.Transmitter.TryGetSlot(out Span<byte> slot))
        {
            Fcf.Counters.RouteBusy++;
            return;
        }
        int at = EthernetFrame.WriteHeader(slot, to.Mac, _mac, EtherType.Fcoe, to.ENode.Tag);
        pdu.CopyTo(slot[at..]);
        _port.Transmitter.Commit(at + pdu.Length);
        Fcf.Counters.FramesRouted++;
    }

    /// <summary>The command of an ELS request to the F_Port controller; null for every other frame.</summary>
    private static ElsCommand? RequestToFPort(in FcFrame frame) =>
        frame.Header.DId == FcId.FPortController && frame.Header.RCtl == RCtl.ElsRequest && frame.Header.Type == FcType.Els
            && ElsPayload.TryReadCommand(frame.Payload, out ElsCommand command) ? command : null;

    // ---- frames of our own N_Ports --------------------------------------------------------------------------------

    /// <summary>A frame of an N_Port of ours to the fabric's services or to another N_Port of ours.</summary>
    internal void OnFrameOf(SwitchLink link, in FcFrame frame, bool first)
    {
        ElsCommand? request = RequestToFPort(frame);
        if (request is ElsCommand.Flogi or ElsCommand.Logo)
        {
            link.OnRequestToFPort(frame, request.Value);
        }
        else if (link.Port is not { } from)
        {
            Fcf.Counters.SourceNotLoggedIn++;
        }
        else if (frame.Header.DId.IsWellKnown)
        {
            Fcf.Counters.FramesToFabric++;
            Fabric.OnFrame(from, frame, first);
        }
        else if (DestinationOf(from, frame.Header.DId)?.Attachment is SwitchLink to)
        {
            to.Local.OnFrame(frame, first, _mac, fip: null);
        }
    }
}
