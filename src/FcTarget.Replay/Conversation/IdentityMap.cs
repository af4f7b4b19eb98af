// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Port;
using FcTarget.Replay.Engine;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

/// <summary>
/// Which address of the replay stands for which of the capture. Names are the captured ones, so only what a login gives has to be mapped:
/// N_Port_IDs, and the MAC addresses made of them.
/// </summary>
internal sealed class IdentityMap
{
    private readonly Dictionary<uint, ReplayPeer> _byCaptured = [];
    private readonly Dictionary<uint, ReplayPeer> _byOurs = [];
    private readonly Dictionary<ulong, ReplayPeer> _byENode = [];
    private readonly ReplayPlan _plan;
    private readonly ReplayEngine _engine;

    /// <summary>What our port takes point-to-point; which of the two is whose, the names tell.</summary>
    private static readonly FcId Lower = new(0x010101u), Higher = new(0x010102u);

    private FcId _pointToPoint;

    public IdentityMap(ReplayPlan plan, ReplayEngine engine)
    {
        _plan = plan;
        _engine = engine;
        foreach (SurveyedPort port in plan.Peers)
        {
            ReplayPeer peer = new(port);
            if (plan.Topology == Topology.PointToPoint)
            {
                bool weAreHigher = peer.PortName.Value < plan.PortName.Value;
                peer.Ours = weAreHigher ? Lower : Higher;
                _pointToPoint = weAreHigher ? Higher : Lower;
            }
            Add(peer);
        }
    }

    public IReadOnlyCollection<ReplayPeer> Peers => _byCaptured.Values;

    public ReplayPeer? OfCaptured(FcId id) => _byCaptured.GetValueOrDefault(id.Value);

    public ReplayPeer? OfOurs(FcId id) => _byOurs.GetValueOrDefault(id.Value);

    public ReplayPeer? OfENode(MacAddress mac) => _byENode.GetValueOrDefault(mac.Value);

    /// <summary>The peer has this N_Port_ID in the replay from now on.</summary>
    public void Assign(ReplayPeer peer, FcId ours)
    {
        if (_byOurs.GetValueOrDefault(peer.Ours.Value) == peer) _byOurs.Remove(peer.Ours.Value);
        peer.Ours = ours;
        _byOurs[ours.Value] = peer;
    }

    /// <summary>The N_Port_ID in the replay of one in the capture.</summary>
    public FcId ToOurs(FcId captured)
    {
        if (captured == _plan.Target.Id) return _engine.Id != FcId.None ? _engine.Id : _pointToPoint != FcId.None ? _pointToPoint : captured;
        return OfCaptured(captured)?.Ours ?? captured;
    }

    /// <summary>The N_Port_ID in the capture of one in the replay.</summary>
    public FcId ToCaptured(FcId ours)
    {
        if (ours == _engine.Id && ours != FcId.None) return _plan.Target.Id;
        return OfOurs(ours)?.Id ?? ours;
    }

    /// <summary>A MAC address that is made of an N_Port_ID, with that of the replay; any other as it is.</summary>
    public MacAddress ToOurs(MacAddress captured)
    {
        uint map = (uint)(captured.Value >> 24);
        return map == _plan.FcMap ? MacAddress.Fpma(map, ToOurs(new FcId((uint)captured.Value & 0xFFFFFF))) : captured;
    }

    /// <summary>Where a peer's FCoE frames come from in the replay.</summary>
    public MacAddress SourceOf(ReplayPeer? peer, MacAddress captured) => _plan.Topology switch
    {
        Topology.Fabric => _plan.FcfMac,
        Topology.PointToPoint => captured != MacAddress.None ? captured : peer?.ENode ?? captured,
        _ when peer is not null => MacAddress.Fpma(_plan.FcMap, peer.Ours),
        _ => captured,
    };

    /// <summary>Where FCoE frames to our target go.</summary>
    public MacAddress Destination => _plan.Topology is Topology.Switch or Topology.PointToPoint
        ? _plan.WireMac : MacAddress.Fpma(_plan.FcMap, _engine.Id);

    private void Add(ReplayPeer peer)
    {
        _byCaptured[peer.Id.Value] = peer;
        _byOurs[peer.Ours.Value] = peer;
        _byENode.TryAdd(peer.ENode.Value, peer);
    }
}
