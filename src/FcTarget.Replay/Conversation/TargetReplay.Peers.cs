// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;
using FcTarget.Replay.Capture;
using FcTarget.Scsi;

namespace FcTarget.Replay.Conversation;

internal sealed partial class TargetReplay
{
    /// <summary>Answers of several frames that are put together at once, and the bytes of the longest: a list of 4096 ports.</summary>
    private const int MostParts = 64, MostAnswer = 64 * 1024;

    private readonly Dictionary<(uint From, ushort OxId), List<byte>> _answerParts = [];

    /// <summary>A frame of a peer.</summary>
    private void OnPeer(in ReplayFrame frame)
    {
        if (!frame.HasFc)
        {
            OnPeerFip(frame);
            return;
        }
        FcHeader header = frame.Fc.Header;
        switch (header.RCtl)
        {
            case RCtl.ElsRequest or RCtl.Fc4LinkServiceRequest:
            case RCtl.UnsolicitedControl when header.Type == FcType.Ct:
                OnPeerRequest(frame);
                break;
            case RCtl.ElsReply:
            case RCtl.SolicitedControl when header.Type == FcType.Ct:
                OnPeerAnswer(frame);
                break;
            case RCtl.Abts:
                OnPeerAbts(frame);
                break;
            case FcpIu.Cmnd when header.Type == FcType.Fcp:
                OnPeerCommand(frame);
                break;
            case FcpIu.Data when header.Type == FcType.Fcp:
                OnPeerData(frame);
                break;
            case FcpIu.Conf when header.Type == FcType.Fcp:
                break; // our target was given one when it asked
            default:
                _totals.Strays++;
                break;
        }
    }

    private void OnPeerFip(in ReplayFrame frame)
    {
        bool isGroup = frame.Ethernet.Destination.IsGroup;
        if (ExchangeNames.OfFip(frame.Fip, isGroup) is { } name) Begin(OpenExchanges.KeyOf(frame.Ethernet.Source, name), ExchangeType.Fip, name, frame, FcId.None);
        int length = FramePatch.Address(frame, _engine.Wire.Pending, isGroup ? frame.Ethernet.Destination : _plan.WireMac, _map.ToOurs(frame.Ethernet.Source));
        FramePatch.PatchFip(_engine.Wire.Pending[..length], _map);
        Receive(length);
    }

    private void OnPeerRequest(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        if (frame.First)
        {
            ulong key = header.SId == FcId.None ? OpenExchanges.KeyOf(frame.Ethernet.Source, header.OxId) : OpenExchanges.KeyOf(header.SId, header.DId, header.OxId, isAbort: false);
            ReplayExchange exchange = Begin(key, ExchangeType.LinkService, ExchangeNames.OfRequest(frame.Fc), frame, header.SId);
            exchange.Asked = header.Type == FcType.Els && ElsPayload.TryReadCommand(frame.Fc.Payload, out ElsCommand command) ? command : default;
            exchange.IsCt = header.Type == FcType.Ct;
            exchange.Conditions |= ConditionsOf(exchange.Asked, frame.Fc);
            exchange.IsFabric = header.DId.IsWellKnown && _plan.Topology != Topology.PointToPoint;
        }
        Deliver(frame, header.RxId);
    }

    /// <summary>REC and SRR: how far the command of its own is that the initiator asks about.</summary>
    private Conditions ConditionsOf(ElsCommand command, in FcFrame request)
    {
        FcId originator;
        OxId oxId;
        if (command == ElsCommand.Rec && ElsPayload.TryRead(request.Payload, out RecPayload rec)) (originator, oxId) = (rec.OriginatorSId, rec.OxId);
        else if (request.Header.RCtl == RCtl.Fc4LinkServiceRequest && ElsPayload.TryRead(request.Payload, out SrrPayload srr)) (originator, oxId) = (request.Header.SId, srr.OxId);
        else return Conditions.None;
        ulong key = OpenExchanges.KeyOf(originator, FcId.None, oxId, isAbort: false);
        if (_open.Find(key) is { } open) return open.Captured.HasRsp ? Conditions.Over : command == ElsCommand.Rec ? Conditions.Unanswered : Conditions.None;
        return _ended.TryFind(key, out _) ? Conditions.Over : Conditions.None;
    }

    /// <summary>The answer to a request of the captured target: ours may have asked the same.</summary>
    private void OnPeerAnswer(in ReplayFrame frame)
    {
        bool isLast = frame.Fc.Header.FCtl.Has(FCtl.EndSequence);
        ReadOnlySpan<byte> payload = frame.Fc.Payload;
        if (!frame.First || !isLast) payload = Gather(frame);
        if (!isLast) return;
        (OriginatedRequest? captured, OriginatedRequest? ours) = _originated.OnCapturedAnswer(frame.Fc.Header, payload);
        if (captured is null) _totals.Strays++;
        else if (ours is not null) Answer(captured, ours);
    }

    /// <summary>An answer of several frames, such as a list of the name server, as far as it is there.</summary>
    private Span<byte> Gather(scoped in ReplayFrame frame)
    {
        (uint, ushort) key = (frame.Fc.Header.SId.Value, frame.Fc.Header.OxId.Value);
        if (frame.First || !_answerParts.TryGetValue(key, out List<byte>? parts))
        {
            if (_answerParts.Count >= MostParts) _answerParts.Clear();
            _answerParts[key] = parts = [];
        }
        if (parts.Count + frame.Fc.Payload.Length <= MostAnswer) parts.AddRange(frame.Fc.Payload);
        if (frame.Fc.Header.FCtl.Has(FCtl.EndSequence)) _answerParts.Remove(key);
        return CollectionsMarshal.AsSpan(parts);
    }

    private void OnPeerAbts(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        ReplayExchange? aborted = _open.Find(OpenExchanges.KeyOf(header.SId, header.DId, header.OxId, isAbort: false));
        if (aborted is not null) aborted.Conditions |= Conditions.Aborted;
        Begin(OpenExchanges.KeyOf(header.SId, header.DId, header.OxId, isAbort: true), ExchangeType.Abort, "ABTS", frame, header.SId);
        Deliver(frame, header.RxId == RxId.Unassigned || aborted is null ? header.RxId : aborted.OurRxId);
    }

    private void OnPeerCommand(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        bool readable = FcpCmnd.TryRead(frame.Fc.Payload, out FcpCmnd command) == FcpCmndError.None;
        ulong key = OpenExchanges.KeyOf(header.SId, header.DId, header.OxId, isAbort: false);
        ReplayExchange exchange = Begin(key, ExchangeType.Fcp, readable ? ExchangeNames.OfCommand(command) : "FCP_CMND", frame, header.SId);
        if (readable && new Lun(command.Header.Lun).TryGetNumber(out int lun)) exchange.Lun = lun;
        exchange.IsOpenInOurs = true;
        exchange.Lost = exchange.Lun < 0 ? null : _plan.UnitOf(exchange.Lun)?.Lost.Find(frame.Number);
        if (_plan.WasConflict(frame.Number)) GiveReservations(exchange);
        // Others' commands that come before its FCP_RSP were served before it, unless the captured target says otherwise.
        exchange.WaitsForRsp = exchange.Lost is not null || (readable && command.Cdb[0] == (byte)OperationCode.PersistentReserveOut);
        int length = Patch(frame, header.RxId);
        exchange.Keep(_engine.Wire.Pending[..length]);
        Receive(length);
    }

    private void OnPeerData(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        if (_open.Find(OpenExchanges.KeyOf(header.SId, header.DId, header.OxId, isAbort: false)) is not { Type: ExchangeType.Fcp } exchange)
        {
            _totals.Strays++;
            return;
        }
        if (!exchange.IsOpenInOurs) return; // it was answered without this data
        uint offset = header.Parameter;
        long end = offset + (long)frame.Fc.Payload.Length;
        if (!exchange.WaitsForRsp && offset >= exchange.Burst.From && end <= exchange.Burst.To)
        {
            Deliver(frame, exchange.OurRxId);
            return;
        }
        exchange.Hold(offset, frame.Fc.Payload);
        if (!exchange.WaitsForRsp && offset < exchange.Burst.To && end > exchange.Burst.From) GiveHeld(exchange, exchange.Number); // the part that it asks for
    }

    /// <summary>Opens an exchange. One of the same identity that is still open is over.</summary>
    private ReplayExchange Begin(ulong key, ExchangeType type, string name, in ReplayFrame frame, FcId originator)
    {
        if (_open.Find(key) is { } old) Close(old, type == ExchangeType.Fcp && !old.Captured.HasRsp ? Conditions.Reused : Conditions.None);
        if (_open.Count >= OpenExchanges.Capacity) Close(_open.Oldest!, Conditions.None);
        return _open.Begin(key, type, name, frame.Number, frame.Time, originator, frame.HasFc ? frame.Fc.Header.OxId : default);
    }

    private void Deliver(in ReplayFrame frame, RxId rxId) => Receive(Patch(frame, rxId));

    /// <summary>Puts a peer's frame into the port's buffer, with the identities of the replay.</summary>
    private int Patch(in ReplayFrame frame, RxId rxId)
    {
        FcHeader header = frame.Fc.Header;
        ReplayPeer? peer = header.SId == FcId.None ? _map.OfENode(frame.Ethernet.Source) : _map.OfCaptured(header.SId);
        Span<byte> to = _engine.Wire.Pending;
        int length = frame.IsFip
            ? FramePatch.Address(frame, to, frame.Ethernet.Destination.IsGroup ? frame.Ethernet.Destination : _plan.WireMac, frame.Ethernet.Source)
            : FramePatch.Address(frame, to, DestinationOf(header), SourceOf(frame, peer));
        header.SId = _map.ToOurs(header.SId);
        header.DId = _map.ToOurs(header.DId);
        header.RxId = rxId;
        to = to[..length];
        Span<byte> payload = to.Slice(frame.FcAt + (frame.Fc.Payload.IsEmpty ? 0 : PayloadAt(frame)), frame.Fc.Payload.Length);
        if (header.Type == FcType.Els || header.RCtl == RCtl.Fc4LinkServiceRequest) PatchPayload(header, payload);
        else if (header.Type == FcType.Ct && frame.First) FramePatch.PatchCt(payload, _map);
        if (frame.IsFip) FramePatch.PatchFip(to, _map);
        FramePatch.Seal(to, frame.FcAt, frame.IsFip, header);
        return length;
    }

    /// <summary>Where the payload begins behind the FC header: optional headers may be between.</summary>
    private static int PayloadAt(in ReplayFrame frame)
    {
        frame.Bytes.Overlaps(frame.Fc.Payload, out int at);
        return at - frame.FcAt;
    }

    private MacAddress DestinationOf(in FcHeader header) =>
        header.DId == FcId.FPortController && _plan.Topology == Topology.PointToPoint ? _plan.WireMac : _map.Destination;

    private MacAddress SourceOf(in ReplayFrame frame, ReplayPeer? peer) =>
        frame.Fc.Header.SId == FcId.None ? frame.Ethernet.Source : _map.SourceOf(peer, frame.Ethernet.Source);

    /// <summary>N_Port_IDs, and the RX_IDs that our target gave, in the payload of a link service.</summary>
    private void PatchPayload(in FcHeader header, Span<byte> payload)
    {
        if (!ElsPayload.TryReadCommand(payload, out ElsCommand command)) return;
        // Before the addresses change: REC and RRQ name the originator and the exchange, SRR the exchange only.
        int at = command is ElsCommand.Rec or ElsCommand.Rrq ? 8 : command == ElsCommand.Srr ? 4 : 0;
        if (at != 0 && payload.Length >= at + 4)
        {
            OxId oxId = MemoryMarshal.Read<OxId>(payload[at..]);
            FcId originator = command == ElsCommand.Srr ? _map.ToCaptured(header.SId) : MemoryMarshal.Read<FcId>(payload[5..]);
            ulong key = OpenExchanges.KeyOf(originator, FcId.None, oxId, isAbort: false);
            RxId rxId = MemoryMarshal.Read<RxId>(payload[(at + 2)..]);
            if (_open.Find(key) is { OurRxId: var known }) rxId = known == RxId.Unassigned ? rxId : known;
            else if (rxId != RxId.Unassigned && _ended.TryFind(key, out RxId ended)) rxId = ended;
            MemoryMarshal.Write(payload[(at + 2)..], in rxId);
        }
        if (command != ElsCommand.Srr) FramePatch.PatchEls(payload, _map);
    }
}
