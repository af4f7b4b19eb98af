// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Live;

namespace FcTarget.Replay.Conversation;

internal sealed partial class InitiatorReplay
{
    private const int LoginNamesAt = 20, AdiscNamesAt = 8; // N_Port_Name, then Node_Name

    private void OnEls(in ReplayFrame frame, FcId host, bool toTarget)
    {
        FcHeader header = frame.Fc.Header;
        ulong key = OpenExchanges.KeyOf(host, plan.Target.Id, header.OxId, isAbort: false);
        if (toTarget && header.RCtl == RCtl.ElsRequest && frame.First && ElsPayload.TryReadCommand(frame.Fc.Payload, out ElsCommand command))
        {
            ReplayExchange exchange = Begin(key, ExchangeType.LinkService, ExchangeNames.OfRequest(frame.Fc), frame, host);
            exchange.Asked = command;
            if (!TryPlay(exchange, command, frame.Fc.Payload)) Forget(exchange);
        }
        else if (!toTarget && header.RCtl == RCtl.ElsReply && _open.Find(key) is { Type: ExchangeType.LinkService } asked)
        {
            asked.CapturedReply.Add(frame.Fc, frame.Number, frame.First);
            if (!asked.CapturedReply.IsComplete) return;
            UseLiveNames(asked);
            CompareLinkService(asked);
        }
    }

    /// <summary>Has the live target asked the same. False for what an initiator does by itself, and as it needs it: REC, RRQ, SRR, FLOGI.</summary>
    private bool TryPlay(ReplayExchange exchange, ElsCommand command, ReadOnlySpan<byte> payload)
    {
        LinkServiceReply? reply;
        switch (command)
        {
            case ElsCommand.Plogi or ElsCommand.Prli:
                if (!initiator.LogIn()) exchange.Notes.Add("the live target could not be logged in with");
                reply = initiator.AnswerTo(command);
                if (reply is null) return false; // it has logged in with us by itself
                break;
            case ElsCommand.Logo:
                initiator.LogIn(); // a LOGO needs a login to end
                reply = initiator.LogOut();
                break;
            case ElsCommand.Prlo:
                initiator.LogIn();
                reply = initiator.EndImage(payload.ToArray());
                break;
            case ElsCommand.Adisc or ElsCommand.Pdisc or ElsCommand.Rtv or ElsCommand.Rnid or ElsCommand.Echo or ElsCommand.Rls:
                initiator.LogIn();
                byte[] request = payload.ToArray();
                if (command == ElsCommand.Rls && request.Length >= 8) UseLiveId(request, 5);
                reply = initiator.Ask(request);
                break;
            default:
                return false;
        }
        if (reply is not null) exchange.OurReply.Set(reply.RCtl, reply.Payload, 0);
        return true;
    }

    private void CompareLinkService(ReplayExchange exchange)
    {
        LinkServiceAnswer captured = exchange.CapturedReply, live = exchange.OurReply;
        _differences.Begin(exchange.Name, exchange.Conditions | LinkServiceComparison.ConditionsOf(captured, live));
        bool isMoot = exchange.Type == ExchangeType.Abort && !live.IsComplete && exchange.Notes.Count > 0;
        if (!isMoot) LinkServiceComparison.Compare(exchange.Asked, isCt: false, isFabric: false, captured, live, exchange.Number, _differences, ToLive);
        Report(exchange);
        Forget(exchange);
    }

    private FcId ToLive(FcId captured) => captured == plan.Target.Id ? initiator.Target.Id : captured;

    /// <summary>Where the captured target says its names, the live one must say its own.</summary>
    private void UseLiveNames(ReplayExchange exchange)
    {
        int at = exchange.Asked switch
        {
            ElsCommand.Plogi or ElsCommand.Pdisc => LoginNamesAt,
            ElsCommand.Adisc => AdiscNamesAt,
            _ => 0,
        };
        byte[] answer = exchange.CapturedReply.Payload.ToArray();
        if (at == 0 || answer.Length < at + 16 || answer[0] != (byte)ElsCommand.LsAcc) return;
        UseLiveName(answer, at, plan.PortName, initiator.Target.PortName);
        UseLiveName(answer, at + 8, plan.NodeName, initiator.Target.NodeName);
        exchange.CapturedReply.Set(exchange.CapturedReply.RCtl, answer, exchange.CapturedReply.Frame);
    }

    private static void UseLiveName(Span<byte> payload, int at, Wwn captured, Wwn live)
    {
        if (MemoryMarshal.Read<Wwn>(payload[at..]) == captured) MemoryMarshal.Write(payload[at..], in live);
    }

    private void UseLiveId(Span<byte> payload, int at)
    {
        FcId id = ToLive(MemoryMarshal.Read<FcId>(payload[at..]));
        MemoryMarshal.Write(payload[at..], in id);
    }
}
