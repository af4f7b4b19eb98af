// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Port;

// FCP TARGET - theory of operation
//   Job      FCP_CMND to SCSI task and back: FCP_XFER_RDY, FCP_DATA, FCP_RSP, task management, ABTS. It carries the CDB and never
//            reads it.
//   Owner    The port loop.
//   Queues   Control: FCP_XFER_RDY and FCP_RSP, one frame each, first. Short: segments of up to 64 KiB. Long: the others, one
//            after the other, so that each ends and can be confirmed (ReadFlow). Short and Long take turns.
//   Credit   FCP_XFER_RDY is the target's flow control; the wire's BurstCredit is for all targets on it together.
//   Lost     FcpTarget.Recovery.cs has what is sent again, and when.
//   Always   An exchange is in at most one queue. It is reclaimed once: after FCP_RSP, after FCP_CONF where that was asked for, or
//            when its aborted task came back.
//   Proof    FcpConversationTests, FcpAbortConversationTests, SrrConversationTests, the lab tests

/// <summary>The FCP target function of one N_Port.</summary>
internal sealed partial class FcpTarget : IFc4
{
    /// <summary>Largest burst one FCP_XFER_RDY asks for, bytes: 125 frames of 2112, a fair share of the credit.</summary>
    public const int MaxBurstLength = 256 * 1024;

    /// <summary>RR_TOV (FCP-4, resource recovery): how long write data may stay away, after E_D_TOV, before its exchange is given up.
    /// Twice the 30 s after which Linux aborts a command.</summary>
    public static readonly TimeSpan RRTov = TimeSpan.FromSeconds(60);

    /// <summary>A segment up to this size, bytes, does not wait for longer ones.</summary>
    private const int ShortSegment = 64 * 1024;

    /// <summary>Frames one queue sends before the other has its turn: 32 are a 64 KiB read.</summary>
    private const int DataTurn = 32;

    /// <summary>Frames sent in one pass before the loop looks for received ones again.</summary>
    private const int TransmitBudget = 512;

    private readonly ExchangeTable<FcpExchange> _exchanges;
    private readonly TaskRouter _router;
    private readonly ushort _relativeTargetPort;
    private readonly LoopTimer _flowTimer; // its only purpose is that the loop makes a pass
    private readonly TransmitTurn _sending;
    private int _turn;

    public FcpTarget(LocalPort local, TaskRouter router, int maxExchanges, ushort relativeTargetPort)
    {
        Local = local;
        _router = router;
        _relativeTargetPort = relativeTargetPort;
        _sending = new TransmitTurn(this, local);
        Control = new TransmitQueue<FcpExchange>(_sending);
        Short = new TransmitQueue<FcpExchange>(_sending);
        Long = new TransmitQueue<FcpExchange>(_sending);
        _flowTimer = new LoopTimer(local.Loop.Timers, static () => { });
        _exchanges = new ExchangeTable<FcpExchange>(maxExchanges, index => new FcpExchange(this, index));
    }

    public LocalPort Local { get; }

    public PortLoop Loop => Local.Loop;

    public FrameTransmitter Transmitter => Local.Transmitter;

    public PortCounters Counters => Local.Counters;

    public FcProvider Probes => Local.Probes;

    public TimeSpan EDTov => Local.EDTov;

    public TransmitQueue<FcpExchange> Control { get; }

    public TransmitQueue<FcpExchange> Short { get; }

    public TransmitQueue<FcpExchange> Long { get; }

    /// <summary>Exchanges that are open now.</summary>
    public int OpenExchanges => _exchanges.OpenCount;

    public bool IsResponder => true;

    public FcpServiceParameters ServiceParameters =>
        FcpServiceParameters.TargetFunction | FcpServiceParameters.ReadXferRdyDisabled | FcpServiceParameters.RecSupport
        | FcpServiceParameters.ConfirmedCompletionAllowed | FcpServiceParameters.Retry;

    // ---- image pairs ----------------------------------------------------------------------------------------------

    public void OnImagePair(RemotePort remote, FcpServiceParameters theirs)
    {
        OnImageEnd(remote);
        if ((theirs & FcpServiceParameters.InitiatorFunction) == 0) return;
        byte[] transportId = new byte[24]; // TransportID of FCP (SPC-4 7.6.4.2): protocol identifier 0h, N_Port_Name in bytes 8-15
        BinaryPrimitives.WriteUInt64BigEndian(transportId.AsSpan(8), remote.PortName.Value);
        ItNexus nexus = new(remote.PortName.ToString(), Local.PortName.ToString(), transportId)
        {
            TargetPortId = Local.PortName.Value,
            RelativeTargetPort = _relativeTargetPort,
        };
        remote.TargetSession = new FcpSession(remote, nexus, theirs);
        _router.BeginNexus(nexus);
    }

    public void OnImageEnd(RemotePort remote)
    {
        if (remote.TargetSession is not { } session) return;
        session.IsClosed = true;
        remote.TargetSession = null;
        _router.EndNexus(session.Nexus);
        for (int i = 0; session.OpenExchanges > 0 && i < _exchanges.SlotCount; i++)
        {
            FcpExchange exchange = _exchanges[i];
            if (exchange.IsOpen && exchange.Session == session && exchange.State != FcpExchangeState.Aborting)
                exchange.AbortTask(AbortReason.NexusLoss);
        }
    }

    // ---- frames ---------------------------------------------------------------------------------------------------

    public void OnFrame(RemotePort remote, in FcFrame frame)
    {
        if (remote.TargetSession is not { } session)
        {
            if (frame.Header.RCtl == FcpIu.Cmnd) Local.RefuseWithoutImagePair(remote);
            else Counters.ExchangeUnknown++; // what was on its way when the image pair ended
            return;
        }
        switch (frame.Header.RCtl)
        {
            // FCP_CMND is one frame that hands over the initiative (FCP-4, IU T1): without its end it is not all of the command, and
            // without the initiative nothing may be answered.
            case FcpIu.Cmnd when !frame.Header.FCtl.Has(FCtl.EndSequence) || !frame.Header.FCtl.Has(FCtl.SequenceInitiative):
                Counters.CommandsIncomplete++;
                break;
            case FcpIu.Cmnd:
                OnCommand(session, frame);
                break;
            case FcpIu.Data:
                if (_exchanges.Find(frame.Header.RxId, frame.Header.SId, frame.Header.OxId) is { } exchange) exchange.OnData(frame);
                else Counters.ExchangeUnknown++;
                break;
            case FcpIu.Conf:
                if (_exchanges.Find(frame.Header.RxId, frame.Header.SId, frame.Header.OxId) is { State: FcpExchangeState.Confirming } confirmed)
                    confirmed.Confirmed();
                else Counters.ExchangeUnknown++;
                break;
            default:
                Counters.FrameUnexpected++;
                break;
        }
    }

    private void OnCommand(FcpSession session, in FcFrame frame)
    {
        FcHeader header = frame.Header;
        if (_exchanges.Find(header.SId, header.OxId) is { } open && open.Session == session)
        {
            if (open.State != FcpExchangeState.Confirming)
            {
                Counters.CommandsDuplicate++;
                return;
            }
            open.Confirmed(); // the initiator uses the OX_ID anew: it has had FCP_RSP, and its FCP_CONF was lost
        }
        Counters.Commands++;
        if (FcpCmnd.TryRead(frame.Payload, out FcpCmnd command) != FcpCmndError.None || !IsTaken(command.Header))
        {
            Counters.CommandsMalformed++;
            RespondWithoutExchange(session, header, ScsiStatus.Good, FcpRspCode.CmndFieldsInvalid, 0);
            return;
        }
        if (_exchanges.TryOpen(header.SId, header.OxId) is not { } exchange)
        {
            Counters.TaskSetFull++;
            if (Probes.IsEnabled(FcProbe.ScsiCommand)) FcpProbes.FireRefused(this, session.Remote, command, header.OxId, FcProbe.ScsiCommand, default);
            if (Probes.IsEnabled(FcProbe.ScsiResponse))
                FcpProbes.FireRefused(this, session.Remote, command, header.OxId, FcProbe.ScsiResponse, ScsiStatus.TaskSetFull);
            RespondWithoutExchange(session, header, ScsiStatus.TaskSetFull, null, command.DataLength);
            return;
        }
        exchange.Begin(
            session, new Lun(command.Header.Lun), command.Cdb, (TaskAttribute)command.Header.TaskAttribute, command.DataLength,
            (command.Header.Direction & FcpDataDirection.ReadData) != 0, (command.Header.Direction & FcpDataDirection.WriteData) != 0);
        exchange.TaskManagementFlags = (byte)command.Header.TaskManagement;
        if (Probes.IsEnabled(FcProbe.ScsiCommand)) exchange.FireScsi(FcProbe.ScsiCommand);
        if (command.Header.IsTaskManagement) Manage(exchange, command.Header.TaskManagement);
        else _router.Dispatch(exchange);
    }

    /// <summary>One direction at most, and a task attribute that is not reserved; task management has none (FCP-4, FCP_CMND).</summary>
    private static bool IsTaken(in FcpCmndHeader command) => command.Direction != FcpDataDirection.Bidirectional
        && (command.IsTaskManagement || command.TaskAttribute is <= FcpTaskAttribute.Ordered or FcpTaskAttribute.Aca or FcpTaskAttribute.Untagged);

    private void Manage(FcpExchange exchange, FcpTaskManagementFlags flags)
    {
        Counters.TaskManagement++;
        TaskManagementFunction? function = flags switch
        {
            FcpTaskManagementFlags.AbortTaskSet => TaskManagementFunction.AbortTaskSet,
            FcpTaskManagementFlags.ClearTaskSet => TaskManagementFunction.ClearTaskSet,
            FcpTaskManagementFlags.LogicalUnitReset => TaskManagementFunction.LogicalUnitReset,
            FcpTaskManagementFlags.TargetReset => TaskManagementFunction.TargetReset,
            FcpTaskManagementFlags.ClearAca => TaskManagementFunction.ClearAca,
            FcpTaskManagementFlags.QueryTaskSet => TaskManagementFunction.QueryTaskSet,
            FcpTaskManagementFlags.QueryAsynchronousEvent => TaskManagementFunction.QueryAsynchronousEvent,
            _ => null,
        };
        if (function is { } known) exchange.TaskManagement.Start(_router, Loop, exchange.Lun, known);
        // Two functions at once are an invalid FCP_CMND (FCP-4, TASK MANAGEMENT FLAGS); TERMINATE TASK is obsolete.
        else exchange.Respond(flags == FcpTaskManagementFlags.TerminateTask ? FcpRspCode.TaskManagementFunctionRejected : FcpRspCode.CmndFieldsInvalid);
    }

    private void RespondWithoutExchange(FcpSession session, in FcHeader command, ScsiStatus status, FcpRspCode? code, uint dataLength)
    {
        Span<byte> payload = stackalloc byte[FcpResponse.MaxLength];
        int length = FcpResponse.Write(payload, status, code, dataLength);
        FcHeader header = new()
        {
            RCtl = FcpIu.Rsp,
            DId = command.SId,
            SId = Local.Id,
            Type = FcType.Fcp,
            FCtl = FCtlValues.FcpRsp,
            OxId = command.OxId,
            RxId = RxId.Unassigned,
        };
        Transmitter.TrySend(session.Remote.Link, header, payload[..length]);
    }

    // ---- ABTS -------------------------------------------------------------------------------------------------

    /// <summary>
    /// ABTS of an exchange that the peer originated. BA_ACC follows when the LU has let go of the task: a write that is still on its
    /// way to the medium must not overtake the initiator's next one.
    /// </summary>
    public void OnAbts(RemotePort remote, in FcFrame frame)
    {
        FcHeader header = frame.Header;
        Counters.AbtsReceived++;
        FcpExchange? exchange = _exchanges.Find(header.SId, header.OxId, header.RxId);
        if (Probes.IsEnabled(FcProbe.AbtsReceive)) FcpProbes.FireAbts(this, remote, exchange, header.OxId.Value, header.RxId.Value);
        if (exchange is null)
        {
            Counters.AbtsUnknownExchange++;
            // An exchange we never saw (its FCP_CMND was lost, RX_ID unassigned) is aborted by saying so; an RX_ID that is not
            // that of an open exchange is answered with what is wrong (FC-FS, ABTS; BA_RJT logical error).
            if (header.RxId == RxId.Unassigned) Local.SendBaAcc(remote, header, header.RxId);
            else Local.SendBaRjt(remote, header, BaRjtPayload.InvalidOxRxCombination);
            return;
        }
        exchange.AbtsPending = true;
        exchange.AbtsHeader = header;
        if (exchange.State == FcpExchangeState.Aborting) return; // asked again while the LU still holds it
        Counters.TasksAborted++;
        if (exchange.TaskManagement.IsRunning) exchange.AbandonTaskManagement();
        else exchange.AbortTask(AbortReason.ByInitiator);
    }

    // ---- credit and reclaiming ------------------------------------------------------------------------------------

    public void RequestCredit(FcpExchange exchange, uint bytes) => Local.Port.Credit.Request(exchange, bytes);

    public void ReturnCredit(uint bytes) => Local.Port.Credit.Return(bytes);

    public void Reclaim(FcpExchange exchange)
    {
        if (exchange.AbtsPending && !exchange.Session.IsClosed) Local.SendBaAcc(exchange.Session.Remote, exchange.AbtsHeader, exchange.RxId);
        _exchanges.Close(exchange);
    }

    // ---- transmitting ---------------------------------------------------------------------------------------------

    /// <summary>The queue for FCP_DATA of a segment of this length.</summary>
    public TransmitQueue<FcpExchange> DataQueue(int segmentLength) => segmentLength <= ShortSegment ? Short : Long;

    public bool HasFramesToSend => !(Control.IsEmpty && Short.IsEmpty && Long.IsEmpty && _again.Count == 0);

    public bool Transmit()
    {
        if (!SendAgain()) return true;
        for (int budget = TransmitBudget; budget > 0; budget--)
        {
            if (Next() is not { } exchange) return false;
            if (exchange.NeedsSlot)
            {
                if (!Transmitter.TryGetSlot(out Span<byte> slot)) return true;
                if (!exchange.Transmit(slot)) continue;
            }
            exchange.QueuedIn!.Remove(exchange);
            exchange.Transmitted();
        }
        return true;
    }

    /// <summary>The exchange whose turn it is; null when nothing may be sent now.</summary>
    private FcpExchange? Next()
    {
        if (Control.First is { } control) return control;
        if (++_turn >= 2 * DataTurn) _turn = 0;
        return _turn < DataTurn ? FirstReady(Short) ?? FirstReady(Long) : FirstReady(Long) ?? FirstReady(Short);
    }

    private FcpExchange? FirstReady(TransmitQueue<FcpExchange> queue)
    {
        TimeSpan now = Loop.Timers.Now;
        for (FcpExchange? exchange = queue.First; exchange is not null; exchange = exchange.NextToSend)
        {
            if (exchange.Session.Flow is not { } flow || !exchange.NeedsSlot || flow.MaySend(now)) return exchange;
            _flowTimer.SetIfIdle(flow.NextChance - now);
        }
        return null;
    }
}
