// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Initiator;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Survey;
using FcTarget.Scsi;

namespace FcTarget.Replay.Conversation;

internal sealed partial class InitiatorReplay
{
    private const int MostRepeats = 16;

    /// <summary>Read buffers of commands that are outstanding, bytes, all together: what asks for more is not sent.</summary>
    private const long MostBuffers = 512L << 20;

    private readonly Dictionary<ulong, BlockSet> _written = [];
    private long _bufferBytes;

    private void OnFcp(in ReplayFrame frame, FcId host, bool toTarget)
    {
        FcHeader header = frame.Fc.Header;
        ulong key = OpenExchanges.KeyOf(host, plan.Target.Id, header.OxId, isAbort: false);
        if (toTarget && header.RCtl == FcpIu.Cmnd)
        {
            OnCommand(key, frame, host);
            return;
        }
        if (_open.Find(key) is not { Type: ExchangeType.Fcp } exchange) return;
        switch (header.RCtl)
        {
            case FcpIu.Data when toTarget:
                exchange.Hold(header.Parameter, frame.Fc.Payload);
                if (exchange.Live is null && exchange.HeldLength >= CommandOf(exchange).DataLength) Send(exchange);
                break;
            case FcpIu.Data:
                exchange.Captured.AddData(header.Parameter, frame.Fc.Payload, frame.Number);
                break;
            case FcpIu.Rsp when !toTarget && exchange.Captured.TryEnd(frame.Fc.Payload, frame.Number):
                if (exchange.Live is null) Send(exchange); // refused before its data, or part of that is lost
                End(exchange);
                break;
        }
    }

    private void OnCommand(ulong key, in ReplayFrame frame, FcId host)
    {
        if (FcpCmnd.TryRead(frame.Fc.Payload, out FcpCmnd command) != FcpCmndError.None) return;
        long buffer = Reads(command) ? command.DataLength : 0;
        if (command.DataLength > FcpAnswer.MostData || command.Header.Direction == FcpDataDirection.Bidirectional || _bufferBytes + buffer > MostBuffers)
        {
            _totals.Strays++;
            return;
        }
        ReplayExchange exchange = Begin(key, ExchangeType.Fcp, ExchangeNames.OfCommand(command), frame, host);
        if (new Lun(command.Header.Lun).TryGetNumber(out int lun)) exchange.Lun = lun;
        exchange.Keep(frame.Fc.Payload);
        if (!Writes(command) || command.DataLength == 0) Send(exchange);
    }

    private void Send(ReplayExchange exchange)
    {
        FcpCmnd command = CommandOf(exchange);
        initiator.LogIn(); // what the capture has after a LOGO has a login before it, or began before the capture
        byte[] dataIn = Reads(command) ? new byte[command.DataLength] : [], dataOut = Writes(command) ? WriteData(exchange, command.DataLength) : [];
        exchange.Live?.Dispose();
        exchange.Live = command.Header.IsTaskManagement
            ? initiator.Manage(new Lun(command.Header.Lun), command.Header.TaskManagement)
            : initiator.Begin(new Lun(command.Header.Lun), CdbOf(command), (TaskAttribute)command.Header.TaskAttribute, dataIn, dataOut);
        _bufferBytes += dataIn.Length;
    }

    /// <summary>The captured answer is there: that of the live target is waited for, and compared.</summary>
    private void End(ReplayExchange exchange)
    {
        FcpCmnd command = CommandOf(exchange);
        bool wasAttention = SenseData.KeyOf(exchange.Captured.Sense) == SenseKey.UnitAttention;
        ScsiResult? live = null;
        while (exchange.Live is { } sent)
        {
            live = initiator.End(sent);
            if (wasAttention || live is not { IsUnitAttention: true, Sense: { } sense } || exchange.Repeats++ >= MostRepeats) break;
            exchange.Notes.Add($"the target reported unit attention {sense.Asc:x2}h/{sense.Ascq:x2}h first, and the command was repeated");
            _bufferBytes -= sent.DataIn.Length;
            Send(exchange);
        }
        if (live is { Outcome: InitiatorOutcome.Completed }) Fill(exchange.Ours, live, exchange.Live!.DataIn);
        Conditions conditions = exchange.Conditions | FcpComparison.ConditionsOf(exchange.Name, exchange.Captured, exchange.Ours);
        if (!command.Header.IsTaskManagement && !IsWritten(command) && !holdsContent) conditions |= Conditions.UnwrittenBlocks;
        _differences.Begin(exchange.Name, conditions);
        FcpComparison.Compare(exchange.Captured, exchange.Ours, exchange.Number, _differences);
        Report(exchange);
        Forget(exchange);
    }

    private static bool Reads(in FcpCmnd command) => (command.Header.Direction & FcpDataDirection.ReadData) != 0;

    private static bool Writes(in FcpCmnd command) => (command.Header.Direction & FcpDataDirection.WriteData) != 0;

    private static FcpCmnd CommandOf(ReplayExchange exchange)
    {
        FcpCmnd.TryRead(exchange.Request.AsSpan(0, exchange.RequestLength), out FcpCmnd command);
        return command;
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

    private static void Fill(FcpAnswer answer, ScsiResult live, ReadOnlySpan<byte> dataIn)
    {
        if (!dataIn.IsEmpty && live.BytesMoved > 0) answer.AddData(0, dataIn[..(int)Math.Min(live.BytesMoved, (uint)dataIn.Length)], 0);
        FcpRspHeader header = new()
        {
            Status = (byte)live.Status,
            Flags = live.Residual < 0 ? FcpRspFlags.ResidUnder : live.Residual > 0 ? FcpRspFlags.ResidOver : FcpRspFlags.None,
            Resid = (uint)Math.Abs(live.Residual),
        };
        Span<byte> payload = stackalloc byte[512];
        answer.TryEnd(payload[..FcpRsp.Write(payload, header, live.RspCode, live.SenseData.Span)], 0);
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
