// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

internal sealed partial class TargetReplay
{
    /// <summary>A frame of the captured target, or of the switch it is behind.</summary>
    private void OnCaptured(in ReplayFrame frame)
    {
        if (!frame.HasFc)
        {
            OnCapturedFip(frame);
            return;
        }
        FcHeader header = frame.Fc.Header;
        if (!header.FCtl.Has(FCtl.ExchangeResponder))
        {
            if (frame.First && header.RCtl is RCtl.ElsRequest or RCtl.UnsolicitedControl) OnCapturedRequest(frame);
            return;
        }
        bool isAbort = header.RCtl is RCtl.BaAcc or RCtl.BaRjt;
        ReplayExchange? exchange = _open.Find(OpenExchanges.KeyOf(header.DId, header.SId, header.OxId, isAbort));
        if (header.RCtl == RCtl.ElsReply && _open.Find(OpenExchanges.KeyOf(frame.Ethernet.Destination, header.OxId)) is { } login) exchange = login;
        if (exchange is null)
        {
            bool isAgain = header.RCtl == FcpIu.Rsp && _ended.TryFind(OpenExchanges.KeyOf(header.DId, header.SId, header.OxId, isAbort: false), out _);
            if (!isAgain) _totals.Strays++; // else FCP_RSP that SRR has asked for
            return;
        }
        if (exchange.Type == ExchangeType.Fcp) OnCapturedFcp(exchange, frame);
        else exchange.CapturedReply.Add(frame.Fc, frame.Number, frame.First);
        CloseIfComplete(exchange);
    }

    private void OnCapturedFip(in ReplayFrame frame)
    {
        if (ExchangeNames.OfFipAnswer(frame.Fip, frame.Ethernet.Destination.IsGroup) is not { } name) return; // beacons, advertisements: each has its own times
        if (_open.Find(OpenExchanges.KeyOf(frame.Ethernet.Destination, name)) is not { } exchange) return;
        exchange.CapturedReply.Add(frame.Fip.DescriptorList, frame.Number);
        CloseIfComplete(exchange);
    }

    private void OnCapturedRequest(in ReplayFrame frame)
    {
        _originated.AddCaptured(
            new OriginatedRequest(frame.Fc.Header, frame.Fc.Payload.ToArray(), CaptureSurvey.KindOf(frame.Fc), frame.Carrier, ExchangeNames.OfRequest(frame.Fc), frame.Number, frame.Time),
            ReportAbsent);
    }

    private void OnCapturedFcp(ReplayExchange exchange, in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        switch (header.RCtl)
        {
            case FcpIu.Data:
                exchange.Captured.AddData(header.Parameter, frame.Fc.Payload, frame.Number);
                break;
            case FcpIu.XferRdy when ElsPayload.TryRead(frame.Fc.Payload, out FcpXferRdy ready):
                exchange.Captured.Bursts.Add((ready.DataRo, ready.BurstLen));
                break;
            case FcpIu.Rsp:
                if (!exchange.Captured.TryEnd(frame.Fc.Payload, frame.Number)) exchange.Notes.Add($"the captured FCP_RSP (frame {frame.Number}) cannot be read");
                else if (exchange.WaitsForRsp) GiveLate(exchange);
                break;
            default:
                _totals.Strays++;
                break;
        }
    }
}
