// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Capture;

namespace FcTarget.Replay.Survey;

internal sealed partial class CaptureSurvey
{
    /// <summary>Requests of link services that wait for their answer.</summary>
    private readonly Dictionary<ulong, Request> _requests = [];

    private readonly Dictionary<(uint To, uint What), List<long>> _answerTimes = [];

    private readonly record struct Request(long Number, uint What, FcId To, MacAddress Source, Wwn PortName, Wwn NodeName);

    /// <summary>The N_Port_ID that the fabric gave, by number of the frame that asked for it (FLOGI or FDISC).</summary>
    public Dictionary<long, FcId> Assigned { get; } = [];

    /// <summary>MAC addresses that FLOGI, or its LS_ACC between N_Ports, came from, by N_Port_Name.</summary>
    public Dictionary<Wwn, MacAddress> Stations { get; } = [];

    /// <summary>An LS_ACC to FLOGI came from an N_Port that is not on a fabric: point-to-point, or VN2VN.</summary>
    public bool HasNPortFlogi { get; private set; }

    /// <summary>When requests of a kind to a port were answered, in nanoseconds since 1970, in their order.</summary>
    public IReadOnlyList<long> AnswerTimes(FcId to, uint what) => _answerTimes.GetValueOrDefault((to.Value, what)) ?? [];

    /// <summary>What kind of request a frame is: TYPE, and the command or the command code of its CT_IU.</summary>
    public static uint KindOf(in FcFrame frame)
    {
        uint type = (uint)frame.Header.Type << 16;
        if (frame.Header.Type == FcType.Ct) return CtIu.TryRead(frame.Payload, out CtPreamble ct, out _) ? type | ct.CommandCode : type;
        return ElsPayload.TryReadCommand(frame.Payload, out ElsCommand command) ? type | (byte)command : type;
    }

    /// <summary>The key of an exchange with the fabric, or of any other: FLOGI comes from a port without an address.</summary>
    private static ulong RequestKey(FcId originator, MacAddress station, OxId oxId) =>
        originator == FcId.None ? (1ul << 63) | ((station.Value & 0xFFFF_FFFF) << 16) | oxId.Value : ((ulong)originator.Value << 16) | oxId.Value;

    private void OnCt(in ReplayFrame frame)
    {
        if (!frame.First) return;
        if (!frame.IsFromResponder) Presume(frame, image: false);
        Track(frame);
    }

    private void OnEls(in ReplayFrame frame)
    {
        if (!frame.First || !ElsPayload.TryReadCommand(frame.Fc.Payload, out ElsCommand command)) return;
        FcHeader header = frame.Fc.Header;
        if (header.RCtl == RCtl.ElsRequest)
        {
            switch (command)
            {
                case ElsCommand.Plogi:
                    if (SessionOf(header) is { } session) session.PlogiSeen = true;
                    sections?.OnRestart(frame.Number, Restart.Login);
                    sections?.OnLogin(SessionKey(header.SId, header.DId));
                    break;
                case ElsCommand.Prli:
                    Presume(frame, image: false);
                    if (SessionOf(header) is { } pair) pair.PrliSeen = true;
                    NoteParameters(header.SId, frame.Fc.Payload);
                    break;
                case ElsCommand.Flogi:
                    sections?.OnRestart(frame.Number, Restart.Arrival);
                    break;
                case ElsCommand.Fdisc:
                    break;
                case ElsCommand.Logo when header.DId != FcId.FPortController:
                    sections?.OnLogout(SessionKey(header.SId, header.DId), frame.Number);
                    goto default;
                default:
                    if (!header.SId.IsWellKnown) Presume(frame, image: false);
                    break;
            }
            if (header.SId != FcId.None && !header.SId.IsWellKnown) NoteLogin(header.SId, frame, command);
            else if (command == ElsCommand.Flogi) NoteStation(frame);
        }
        Track(frame);
    }

    /// <summary>Follows the exchange of a link service or generic service.</summary>
    private void Track(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        if (!frame.IsFromResponder)
        {
            if (_requests.Count >= MaxOpen) _requests.Clear();
            bool login = ElsPayload.TryRead(frame.Fc.Payload, out LoginPayload payload);
            _requests[RequestKey(header.SId, frame.Ethernet.Source, header.OxId)] = new Request(
                frame.Number, KindOf(frame.Fc), header.DId, frame.Ethernet.Source, login ? payload.PortName : Wwn.None, login ? payload.NodeName : Wwn.None);
            return;
        }
        ulong key = RequestKey(FcId.None, frame.Ethernet.Destination, header.OxId);
        if (!_requests.Remove(key, out Request request) && !_requests.Remove(RequestKey(header.DId, default, header.OxId), out request)) return;
        if (!_answerTimes.TryGetValue((request.To.Value, request.What), out List<long>? times)) _answerTimes.Add((request.To.Value, request.What), times = []);
        times.Add(frame.Time);
        if (header.Type != FcType.Els) return;
        if (!header.SId.IsWellKnown) PortOf(header.SId).Answers++;
        if (ElsPayload.TryReadCommand(frame.Fc.Payload, out ElsCommand answer) && answer == ElsCommand.LsAcc) OnAccept(frame, request);
    }

    private void OnAccept(in ReplayFrame frame, in Request request)
    {
        FcHeader header = frame.Fc.Header;
        ElsCommand asked = (ElsCommand)(byte)request.What;
        if (asked is ElsCommand.Flogi or ElsCommand.Fdisc && ElsPayload.TryRead(frame.Fc.Payload, out LoginPayload login))
        {
            if ((login.Common.FPortFeatures & FPortFeatures.FPort) == 0)
            {
                HasNPortFlogi = true;
                NoteStation(frame);
                if (!header.SId.IsWellKnown) NoteLogin(header.SId, frame, asked);
                return;
            }
            NoteFcf(frame.Ethernet.Source);
            Assigned[request.Number] = header.DId;
            SurveyedPort port = PortOf(header.DId);
            (port.PortName, port.NodeName, port.ENode, port.HasFip) = (request.PortName, request.NodeName, request.Source, true);
            port.HasFabricLogin |= port.Source == MacAddress.None;
            return;
        }
        if (header.SId.IsWellKnown) return;
        if (asked == ElsCommand.Prli) NoteParameters(header.SId, frame.Fc.Payload);
        else NoteLogin(header.SId, frame, asked);
    }

    /// <summary>Names of a port, from its login or its ADISC.</summary>
    private void NoteLogin(FcId id, in ReplayFrame frame, ElsCommand command)
    {
        SurveyedPort port = PortOf(id);
        if (frame.IsFip && port.ENode == MacAddress.None) port.ENode = frame.Ethernet.Source;
        if (command is ElsCommand.Flogi or ElsCommand.Plogi or ElsCommand.Pdisc && ElsPayload.TryRead(frame.Fc.Payload, out LoginPayload login))
        {
            if (port.Commands > 0 || (port.Parameters & FcpServiceParameters.TargetFunction) != 0)
                sections?.OnFact(id, -1, Trait.PortName, login.PortName.ToString());
            Name(port, login.PortName, login.NodeName);
            if (command != ElsCommand.Flogi || port.Login is null) port.Login = frame.Fc.Payload[..LoginPayload.WireSize].ToArray();
        }
        else if (command == ElsCommand.Adisc && ElsPayload.TryRead(frame.Fc.Payload, out AdiscPayload adisc))
        {
            Name(port, adisc.PortName, adisc.NodeName);
        }
        else if (command == ElsCommand.Logo && ElsPayload.TryRead(frame.Fc.Payload, out LogoPayload logo) && logo.NPortId == id && !logo.NPortName.IsNone)
        {
            Name(port, logo.NPortName, Wwn.None);
        }
    }

    /// <summary>A port keeps its names: what is said first is true, and what is said otherwise later shows in the replay.</summary>
    private static void Name(SurveyedPort port, Wwn portName, Wwn nodeName)
    {
        if (port.PortName.IsNone) port.PortName = portName;
        if (port.NodeName.IsNone) port.NodeName = nodeName;
    }

    /// <summary>FLOGI without an address: the name tells later whose station it is.</summary>
    private void NoteStation(in ReplayFrame frame)
    {
        if (ElsPayload.TryRead(frame.Fc.Payload, out LoginPayload login)) Stations.TryAdd(login.PortName, frame.Ethernet.Source);
    }

    private void NoteParameters(FcId id, ReadOnlySpan<byte> payload)
    {
        if (!ProcessPages.TryRead(payload, out ProcessPages pages)) return;
        while (pages.TryNext(out PrliPage page))
            if (page.Type == FcType.Fcp) PortOf(id).Parameters |= page.FcpParameters;
    }

    private static ulong SessionKey(FcId a, FcId b) => ((ulong)Math.Min(a.Value, b.Value) << 24) | Math.Max(a.Value, b.Value);

    /// <summary>The session of two N_Ports, or of an N_Port with a service of the fabric.</summary>
    private SurveyedSession? SessionOf(in FcHeader header)
    {
        FcId a = header.SId, b = header.DId;
        if (a == FcId.None || a == b || a.IsWellKnown) return null;
        ulong key = SessionKey(a, b);
        if (!Sessions.TryGetValue(key, out SurveyedSession? session)) Sessions.Add(key, session = new SurveyedSession(a, b));
        return session;
    }

    /// <summary>A request that only a port which is logged in sends.</summary>
    private void Presume(in ReplayFrame frame, bool image)
    {
        FcHeader header = frame.Fc.Header;
        if (header.DId == FcId.FPortController || SessionOf(header) is not { } session) return;
        session.PresumesLogin |= !session.PlogiSeen;
        session.PresumesImage |= image && !session.PrliSeen;
    }
}
