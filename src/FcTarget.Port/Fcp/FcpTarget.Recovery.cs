// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

// Sequence level error recovery (FCP-4): what REC is told of an exchange, and what SRR has sent again.
//
//   lost              REC says                    SRR asks for   we
//   FCP_XFER_RDY      open, initiative theirs     FCP_XFER_RDY   send it again for what is missing
//   write data        open, initiative theirs     FCP_XFER_RDY   the same, from the first hole on
//   FCP_RSP           complete, bytes moved       FCP_RSP        send it again, also when the exchange is closed (SentResponses)
//   read data         complete, bytes moved       FCP_DATA       cannot: it is not kept. The initiator repeats the command
//   FCP_CMND          03h / 17h, no such exchange                the initiator repeats the command
internal sealed partial class FcpTarget
{
    /// <summary>FCP_RSPs that wait to be sent again; what asks for more meets with a refusal.</summary>
    private const int MostAgain = 64;

    private readonly Queue<(FcpSession Session, OxId OxId, RxId RxId)> _again = new(MostAgain);

    /// <summary>REC (FC-LS, FCP-4): what we know of an exchange. Null when that is nothing.</summary>
    public RecAccPayload? Describe(FcId originator, OxId oxId, RxId rxId)
    {
        if (_exchanges.Find(originator, oxId, rxId) is not { } exchange)
            return FindSent(originator, oxId, rxId) is { } sent ? Describe(originator, oxId, rxId, sent.Moved, ExchangeStatus.Complete) : null;
        ExchangeStatus status = exchange.InitiativeIsTheirs ? ExchangeStatus.None
            : exchange.State == FcpExchangeState.Confirming ? ExchangeStatus.Complete : ExchangeStatus.SequenceInitiative;
        return Describe(originator, oxId, exchange.RxId, exchange.BytesMoved, status);
    }

    /// <summary>SRR (FCP-4), see the table above.</summary>
    public ElsReject? OnSrr(FcId originator, in SrrPayload srr)
    {
        if (_exchanges.Find(originator, srr.OxId, srr.RxId) is { } exchange)
        {
            if (srr.RCtlForIu == FcpIu.XferRdy && exchange.TryRequestAgain()) Counters.DataRequestedAgain++;
            else if (srr.RCtlForIu == FcpIu.Rsp && exchange.TryRespondAgain()) Counters.ResponsesSentAgain++;
            else return ElsReject.UnableToSupplyData;
            return null;
        }
        if (FindSent(originator, srr.OxId, srr.RxId) is not { } sent) return ElsReject.InvalidOxRxCombination;
        bool can = srr.RCtlForIu == FcpIu.Rsp && _again.Count < MostAgain && sent.Session.Sent!.CanWrite(srr.OxId, srr.RxId, Loop.Timers.Now);
        if (!can) return ElsReject.UnableToSupplyData;
        Counters.ResponsesSentAgain++;
        _again.Enqueue((sent.Session, srr.OxId, srr.RxId));
        _sending.Request(); // after the answer to SRR
        return null;
    }

    /// <summary>False: there is no transmit slot left.</summary>
    private bool SendAgain()
    {
        if (_again.Count == 0) return true;
        Span<byte> payload = stackalloc byte[FcpResponse.MaxLength];
        while (_again.TryPeek(out (FcpSession Session, OxId OxId, RxId RxId) next))
        {
            if (!Transmitter.TryGetSlot(out Span<byte> slot)) return false;
            _again.Dequeue();
            if (next.Session is not { IsClosed: false, Sent: { } sent }) continue;
            int length = sent.Write(next.OxId, next.RxId, Loop.Timers.Now, payload, out byte seqId, out ushort seqCnt);
            if (length == 0) continue;
            FcHeader header = new()
            {
                RCtl = FcpIu.Rsp,
                DId = next.Session.Remote.Id,
                SId = Local.Id,
                Type = FcType.Fcp,
                FCtl = FCtlValues.FcpRsp,
                SeqId = seqId,
                SeqCnt = seqCnt,
                OxId = next.OxId,
                RxId = next.RxId,
            };
            Transmitter.Fill(slot, next.Session.Remote.Link, ref header, payload[..length], first: true);
        }
        return true;
    }

    /// <summary>An exchange that is over. Not one whose OX_ID is in use again: its answer would be taken for the new one's.</summary>
    private (FcpSession Session, uint Moved)? FindSent(FcId originator, OxId oxId, RxId rxId)
    {
        if (_exchanges.Find(originator, oxId) is not null || Local.Find(originator)?.TargetSession is not { Sent: { } kept } session) return null;
        return kept.BytesMoved(oxId, rxId, Loop.Timers.Now) is { } moved ? (session, moved) : null;
    }

    private RecAccPayload Describe(FcId originator, OxId oxId, RxId rxId, uint moved, ExchangeStatus status) => new()
    {
        Command = ElsCommand.LsAcc,
        OxId = oxId,
        RxId = rxId,
        OriginatorId = originator,
        ResponderId = Local.Id,
        Fc4Value = moved,
        EStat = ExchangeStatus.Responder | status,
    };
}
