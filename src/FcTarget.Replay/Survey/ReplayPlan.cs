// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Replay.Survey;

/// <summary>What a replay is to be, concluded from a survey of the capture.</summary>
internal sealed class ReplayPlan
{
    private const int UsualMtu = 2500;

    private readonly CaptureSurvey _survey;

    /// <param name="survey">The capture.</param>
    /// <param name="target">The target whose part is played.</param>
    public ReplayPlan(CaptureSurvey survey, SurveyedPort target)
    {
        _survey = survey;
        Target = target;
        Peers = [.. survey.Sessions.Values.Where(s => s.Initiator == target.Id || s.Target == target.Id)
            .Select(s => s.Initiator == target.Id ? s.Target : s.Initiator).Where(id => !id.IsWellKnown).Distinct()
            .Select(id => survey.Ports.GetValueOrDefault(id.Value) ?? new SurveyedPort(id))];
        Topology = TopologyOf(survey, target);
        FcfMac = Topology switch
        {
            Topology.Switch => target.Source != MacAddress.None ? target.Source : survey.Fcfs.FirstOrDefault(),
            Topology.Fabric => survey.Fcfs.Count > 0 ? survey.Fcfs[0] : Peers.Select(p => p.Source).FirstOrDefault(m => m != MacAddress.None && m != Fpma(target.Id)),
            _ => MacAddress.None,
        };
    }

    public Topology Topology { get; }

    /// <summary>The captured target.</summary>
    public SurveyedPort Target { get; }

    /// <summary>The N_Ports that spoke with it.</summary>
    public IReadOnlyList<SurveyedPort> Peers { get; }

    /// <summary>The FCF: ours in the topology switch, the other's in the topology fabric.</summary>
    public MacAddress FcfMac { get; }

    public uint FcMap => Topology == Topology.Vn2Vn ? MacAddress.Vn2VnFcMap : _survey.FcMap;

    /// <summary>Switch_Name and Fabric_Name of the captured FCF; made up when it never advertises.</summary>
    public Wwn SwitchName => _survey.SwitchName.IsNone ? Wwn.NodeNameOf(FcfMac) : _survey.SwitchName;

    public Wwn FabricName => _survey.FabricName.IsNone ? SwitchName : _survey.FabricName;

    /// <summary>The FCF advertises in the capture.</summary>
    public bool FcfAdvertises => !_survey.SwitchName.IsNone;

    /// <summary>The VLAN of the target's frames; null: untagged.</summary>
    public VlanTag? Vlan => Target.Vid == 0 ? null : new VlanTag((ushort)Target.Vid);

    /// <summary>MAC address of our wire: the captured target's ENode, or the FCF it is behind.</summary>
    public MacAddress WireMac => Topology switch
    {
        Topology.Switch => FcfMac != MacAddress.None ? FcfMac : MadeUpMac(0xFFFFFE),
        Topology.PointToPoint when _survey.Stations.TryGetValue(Target.PortName, out MacAddress station) => station,
        Topology.PointToPoint when Target.Source != MacAddress.None => Target.Source,
        _ => Target.ENode != MacAddress.None ? Target.ENode : MadeUpMac(Target.Id.Value),
    };

    /// <summary>MTU of our wire: what carries the frames the captured target said it receives.</summary>
    public int Mtu
    {
        get
        {
            if (Target.Login is null || !ElsPayload.TryRead(Target.Login, out LoginPayload login) || !login.Common.HasValidReceiveDataFieldSize) return UsualMtu;
            int size = login.Common.ReceiveDataFieldSize;
            return size == FcoeSize.MaxDataField ? UsualMtu : Math.Max(FcoeSize.PduForDataField(size), 302);
        }
    }

    /// <summary>N_Port_Name for our port: the captured one's; when that is not known, one that makes the same N_Port_ID in VN2VN.</summary>
    public Wwn PortName => !Target.PortName.IsNone ? Target.PortName : Wwn.PortNameOf(MadeUpMac(Target.Id.Value));

    public Wwn NodeName => !Target.NodeName.IsNone ? Target.NodeName : Wwn.NodeNameOf(MadeUpMac(Target.Id.Value));

    /// <summary>The captured target comes up within the capture: so does ours, instead of being there before.</summary>
    public bool TargetComesUp =>
        (Topology == Topology.Vn2Vn && _survey.FirstProbe.ContainsKey(Target.Id.Value)) || (Topology == Topology.Fabric && Target.HasFabricLogin)
        || (Topology == Topology.PointToPoint && _survey.HasNPortFlogi);

    /// <summary>Time of the first frame, in nanoseconds since 1970.</summary>
    public long FirstTime => _survey.FirstTime;

    /// <summary>The target's logical units by number.</summary>
    public IEnumerable<(int Lun, UnitSurvey Unit)> Units =>
        _survey.Units.Where(u => u.Key.Target == Target.Id.Value && u.Value.IsThere).Select(u => (u.Key.Lun, u.Value)).OrderBy(u => u.Lun);

    /// <summary>What the capture tells of the unit behind a LUN of the target; null when there is none.</summary>
    public UnitSurvey? UnitOf(int lun) => _survey.Units.GetValueOrDefault((Target.Id.Value, lun));

    public IReadOnlyDictionary<long, FcId> Assigned => _survey.Assigned;

    /// <summary>Whether the captured answer to the FCP_CMND of a frame is a unit attention.</summary>
    public bool WasUnitAttention(long command) => _survey.UnitAttentions.Contains(command);

    /// <summary>Whether the captured answer to the FCP_CMND of a frame is RESERVATION CONFLICT.</summary>
    public bool WasConflict(long command) => _survey.Conflicts.Contains(command);

    /// <summary>When requests of a kind to a port were answered, in nanoseconds since 1970.</summary>
    public IReadOnlyList<long> AnswerTimes(FcId to, uint kind) => _survey.AnswerTimes(to, kind);

    public SurveyedSession? SessionOf(FcId a, FcId b) =>
        _survey.Sessions.GetValueOrDefault(((ulong)Math.Min(a.Value, b.Value) << 24) | Math.Max(a.Value, b.Value));

    private MacAddress Fpma(FcId id) => MacAddress.Fpma(_survey.FcMap, id);

    /// <summary>A locally administered address that ends in the N_Port_ID: VN2VN tries those low bits first.</summary>
    private static MacAddress MadeUpMac(uint id) => new(0x02_00_00_00_00_00ul | id);

    private static Topology TopologyOf(CaptureSurvey survey, SurveyedPort target)
    {
        bool isOfFabric = survey.Assigned.ContainsValue(target.Id) || survey.Fcfs.Contains(target.Source); // beside VN2VN_Ports of the same Ethernet
        if (survey.HasVn2Vn && !isOfFabric) return Topology.Vn2Vn;
        bool hasOwnAddress = target.Source == MacAddress.Fpma(survey.FcMap, target.Id);
        bool fabric = survey.Fcfs.Count > 0 || survey.Assigned.Count > 0;
        if (!fabric && survey.HasNPortFlogi) return Topology.PointToPoint;
        if (fabric) return hasOwnAddress || (target.HasFip && target.Source == MacAddress.None) ? Topology.Fabric : Topology.Switch;
        // Without FIP the addresses tell: behind an FCF, one side has the FCF's and the other its own. A capture of a Fibre Channel link has no
        // addresses, so there everybody has his own; more than two N_Ports are no point-to-point, and a switch of ours serves them all.
        bool alone = survey.Sessions.Values.All(s => !s.Target.IsWellKnown && (s.Initiator == target.Id || s.Target == target.Id)) && survey.Sessions.Count <= 1;
        bool peersHaveOwn = survey.Ports.Values.Any(p => p != target && p.Source == MacAddress.Fpma(survey.FcMap, p.Id));
        if (hasOwnAddress && peersHaveOwn && survey.Sessions.Count > 1) return Topology.Switch;
        return hasOwnAddress == peersHaveOwn || (hasOwnAddress && alone) ? Topology.PointToPoint : hasOwnAddress ? Topology.Fabric : Topology.Switch;
    }
}
