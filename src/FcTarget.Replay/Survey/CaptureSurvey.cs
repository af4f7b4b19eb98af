// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Capture;
using FcTarget.Scsi;

namespace FcTarget.Replay.Survey;

// CAPTURE SURVEY - theory of operation
//   Job      Reads the capture once before it is replayed: who speaks, who is the target and in which topology, what its logical units are
//            and hold, and what went before the first frame (a capture may begin in mid-conversation).
//   Memory   Grows with the ports, the link services and the blocks that the capture touches, not with its frames.
//   Files    CaptureSurvey.cs: FIP and FCP.  CaptureSurvey.Logins.cs: link services.  UnitSurvey: logical units.  ReplayPlan: the conclusions.
//   Proof    SectionTests, ReferenceReplayTests

/// <summary>What a whole capture tells, seen from nobody's side.</summary>
/// <param name="sections">Hears what may end a section; null when the sections are known.</param>
/// <param name="units">Logical units that are another target's, too, by target and LUN; the other comes first. Null when that is not known.</param>
internal sealed partial class CaptureSurvey(SectionFinder? sections, IReadOnlyDictionary<(uint Target, int Lun), (uint Target, int Lun)>? units) : IDisposable
{
    /// <summary>FCP exchanges open at once; with more, the capture lost their ends, and they are forgotten.</summary>
    private const int MaxOpen = 65536;

    /// <summary>POWER ON, RESET, OR BUS DEVICE RESET OCCURRED and POWER ON OCCURRED.</summary>
    private const int PowerOnOrReset = 0x2900, PowerOn = 0x2901;

    /// <summary>Logical units looked at, of all targets: content is kept for no more.</summary>
    private const int MaxUnits = 1024;

    private readonly Dictionary<ulong, SurveyedCommand> _commands = [];
    private readonly Stack<SurveyedCommand> _idle = new();
    private readonly Dictionary<(uint Target, int Lun), UnitSurvey> _units = [];

    public Dictionary<uint, SurveyedPort> Ports { get; } = [];

    public Dictionary<ulong, SurveyedSession> Sessions { get; } = [];

    public IReadOnlyDictionary<(uint Target, int Lun), UnitSurvey> Units => _units;

    /// <summary>FCP_CMND frames whose captured answer was a unit attention.</summary>
    public HashSet<long> UnitAttentions { get; } = [];

    /// <summary>FCP_CMND frames whose captured answer was RESERVATION CONFLICT.</summary>
    public HashSet<long> Conflicts { get; } = [];

    /// <summary>There are FIP frames of VN2VN, or FCoE frames of VN2VN addresses.</summary>
    public bool HasVn2Vn { get; private set; }

    /// <summary>MAC addresses of FCFs, from what they advertise and answer, in the order they were first seen.</summary>
    public List<MacAddress> Fcfs { get; } = [];

    /// <summary>FC-MAP of a fabric, from advertisements; its default when there is none.</summary>
    public uint FcMap { get; private set; } = MacAddress.DefaultFcMap;

    /// <summary>Switch_Name and Fabric_Name of the first advertisement; none when there is none.</summary>
    public Wwn SwitchName { get; private set; }

    public Wwn FabricName { get; private set; }

    /// <summary>ENode MAC address of the first VN2VN_Port that probes for its N_Port_ID, by N_Port_ID.</summary>
    public Dictionary<uint, long> FirstProbe { get; } = [];

    /// <summary>Time of the first FIP or FCoE frame, in nanoseconds since 1970.</summary>
    public long FirstTime { get; private set; }

    public long Frames { get; private set; }

    /// <exception cref="ReplayException">A frame is cut by the snap length.</exception>
    public static CaptureSurvey Of(
        CaptureFrames capture, SectionFinder? sections = null, IReadOnlyDictionary<(uint Target, int Lun), (uint Target, int Lun)>? units = null)
    {
        CaptureSurvey survey = new(sections, units);
        while (capture.TryRead(out ReplayFrame frame)) survey.Add(frame);
        if (capture.FirstCut == 0) return survey;
        survey.Dispose();
        throw new ReplayException($"Frame {capture.FirstCut} is cut by the snap length: a replay needs whole frames (tcpdump -s 0).");
    }

    public void Dispose()
    {
        foreach (UnitSurvey unit in _units.Values) unit.Dispose(); // more than once does no harm
        _units.Clear();
    }

    private void Add(in ReplayFrame frame)
    {
        if (Frames++ == 0) FirstTime = frame.Time;
        sections?.OnFrame(frame.Number, frame.Time, frame.IsFip);
        if (frame.IsFip) OnFip(frame);
        else Place(frame);
        if (!frame.HasFc) return;
        switch (frame.Fc.Header.Type)
        {
            case FcType.Els:
                OnEls(frame);
                break;
            case FcType.Ct:
                OnCt(frame);
                break;
            case FcType.Fcp when frame.Fc.Header.RCtl.IsDeviceData():
                OnFcp(frame);
                break;
            case FcType.Fcp or FcType.Bls when !frame.IsFromResponder:
                Presume(frame, image: true);
                break;
        }
    }

    private SurveyedPort PortOf(FcId id)
    {
        if (!Ports.TryGetValue(id.Value, out SurveyedPort? port)) Ports.Add(id.Value, port = new SurveyedPort(id));
        return port;
    }

    /// <summary>Where the FCoE frames of a port come from.</summary>
    private void Place(in ReplayFrame frame)
    {
        FcId source = frame.Fc.Header.SId;
        if (source == FcId.None || source.IsWellKnown) return;
        SurveyedPort port = PortOf(source);
        if (frame.Fc.Header.RCtl != RCtl.ElsRequest || !ElsPayload.TryReadCommand(frame.Fc.Payload, out ElsCommand command) || command != ElsCommand.Logo)
            port.LastFrame = frame.Number;
        if (port.Source != MacAddress.None && frame.Ethernet.Source != port.Source)
        {
            // On an Ethernet with a switch its frames are seen twice: from its own address, and from the FCF that sends them on.
            bool isOwn = frame.Ethernet.Source == MacAddress.Fpma(FcMap, source);
            if (frame.Fc.Header.Type == FcType.Fcp) NoteFcf(isOwn ? port.Source : frame.Ethernet.Source);
            if (!isOwn) return;
        }
        port.Source = frame.Ethernet.Source;
        port.Vid = frame.Ethernet.Vlan?.Vid ?? 0;
        if (port.Commands > 0) sections?.OnFact(source, -1, Trait.Vlan, port.VidText);
        if (frame.Ethernet.Source == MacAddress.Fpma(MacAddress.Vn2VnFcMap, source)) HasVn2Vn = true;
    }

    // ---- FIP ------------------------------------------------------------------------------------------------------

    private void OnFip(in ReplayFrame frame)
    {
        switch (frame.Fip.Operation)
        {
            case FipOperation.Vn2Vn:
                OnVn2Vn(frame);
                break;
            case FipOperation.LinkService:
                FipDescriptorReader descriptors = frame.Fip.Descriptors;
                while (descriptors.MoveNext())
                    HasVn2Vn |= descriptors.TryGet(out FipMacAddressDescriptor mac) && mac.MacAddress.Value >> 24 == MacAddress.Vn2VnFcMap;
                break;
            case FipOperation.Discovery when frame.Fip.Subcode == (byte)FipDiscoverySubcode.Advertisement:
                OnAdvertisement(frame);
                break;
            case FipOperation.Discovery or FipOperation.Vlan when frame.Fip.Subcode == (byte)FipDiscoverySubcode.Solicitation:
                sections?.OnRestart(frame.Number, Restart.Arrival);
                break;
        }
    }

    private void OnVn2Vn(in ReplayFrame frame)
    {
        HasVn2Vn = true;
        if (frame.Fip.Subcode == (byte)FipVn2VnSubcode.ProbeRequest) sections?.OnRestart(frame.Number, Restart.Arrival);
        MacAddress enode = MacAddress.None;
        Wwn node = Wwn.None;
        FipDescriptorReader descriptors = frame.Fip.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipMacAddressDescriptor mac)) enode = mac.MacAddress;
            else if (descriptors.TryGet(out FipNameIdentifierDescriptor name)) node = name.NameIdentifier;
            if (!descriptors.TryGet(out FipVxPortIdentificationDescriptor vx) || vx.AddressIdentifier == FcId.None) continue;
            SurveyedPort port = PortOf(vx.AddressIdentifier);
            if (frame.Fip.Subcode == (byte)FipVn2VnSubcode.ProbeRequest)
            {
                FirstProbe.TryAdd(vx.AddressIdentifier.Value, frame.Number);
                if (port.HasFip) continue; // somebody else may want the address of a port that is there
            }
            (port.ENode, port.PortName, port.HasFip) = (enode, vx.PortName, true);
            if (!node.IsNone) port.NodeName = node;
            port.Vid = frame.Ethernet.Vlan?.Vid ?? 0;
        }
    }

    private void OnAdvertisement(in ReplayFrame frame)
    {
        FipDescriptorReader descriptors = frame.Fip.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipMacAddressDescriptor mac)) NoteFcf(mac.MacAddress);
            else if (descriptors.TryGet(out FipNameIdentifierDescriptor name) && SwitchName.IsNone) SwitchName = name.NameIdentifier;
            else if (descriptors.TryGet(out FipFkaAdvPeriodDescriptor period)) sections?.OnKeepAlivePeriod(period.FkaAdvPeriod);
            else if (descriptors.TryGet(out FipFabricDescriptor fabric) && FabricName.IsNone) NoteFabric(fabric);
            else if (descriptors.TryGet(out FipFcMapDescriptor map) && Fabric.FcfOptions.IsFcMap(map.FcMap)) FcMap = map.FcMap;
        }
    }

    private void NoteFabric(in FipFabricDescriptor fabric)
    {
        FabricName = fabric.FabricName;
        if (Fabric.FcfOptions.IsFcMap(fabric.FcMap)) FcMap = fabric.FcMap;
    }

    private void NoteFcf(MacAddress mac)
    {
        if (!mac.IsGroup && !Fcfs.Contains(mac)) Fcfs.Add(mac);
    }

    // ---- FCP ------------------------------------------------------------------------------------------------------

    private static ulong KeyOf(FcId originator, FcId responder, OxId oxId) =>
        ((ulong)originator.Value << 40) | ((ulong)responder.Value << 16) | oxId.Value;

    private void OnFcp(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        if (header.RCtl == FcpIu.Cmnd)
        {
            Presume(frame, image: true);
            OnCommand(header, frame);
            return;
        }
        if (!frame.IsFromResponder && header.RCtl == FcpIu.Data)
        {
            if (!_commands.TryGetValue(KeyOf(header.SId, header.DId, header.OxId), out SurveyedCommand? write)) return;
            write.DataBytes += frame.Fc.Payload.Length;
            write.Unit?.OnWritten(write, header.Parameter, frame.Fc.Payload, sections);
            return;
        }
        if (!frame.IsFromResponder || !_commands.TryGetValue(KeyOf(header.DId, header.SId, header.OxId), out SurveyedCommand? command)) return;
        if (header.RCtl == FcpIu.Data)
        {
            command.Unit?.OnData(command, header.Parameter, frame.Fc.Payload, sections);
        }
        else if (header.RCtl == FcpIu.Rsp)
        {
            if (FcpRsp.TryRead(frame.Fc.Payload, out FcpRsp rsp) == FcpRspError.None) OnResponse(command, rsp);
            _commands.Remove(KeyOf(header.DId, header.SId, header.OxId));
            _idle.Push(command);
        }
    }

    private void OnCommand(in FcHeader header, in ReplayFrame frame)
    {
        PortOf(header.DId).Commands++;
        if (FcpCmnd.TryRead(frame.Fc.Payload, out FcpCmnd read) != FcpCmndError.None || read.Header.IsTaskManagement) return;
        if (_commands.Count >= MaxOpen) _commands.Clear();
        ulong key = KeyOf(header.SId, header.DId, header.OxId);
        if (!_commands.TryGetValue(key, out SurveyedCommand? command)) _commands.Add(key, command = _idle.Count > 0 ? _idle.Pop() : new SurveyedCommand());
        bool known = new Lun(read.Header.Lun).TryGetNumber(out int lun);
        command.Begin(frame.Number, header, known ? lun : -1, known ? UnitOf(header.DId, lun) : null, read);
        command.Unit?.OnCommand(command);
    }

    private void OnResponse(SurveyedCommand command, in FcpRsp rsp)
    {
        if (rsp.Header.Status == (byte)ScsiStatus.Good) command.Unit?.OnGood(command);
        if (sections is not null) TellSections(command, rsp);
        if (rsp.Header.Status == (byte)ScsiStatus.Good && command.Cdb[0] == (byte)OperationCode.ReportLuns) OnLuns(command.Target, command.Answer);
        if (rsp.Header.Status != (byte)ScsiStatus.Good) command.Unit?.OnRefused(command, SenseData.CodeOf(rsp.Sense));
        if (rsp.Header.Status == (byte)ScsiStatus.ReservationConflict) Conflicts.Add(command.Number);
        if (SenseData.KeyOf(rsp.Sense) == SenseKey.UnitAttention) UnitAttentions.Add(command.Number);
    }

    /// <summary>What the answer to a command says of the session and of the unit.</summary>
    private void TellSections(SurveyedCommand command, in FcpRsp rsp)
    {
        sections!.OnAnswered(SessionKey(command.Initiator, command.Target), command.Number);
        if (rsp.Header.Status == (byte)ScsiStatus.Good) command.Unit?.Tell(command, sections);
        else if (SenseData.KeyOf(rsp.Sense) == SenseKey.UnitAttention)
            sections.OnRestart(command.Number, SenseData.CodeOf(rsp.Sense) is PowerOnOrReset or PowerOn ? Restart.PowerOn : Restart.UnitAttention);
    }

    /// <summary>LUN LIST of REPORT LUNS: 8 bytes each behind a header of 8.</summary>
    private void OnLuns(FcId target, ReadOnlySpan<byte> data)
    {
        for (int at = 8; at + 8 <= data.Length; at += 8)
            if (new Lun(BinaryPrimitives.ReadUInt64BigEndian(data[at..])).TryGetNumber(out int lun)) UnitOf(target, lun)?.OnReported();
    }

    private UnitSurvey? UnitOf(FcId target, int lun)
    {
        if (_units.TryGetValue((target.Value, lun), out UnitSurvey? unit)) return unit;
        if (_units.Count >= MaxUnits) return null;
        unit = units is not null && units.TryGetValue((target.Value, lun), out (uint, int) same) && _units.TryGetValue(same, out UnitSurvey? shared)
            ? shared : new UnitSurvey();
        _units.Add((target.Value, lun), unit);
        return unit;
    }
}
