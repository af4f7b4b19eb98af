// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Survey;
using FcTarget.Scsi;

namespace FcTarget.Replay.Conversation;

// INITIATOR REPLAY - theory of operation
//   Job      Sends the commands of a capture to a live target and compares its answers with the captured ones.
//   Order    A command is sent when its captured answer is there, so one after another in the order they ended. Logins, aborts and other link
//            services are the initiator's own affair.
//   Content  A live target holds what it holds: data that is read is strict for blocks that the capture has written before, and only there.
//   Proof    InitiatorReplayTests

/// <summary>A replay in the role of the initiator.</summary>
internal sealed class InitiatorReplay(ReplayPlan plan, ReplayOptions options, IReplayReport report, IReplayInitiator initiator)
{
    private const int MostRepeats = 16;

    private readonly OpenExchanges _open = new();
    private readonly Differences _differences = new(options.Tolerance);
    private readonly Dictionary<ulong, BlockSet> _written = [];
    private readonly ReplayTotals _totals = new();

    public ReplayTotals Run(CaptureFrames capture)
    {
        _totals.Target = $"{initiator.Target} in the place of {plan.PortName.ToColonString()}";
        report.OnBegin(plan.FirstTime);
        long last = plan.FirstTime;
        while (capture.TryRead(out ReplayFrame frame) && options.IsCancelled?.Invoke() != true)
        {
            last = Math.Max(last, frame.Time);
            if (frame.HasFc && frame.Fc.Header.Type == FcType.Fcp && frame.Fc.Header.RCtl.IsDeviceData()) OnFcp(frame);
        }
        _totals.Strays += _open.Count; // commands without an answer: there is nothing to compare with
        _totals.Duration = TimeSpan.FromTicks((last - plan.FirstTime) / TimeSpan.NanosecondsPerTick);
        _totals.Frames = capture.Read;
        _totals.Others = capture.Others;
        _totals.Damaged = capture.Damaged;
        _totals.Copies = capture.Copies;
        _totals.CaptureFailure = capture.Failure;
        return _totals;
    }

    private void OnFcp(in ReplayFrame frame)
    {
        FcHeader header = frame.Fc.Header;
        bool toTarget = header.DId == plan.Target.Id;
        if (!toTarget && header.SId != plan.Target.Id)
        {
            _totals.NotOfTarget++;
            return;
        }
        FcId host = toTarget ? header.SId : header.DId;
        ulong key = OpenExchanges.KeyOf(host, plan.Target.Id, header.OxId, isAbort: false);
        if (toTarget && header.RCtl == FcpIu.Cmnd)
        {
            Begin(key, frame, host);
            return;
        }
        if (_open.Find(key) is not { } exchange) return;
        if (toTarget && header.RCtl == FcpIu.Data) exchange.Hold(header.Parameter, frame.Fc.Payload);
        else if (!toTarget && header.RCtl == FcpIu.Data) exchange.Captured.AddData(header.Parameter, frame.Fc.Payload, frame.Number);
        else if (!toTarget && header.RCtl == FcpIu.Rsp && exchange.Captured.TryEnd(frame.Fc.Payload, frame.Number)) Send(exchange);
    }

    private void Begin(ulong key, in ReplayFrame frame, FcId host)
    {
        if (_open.Find(key) is { } old)
        {
            _totals.Strays++;
            _open.End(old);
        }
        if (FcpCmnd.TryRead(frame.Fc.Payload, out FcpCmnd command) != FcpCmndError.None) return;
        if (_open.Count >= OpenExchanges.Capacity) _open.End(_open.Oldest!);
        ReplayExchange exchange = _open.Begin(
            key, ExchangeType.Fcp, ExchangeNames.OfCommand(command), frame.Number, frame.Time, host, frame.Fc.Header.OxId);
        if (new Lun(command.Header.Lun).TryGetNumber(out int lun)) exchange.Lun = lun;
        exchange.Keep(frame.Fc.Payload);
    }

    private void Send(ReplayExchange exchange)
    {
        FcpCmnd.TryRead(exchange.Request.AsSpan(0, exchange.RequestLength), out FcpCmnd command);
        if (command.DataLength > FcpAnswer.MostData || command.Header.Direction == FcpDataDirection.Bidirectional)
        {
            _totals.Strays++;
            _open.End(exchange);
            return;
        }
        bool reads = (command.Header.Direction & FcpDataDirection.ReadData) != 0, writes = (command.Header.Direction & FcpDataDirection.WriteData) != 0;
        byte[] dataIn = reads ? new byte[command.DataLength] : [], dataOut = writes ? WriteData(exchange, command.DataLength) : [];
        LiveAnswer live;
        bool wasAttention = SenseData.KeyOf(exchange.Captured.Sense) == SenseKey.UnitAttention;
        while (true)
        {
            live = command.Header.IsTaskManagement
                ? initiator.Manage(new Lun(command.Header.Lun), command.Header.TaskManagement)
                : initiator.Execute(new Lun(command.Header.Lun), CdbOf(command), (TaskAttribute)command.Header.TaskAttribute, dataIn, dataOut);
            if (wasAttention || SenseData.KeyOf(live.Sense.Span) != SenseKey.UnitAttention || exchange.Repeats++ >= MostRepeats) break;
            int code = SenseData.CodeOf(live.Sense.Span);
            exchange.Notes.Add($"the target reported unit attention {code >> 8:x2}h/{code & 0xFF:x2}h first, and the command was repeated");
        }
        if (live.IsAnswered) Fill(exchange.Ours, live, reads ? dataIn : []);
        Compare(exchange, command);
        _open.End(exchange);
    }

    private static ReadOnlySpan<byte> CdbOf(in FcpCmnd command)
    {
        int length = Cdb.LengthOf(command.Cdb);
        return length == 0 ? command.Cdb[..FcpCmnd.BaseCdbLength] : command.Cdb[..length];
    }

    private static byte[] WriteData(ReplayExchange exchange, uint length)
    {
        byte[] data = new byte[length];
        foreach (HeldData held in exchange.Held)
            if (held.Offset < length) held.Data[..(int)Math.Min(held.Length, length - held.Offset)].CopyTo(data.AsSpan((int)held.Offset));
        return data;
    }

    private static void Fill(FcpAnswer answer, in LiveAnswer live, ReadOnlySpan<byte> dataIn)
    {
        if (!dataIn.IsEmpty && live.BytesMoved > 0) answer.AddData(0, dataIn[..(int)Math.Min(live.BytesMoved, (uint)dataIn.Length)], 0);
        FcpRspHeader header = new()
        {
            Status = (byte)live.Status,
            Flags = live.Residual < 0 ? FcpRspFlags.ResidUnder : live.Residual > 0 ? FcpRspFlags.ResidOver : FcpRspFlags.None,
            Resid = (uint)Math.Abs(live.Residual),
        };
        Span<byte> payload = stackalloc byte[512];
        answer.TryEnd(payload[..FcpRsp.Write(payload, header, live.Code, live.Sense.Span)], 0);
    }

    private void Compare(ReplayExchange exchange, in FcpCmnd command)
    {
        Conditions conditions = FcpComparison.ConditionsOf(exchange.Captured, exchange.Ours);
        if (!command.Header.IsTaskManagement && !IsWritten(command)) conditions |= Conditions.UnwrittenBlocks;
        _differences.Begin(exchange.Name, conditions);
        FcpComparison.Compare(exchange.Captured, exchange.Ours, exchange.Number, _differences);
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

    /// <summary>Remembers what a WRITE has written; whether a READ asks for such blocks only.</summary>
    private bool IsWritten(in FcpCmnd command)
    {
        ulong lba = Cdb.Lba(command.Cdb), blocks = Cdb.TransferLength(command.Cdb);
        if (!_written.TryGetValue(command.Header.Lun, out BlockSet? written)) _written.Add(command.Header.Lun, written = new BlockSet());
        switch ((OperationCode)command.Cdb[0])
        {
            case OperationCode.Write6 or OperationCode.Write10 or OperationCode.Write12 or OperationCode.Write16:
                if (blocks <= FcpAnswer.MostData) written.Add(lba, blocks);
                return true;
            case OperationCode.Read6 or OperationCode.Read10 or OperationCode.Read12 or OperationCode.Read16:
                for (ulong block = lba; block - lba < Math.Min(blocks, FcpAnswer.MostData); block++)
                    if (!written.Contains(block)) return false;
                return true;
            default:
                return true;
        }
    }
}
