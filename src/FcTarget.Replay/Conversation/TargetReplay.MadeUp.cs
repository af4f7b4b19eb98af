// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

internal sealed partial class TargetReplay
{
    /// <summary>How often a VN2VN_Port beacons and an FCF advertises (FC-BB-6).</summary>
    private static readonly TimeSpan BeaconPeriod = TimeSpan.FromSeconds(8);

    /// <summary>OX_IDs of requests that are made up; peers of captures use them last.</summary>
    private const ushort FirstMadeUp = 0xFE00;

    /// <summary>Services that ports log in with.</summary>
    private static readonly FcId[] WellKnown = [FcId.DirectoryServer, FcId.ManagementServer, FcId.FabricController];

    private readonly Dictionary<ushort, ReplayPeer> _fabricLogins = []; // made up, by OX_ID
    private TimeSpan _nextBeacon;
    private ushort _nextMadeUp = FirstMadeUp;

    // ---- before the capture ---------------------------------------------------------------------------------------

    /// <summary>Our target has been there for long when the capture begins, and so have the sessions that it goes on with.</summary>
    private void ComeUp()
    {
        _engine.Wire.IsLinkUp = true;
        PassTime(TimeSpan.FromSeconds(2)); // VN2VN: the address is found in about one
        foreach (ReplayPeer peer in _map.Peers)
        {
            if (_plan.Topology == Topology.Switch && !peer.Captured.HasFabricLogin) MakeUpFabricLogin(peer);
            SurveyedSession? session = _plan.SessionOf(peer.Id, _plan.Target.Id);
            if (session is { PresumesLogin: true } or { PresumesImage: true }) MakeUpLogin(peer, session);
        }
        PassTime(_begin + Lead - Clock.Elapsed);
    }

    /// <summary>Our target comes up when the captured one does: with its first frame.</summary>
    private void ComeUpWith(in ReplayFrame frame)
    {
        if (_plan.Topology == Topology.PointToPoint || SideOf(frame) == Side.Target) _engine.Wire.IsLinkUp = true;
        _engine.Settle();
    }

    /// <summary>A host was logged in with our switch before the capture, and with those of its services that it goes on with.</summary>
    private void MakeUpFabricLogin(ReplayPeer peer)
    {
        _madeUp.Add($"the fabric login of {peer.Id} was made up: the capture begins after it");
        SendFabricLogin(peer);
        foreach (FcId service in WellKnown)
        {
            if (_plan.SessionOf(peer.Id, service) is not { PresumesLogin: true }) continue;
            SendAs(peer, RequestHeader(peer.Ours, service), MadeUpFrames.BytesOf(peer.Login(ElsCommand.Plogi)));
        }
    }

    private void MakeUpLogin(ReplayPeer peer, SurveyedSession session)
    {
        _madeUp.Add($"the login of {peer.Id} was made up: the capture begins after it");
        if (_plan.Topology == Topology.Vn2Vn)
        {
            SendVn2Vn(peer, FipVn2VnSubcode.ClaimNotification);
            PassTime(TimeSpan.FromMilliseconds(400));
            SendVn2Vn(peer, FipVn2VnSubcode.Beacon); // our target begins the login then
        }
        PassTime(TimeSpan.FromMilliseconds(100));
        if (_plan.Topology is Topology.Switch or Topology.Fabric || peer.PortName.Value > _plan.PortName.Value)
            SendEls(peer, MadeUpFrames.BytesOf(peer.Login(ElsCommand.Plogi)));
        PassTime(TimeSpan.FromMilliseconds(100));
        if (!session.PresumesImage && session.PrliSeen) return;
        PrliPage page = new()
        {
            Type = FcType.Fcp,
            Flags = PrliFlags.EstablishImagePair,
            FcpParameters = peer.Captured.Parameters | FcpServiceParameters.InitiatorFunction | FcpServiceParameters.ReadXferRdyDisabled,
        };
        Span<byte> prli = stackalloc byte[ProcessHeader.WireSize + PrliPage.WireSize];
        SendEls(peer, prli[..ProcessPages.Write(prli, ElsCommand.Prli, page)]);
        PassTime(TimeSpan.FromMilliseconds(100));
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    /// <summary>Sends an FC frame of a peer to our target; the header has the addresses of the replay.</summary>
    private void SendAs(ReplayPeer? peer, in FcHeader header, ReadOnlySpan<byte> payload, bool first = true)
    {
        MacAddress source = _map.SourceOf(peer, peer?.Captured.Source ?? _plan.FcfMac);
        Receive(MadeUpFrames.Fcoe(_engine.Wire.Pending, _map.Destination, source, _plan.Vlan, header, payload, first));
    }

    /// <summary>Sends an ELS request of a peer.</summary>
    private void SendEls(ReplayPeer peer, ReadOnlySpan<byte> payload) => SendAs(peer, RequestHeader(peer.Ours, _engine.Id), payload);

    private FcHeader RequestHeader(FcId from, FcId to) => new()
    {
        RCtl = RCtl.ElsRequest,
        DId = to,
        SId = from,
        Type = FcType.Els,
        FCtl = FCtlValues.ExchangeRequest,
        OxId = new OxId(_nextMadeUp = (ushort)Math.Max(FirstMadeUp, _nextMadeUp + 1)),
        RxId = RxId.Unassigned,
    };

    private void SendVn2Vn(ReplayPeer peer, FipVn2VnSubcode subcode) =>
        Receive(MadeUpFrames.Vn2Vn(_engine.Wire.Pending, subcode, peer, _plan.Vlan));

    /// <summary>FLOGI of a host to our switch.</summary>
    private void SendFabricLogin(ReplayPeer peer)
    {
        FcHeader header = RequestHeader(FcId.None, FcId.FPortController);
        _fabricLogins[header.OxId.Value] = peer;
        LoginPayload flogi = peer.Login(ElsCommand.Flogi);
        Receive(MadeUpFrames.FipEls(
            _engine.Wire.Pending, _plan.WireMac, peer.ENode, _plan.Vlan, FipDescriptorType.Flogi, header, MadeUpFrames.BytesOf(flogi), MacAddress.None));
    }

    /// <summary>What goes on by itself and is not in the capture.</summary>
    private void SendBeacons()
    {
        _nextBeacon += BeaconPeriod;
        if (!_engine.Wire.IsLinkUp) return;
        if (_plan.Topology == Topology.Fabric && !_plan.FcfAdvertises) SendAdvertisement(FipAddresses.AllENode, padTo: 0);
        if (_plan.Topology != Topology.Vn2Vn) return;
        foreach (ReplayPeer peer in _map.Peers)
            if (!peer.Captured.HasFip) SendVn2Vn(peer, FipVn2VnSubcode.Beacon);
    }

    /// <summary>Our ENode looks for an FCF: one that the capture does not show, or not yet, answers.</summary>
    private void OnOurSolicitation()
    {
        if (_plan.Topology == Topology.Fabric && (!_plan.FcfAdvertises || Clock.Elapsed - _begin < Lead))
            _afterPass.Enqueue(() => SendAdvertisement(_plan.WireMac, FcoeSize.PduForDataField(FcoeSize.DataFieldForMtu(_plan.Mtu))));
    }

    private void SendAdvertisement(MacAddress to, int padTo)
    {
        FipFlags flags = FipFlags.Fpma | FipFlags.Available | FipFlags.FPort | (padTo > 0 ? FipFlags.Solicited : FipFlags.None);
        FipWriter fip = FipWriter.Begin(_engine.Wire.Pending, to, _plan.FcfMac, FipDiscoverySubcode.Advertisement, flags, _plan.Vlan);
        fip.Add(new FipPriorityDescriptor { Priority = FipPriorityDescriptor.DefaultPriority });
        fip.Add(new FipMacAddressDescriptor { MacAddress = _plan.FcfMac });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = _plan.SwitchName });
        fip.Add(new FipFabricDescriptor { FcMap = _plan.FcMap, FabricName = _plan.FabricName });
        fip.Add(new FipFkaAdvPeriodDescriptor { FkaAdvPeriod = (uint)BeaconPeriod.TotalMilliseconds });
        fip.PadPayloadTo(padTo);
        Receive(fip.Finish());
    }

    /// <summary>Ends an exchange that our target still has: the initiator of the capture has left it.</summary>
    private void MakeUpAbts(FcId originator, OxId oxId)
    {
        FcHeader header = RequestHeader(_map.ToOurs(originator), _engine.Id) with
        {
            RCtl = RCtl.Abts,
            Type = FcType.Bls,
            FCtl = FCtlValues.AbtsByOriginator,
            OxId = oxId,
        };
        SendAs(_map.OfCaptured(originator), header, default);
    }
}
