// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Compare;

namespace FcTarget.Replay.Conversation;

internal sealed partial class TargetReplay
{
    private void CloseIfComplete(ReplayExchange exchange)
    {
        if (exchange.IsComplete) Close(exchange, Conditions.None);
    }

    /// <summary>The exchange is over: it is compared, as far as it got, and reported.</summary>
    private void Close(ReplayExchange exchange, Conditions more)
    {
        Conditions conditions = exchange.Conditions | more;
        if (exchange.Type == ExchangeType.Fcp)
        {
            _differences.Begin(exchange.Name, conditions | FcpComparison.ConditionsOf(exchange.Name, exchange.Captured, exchange.Ours));
            FcpComparison.Compare(exchange.Captured, exchange.Ours, exchange.Number, _differences);
        }
        else
        {
            _differences.Begin(exchange.Name, conditions | LinkServiceComparison.ConditionsOf(exchange.CapturedReply, exchange.OurReply));
            CompareReplies(exchange);
        }
        foreach (string note in exchange.Notes) _differences.AddReason(note);
        bool isSwitch = exchange.Type == ExchangeType.Fip || exchange.IsFabric;
        if (_withFabric || !isSwitch) Report(exchange.Name, exchange.Number, exchange.Time, exchange.Originator, exchange.OxId, exchange.Lun);
        bool mustAbort = exchange.Type == ExchangeType.Fcp && exchange.IsOpenInOurs;
        if (exchange.Type == ExchangeType.Fcp && exchange.OurRxId != RxId.Unassigned) _ended.Add(exchange.Key, exchange.OurRxId);
        ulong aborted = exchange.Type == ExchangeType.Abort ? OpenExchanges.KeyOf(exchange.Originator, FcId.None, exchange.OxId, isAbort: false) : 0;
        FcId originator = exchange.Originator;
        OxId oxId = exchange.OxId;
        _open.End(exchange);
        if (mustAbort && !_engine.IsInPass) MakeUpAbts(originator, oxId);
        else if (mustAbort) _afterPass.Enqueue(() => MakeUpAbts(originator, oxId));
        if (aborted != 0 && _open.Find(aborted) is { } command) Close(command, Conditions.None);
    }

    private void CompareReplies(ReplayExchange exchange)
    {
        LinkServiceAnswer captured = exchange.CapturedReply, ours = exchange.OurReply;
        if (exchange.Type != ExchangeType.Fip)
        {
            LinkServiceComparison.Compare(exchange.Asked, exchange.IsCt, exchange.IsFabric, captured, ours, exchange.Number, _differences, _map.ToOurs);
            return;
        }
        long frame = captured.IsComplete ? captured.Frame : exchange.Number;
        _differences.Compare("answer", captured.IsComplete, ours.IsComplete, frame, static there => there ? "an answer" : "no answer");
        if (captured.IsComplete && ours.IsComplete) _differences.AddBytes("details", captured.Payload, ours.Payload, _ => frame);
    }

    private void CompareOriginated(OriginatedRequest captured, OriginatedRequest ours)
    {
        if (!_withFabric && captured.Header.SId.IsWellKnown) return;
        string name = NameOf(captured, isOurs: false);
        _differences.Begin(name, Conditions.None);
        bool isCt = captured.Header.Type == FcType.Ct;
        LinkServiceComparison.CompareRequests(
            isCt ? default : (ElsCommand)captured.Payload[0], isCt, captured.Payload, ours.Payload, captured.Frame, _differences, _map.ToOurs);
        Report(name, captured.Frame, captured.Time, captured.Header.SId, captured.Header.OxId, lun: -1);
    }

    private void ReportAbsent(OriginatedRequest captured)
    {
        captured.IsDone = true;
        if (!_withFabric && captured.Header.SId.IsWellKnown) return;
        string name = NameOf(captured, isOurs: false);
        _differences.Begin(name, captured.Frame > _plan.Target.LastFrame ? Conditions.TargetLeaves : Conditions.None);
        _differences.Add("absent", captured.Name, "nothing", captured.Frame);
        Report(name, captured.Frame, captured.Time, captured.Header.SId, captured.Header.OxId, lun: -1);
    }

    private void ReportExtra(OriginatedRequest ours)
    {
        if (!_withFabric && ours.Header.SId.IsWellKnown) return;
        string name = NameOf(ours, isOurs: true);
        _differences.Begin(name, Conditions.None);
        _differences.Add("extra", "nothing", ours.Name, 0);
        Report(name, 0, ours.Time, ours.Header.SId, ours.Header.OxId, lun: -1);
    }

    private static string NameOf(OriginatedRequest request, bool isOurs) =>
        $"{request.Name} of {(isOurs ? "our" : "the")} {(request.Header.SId.IsWellKnown ? "fabric" : "target")}";

    private void Report(string name, long number, long time, FcId originator, OxId oxId, int lun)
    {
        ExchangeOutcome outcome = _differences.Outcome;
        if (outcome == ExchangeOutcome.Same) _totals.Same++;
        else if (outcome == ExchangeOutcome.Equivalent) _totals.Equivalent++;
        else _totals.Different++;
        _report.OnExchange(new ExchangeReport
        {
            Frame = number,
            UnixNanoseconds = time,
            Name = name,
            Originator = originator,
            OxId = oxId,
            Lun = lun,
            Outcome = outcome,
            Reasons = _differences.Reasons,
            Differences = _differences.Found,
        });
    }

    /// <summary>The capture has ended: what is open is compared as it is.</summary>
    private void EndAll()
    {
        foreach (ReplayExchange exchange in _open.InOrder)
        {
            if (_open.Find(exchange.Key) != exchange) continue; // closed with its ABTS
            bool captured = exchange.Type == ExchangeType.Fcp ? exchange.Captured.HasRsp : exchange.CapturedReply.IsComplete;
            Close(exchange, captured ? Conditions.None : Conditions.CaptureEnd);
        }
        foreach (OriginatedRequest left in _originated.Left.ToList()) ReportAbsent(left);
    }
}
