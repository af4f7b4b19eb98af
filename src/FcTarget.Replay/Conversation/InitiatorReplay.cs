// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Live;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

// INITIATOR REPLAY - theory of operation
//   Job      Does to a live target what the initiators of a capture did to theirs, and compares its answers with the captured ones.
//   Order    A command is sent where the capture has it - one that writes, where the last of its data is - and its answer is waited for where
//            the captured answer is: as many are outstanding as were then, and what followed upon an answer follows upon one. A command that was
//            aborted is aborted, unless the live target answers it within the time that the captured one had. Link services are sent and
//            answered at once.
//   Content  A live target holds what it holds: data that is read is strict for blocks that the capture has written before, and only there.
//   Names    The live target's names and N_Port_ID stand for those of the captured one.
//   Files    InitiatorReplay.cs: the course, and aborts.  .Commands.cs: FCP.  .LinkServices.cs: logins and other ELS.
//   Proof    InitiatorReplayTests, ReplayProcessTests

/// <summary>A replay in the role of the initiator.</summary>
internal sealed partial class InitiatorReplay(ReplayPlan plan, ReplayOptions options, IReplayReport report, ReplayInitiator initiator, bool holdsContent)
{
    private readonly OpenExchanges _open = new();
    private readonly Differences _differences = new(options.Tolerance);
    private readonly ReplayTotals _totals = new();

    public ReplayTotals Run(CaptureFrames capture)
    {
        _totals.Targets = [$"{initiator.Target} in the place of {plan.PortName.ToColonString()}"];
        long last = plan.FirstTime;
        while (capture.TryRead(out ReplayFrame frame) && options.IsCancelled?.Invoke() != true)
        {
            last = Math.Max(last, frame.Time);
            if (frame.HasFc) OnFrame(frame);
        }
        foreach (ReplayExchange left in _open.InOrder) Abandon(left); // there is nothing to compare with
        _totals.Duration = TimeSpan.FromTicks((last - plan.FirstTime) / TimeSpan.NanosecondsPerTick);
        return _totals;
    }

    private void OnFrame(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        bool toTarget = header.DId == plan.Target.Id;
        FcId host = toTarget ? header.SId : header.DId;
        if (!toTarget && header.SId != plan.Target.Id)
        {
            _totals.NotOfTarget++;
            return;
        }
        if (host == FcId.None || host.IsWellKnown) return; // the target's own affairs
        switch (header.Type)
        {
            case FcType.Fcp when header.RCtl.IsDeviceData():
                OnFcp(frame, host, toTarget);
                break;
            case FcType.Bls:
                OnBls(frame, host, toTarget);
                break;
            case FcType.Els:
                OnEls(frame, host, toTarget);
                break;
        }
    }

    // ---- aborts ---------------------------------------------------------------------------------------------------

    private void OnBls(in ReplayFrame frame, FcId host, bool toTarget)
    {
        FcHeader header = frame.Fc.Header;
        ulong key = OpenExchanges.KeyOf(host, plan.Target.Id, header.OxId, isAbort: true);
        ReplayExchange? command = _open.Find(OpenExchanges.KeyOf(host, plan.Target.Id, header.OxId, isAbort: false));
        if (toTarget && header.RCtl == RCtl.Abts)
        {
            if (command?.Live is not { } live)
            {
                _totals.Strays++;
                return;
            }
            command.Conditions |= Conditions.Aborted;
            ReplayExchange abort = Begin(key, ExchangeType.Abort, "ABTS", frame, host);
            TimeSpan after = TimeSpan.FromTicks(Math.Max(0, frame.Time - command.Time) / TimeSpan.NanosecondsPerTick);
            if (!initiator.TryAbort(live, after, out LinkServiceReply? reply)) abort.Notes.Add("the live target had answered the command before it was aborted");
            else if (reply is not null) abort.OurReply.Set(reply.RCtl, reply.Payload, 0);
        }
        else if (!toTarget && header.RCtl is RCtl.BaAcc or RCtl.BaRjt && _open.Find(key) is { } abort)
        {
            abort.CapturedReply.Add(frame.Fc, frame.Number, frame.First);
            CompareLinkService(abort);
            if (command is not null) End(command);
        }
    }

    // ---- exchanges ------------------------------------------------------------------------------------------------

    /// <summary>Opens an exchange. One of the same identity that is still open is over.</summary>
    private ReplayExchange Begin(ulong key, ExchangeType type, string name, in ReplayFrame frame, FcId host)
    {
        if (_open.Find(key) is { } old) Abandon(old);
        if (_open.Count >= OpenExchanges.Capacity) Abandon(_open.Oldest!);
        return _open.Begin(key, type, name, frame.Number, frame.Time, host, frame.Fc.Header.OxId);
    }

    /// <summary>The capture has no answer to it.</summary>
    private void Abandon(ReplayExchange exchange)
    {
        _totals.Strays++;
        if (exchange.Live is { } live) initiator.End(live);
        Forget(exchange);
    }

    private void Forget(ReplayExchange exchange)
    {
        if (exchange.Live is { } live) _bufferBytes -= live.DataIn.Length;
        _open.End(exchange);
    }

    private void Report(ReplayExchange exchange)
    {
        foreach (string note in exchange.Notes) _differences.AddReason(note);
        ExchangeOutcome outcome = _differences.Outcome;
        if (outcome == ExchangeOutcome.Same) _totals.Same++;
        else if (outcome == ExchangeOutcome.Equivalent) _totals.Equivalent++;
        else _totals.Different++;
        report.OnExchange(new ExchangeReport
        {
            Frame = exchange.Number,
            UnixNanoseconds = exchange.Time,
            Name = exchange.Name,
            Originator = exchange.Originator,
            OxId = exchange.OxId,
            Lun = exchange.Lun,
            Outcome = outcome,
            Reasons = _differences.Reasons,
            Differences = _differences.Found,
        });
    }
}
