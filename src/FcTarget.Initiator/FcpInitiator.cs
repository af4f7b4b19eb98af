// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Initiator;

// FCP INITIATOR - theory of operation
//   Job      Commands to FCP exchanges: FCP_CMND out, FCP_DATA in and out, FCP_RSP back into the command; ABTS and RRQ when that
//            fails. It retries nothing: an UNIT ATTENTION or a time-out is a result like any other.
//   Owner    The port loop. Other threads use InitiatorClient.
//   Slots    A table of exchanges made once. OX_ID is the slot index in its low bits and a generation above, below C000h, where
//            the OX_IDs of ELS begin. Commands beyond the table wait in line.
//   Queues   Control: FCP_CMND, FCP_CONF and ABTS, one frame each, first. Data: exchanges with FCP_DATA to send, a few frames each in turn.
//   Always   open + free == capacity. A command ends once, through its owner. After an ABTS that was accepted the slot rests for
//            R_A_TOV. Nothing is allocated for a command.
//   Proof    ReadWriteTests, FrameLossTests, AllocationTests

/// <summary>Hears of targets. On the loop; must not block.</summary>
public interface IInitiatorObserver
{
    /// <summary>There is an image pair with this target now.</summary>
    void OnTargetFound(RemotePort target);

    /// <summary>The image pair is gone; its commands have ended.</summary>
    void OnTargetLost(RemotePort target);
}

/// <summary>The FCP initiator function of one N_Port.</summary>
public sealed class FcpInitiator : IFc4
{
    /// <summary>Most exchanges a table can hold: 12 bits of slot leave 12 generations below C000h.</summary>
    public const int MaxCapacity = 4096;

    /// <summary>Frames one exchange sends before the next has its turn: 32 are 64 KiB.</summary>
    private const int DataTurn = 32;

    /// <summary>Frames sent in one pass before the loop looks for received ones again.</summary>
    private const int TransmitBudget = 512;

    private static readonly TimeSpan ReloginDelay = TimeSpan.FromSeconds(1);

    private readonly InitiatorExchange[] _slots;
    private readonly ushort[] _generations;
    private readonly int[] _free;
    private readonly int _slotBits;
    private int _freeCount;
    private InitiatorCommand? _firstInLine, _lastInLine;
    private int _turn;

    /// <param name="local">The N_Port. The caller adds the function to it before its loop runs.</param>
    /// <param name="options">Null for the defaults.</param>
    public FcpInitiator(LocalPort local, InitiatorOptions? options = null)
    {
        Local = local;
        Options = options ?? new InitiatorOptions();
        int capacity = Options.MaxExchanges;
        if (capacity is < 1 or > MaxCapacity)
            throw new ArgumentOutOfRangeException(nameof(options), capacity, $"An initiator has 1 to {MaxCapacity} exchanges.");
        TransmitTurn turn = new(this, local);
        Control = new TransmitQueue<InitiatorExchange>(turn);
        Data = new TransmitQueue<InitiatorExchange>(turn);
        _slotBits = int.Max(1, 32 - int.LeadingZeroCount(capacity - 1));
        _slots = new InitiatorExchange[capacity];
        _generations = new ushort[capacity];
        _free = new int[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _slots[i] = new InitiatorExchange(this, i);
            _free[i] = capacity - 1 - i;
        }
        _freeCount = capacity;
    }

    /// <summary>Makes the port an FCP initiator. Before the loop runs.</summary>
    public static FcpInitiator AddTo(FcPort port, InitiatorOptions? options = null)
    {
        FcpInitiator initiator = new(port.Local, options);
        port.Local.Add(initiator);
        return initiator;
    }

    public LocalPort Local { get; }

    public InitiatorOptions Options { get; }

    public InitiatorCounters Counters { get; } = new();

    /// <summary>Hears of targets; may be null. Set before the loop runs.</summary>
    public IInitiatorObserver? Observer { get; set; }

    /// <summary>Exchanges in use now, those included that rest after an ABTS.</summary>
    public int OpenExchanges => _slots.Length - _freeCount;

    public bool IsResponder => false;

    public FcpServiceParameters ServiceParameters =>
        FcpServiceParameters.InitiatorFunction | FcpServiceParameters.ReadXferRdyDisabled | FcpServiceParameters.ConfirmedCompletionAllowed;

    internal PortLoop Loop => Local.Loop;

    internal FrameTransmitter Transmitter => Local.Transmitter;

    internal TransmitQueue<InitiatorExchange> Control { get; }

    internal TransmitQueue<InitiatorExchange> Data { get; }

    // ---- commands -------------------------------------------------------------------------------------------------

    /// <summary>
    /// Sends a command to its target. On the loop. It ends in its owner's OnCompleted, never within this call; a command to a
    /// target without image pair ends as PortLost.
    /// </summary>
    /// <exception cref="ArgumentException">The command is under way, goes both ways, or expects more than its buffer holds.</exception>
    public void Submit(InitiatorCommand command)
    {
        command.Begin();
        Counters.Commands++;
        if (command.Target.InitiatorSession is not InitiatorSession session)
        {
            Counters.PortLost++;
            Loop.Post(command);
        }
        else if (_freeCount > 0)
        {
            Begin(session, command);
        }
        else
        {
            command.NextInLine = null;
            if (_lastInLine is null) _firstInLine = command;
            else _lastInLine.NextInLine = command;
            _lastInLine = command;
        }
    }

    /// <summary>Aborts a command that is under way, with ABTS if need be. On the loop. It ends as Aborted, unless it ends before.</summary>
    public void Abort(InitiatorCommand command)
    {
        if (!command.IsUnderWay) return;
        if (command.Exchange is { } exchange) exchange.Abort(InitiatorOutcome.Aborted);
        else if (TryLeaveLine(command)) Ended(command, InitiatorOutcome.Aborted);
    }

    private void Begin(InitiatorSession session, InitiatorCommand command)
    {
        int index = _free[--_freeCount];
        int generation = _generations[index] + 1;
        if ((generation << _slotBits | index) >= ElsOriginator.FirstOxId) generation = 0;
        _generations[index] = (ushort)generation;
        _slots[index].Begin(session, command, new OxId((ushort)(generation << _slotBits | index)));
    }

    /// <summary>A slot is free: the next in line has it.</summary>
    internal void Reclaim(InitiatorExchange exchange)
    {
        _free[_freeCount++] = exchange.Index;
        while (_freeCount > 0 && _firstInLine is { } next)
        {
            _firstInLine = next.NextInLine;
            if (_firstInLine is null) _lastInLine = null;
            next.NextInLine = null;
            if (next.Target.InitiatorSession is InitiatorSession session)
            {
                Begin(session, next);
                continue;
            }
            Counters.PortLost++;
            Loop.Post(next);
        }
    }

    internal void Ended(InitiatorCommand command, InitiatorOutcome outcome)
    {
        switch (outcome)
        {
            case InitiatorOutcome.Completed: Counters.Completed++; break;
            case InitiatorOutcome.TimedOut: Counters.TimedOut++; break;
            case InitiatorOutcome.Aborted: Counters.Aborted++; break;
            case InitiatorOutcome.PortLost: Counters.PortLost++; break;
            default: Counters.ProtocolErrors++; break;
        }
        command.End(outcome);
    }

    private bool TryLeaveLine(InitiatorCommand command)
    {
        InitiatorCommand? before = null;
        for (InitiatorCommand? at = _firstInLine; at is not null; before = at, at = at.NextInLine)
        {
            if (at != command) continue;
            if (before is null) _firstInLine = at.NextInLine;
            else before.NextInLine = at.NextInLine;
            if (_lastInLine == at) _lastInLine = before;
            at.NextInLine = null;
            return true;
        }
        return false;
    }

    // ---- image pairs ----------------------------------------------------------------------------------------------

    public void OnImagePair(RemotePort remote, FcpServiceParameters theirs)
    {
        OnImageEnd(remote);
        if ((theirs & FcpServiceParameters.TargetFunction) == 0) return;
        remote.InitiatorSession = new InitiatorSession(remote);
        Observer?.OnTargetFound(remote);
    }

    public void OnImageEnd(RemotePort remote)
    {
        if (remote.InitiatorSession is not InitiatorSession session) return;
        remote.InitiatorSession = null;
        foreach (InitiatorExchange exchange in _slots)
            if (exchange.Session == session) exchange.Drop();
        Observer?.OnTargetLost(remote);
    }

    /// <summary>
    /// A target that answers no ABTS: log out, which ends everything between us (FCP-4, second-level recovery), and in again.
    /// </summary>
    internal void GiveUp(InitiatorSession session)
    {
        RemotePort remote = session.Remote;
        LoopTimer relogin = null!;
        relogin = new LoopTimer(Loop.Timers, () =>
        {
            if (remote.State == LoginState.Logo) relogin.Set(ReloginDelay);
            else LogIn(remote);
        });
        relogin.Set(ReloginDelay);
        LogOut(remote);
    }

    /// <summary>Begins the login with a port that was met before, unless one is under way. On the loop.</summary>
    public void LogIn(RemotePort remote)
    {
        if (remote.IsResting) Local.Link.BeginLogin(remote);
    }

    /// <summary>LOGO to a port; the commands it has end as PortLost. On the loop.</summary>
    public void LogOut(RemotePort remote) => remote.Handle(LoginEvent.Leave);

    /// <summary>Sends a link service request. On the loop, where <paramref name="onReply"/> is called, too: once, unless the login ends before.</summary>
    /// <param name="remote">Whom it is for.</param>
    /// <param name="payload">The ELS.</param>
    /// <param name="onReply">Takes LS_ACC or LS_RJT; empty when there was none within 2 E_D_TOV.</param>
    public void Request(RemotePort remote, ReadOnlySpan<byte> payload, Action<byte[]> onReply) =>
        Local.Els.Send(remote.Id, payload, (ElsOutcome _, in FcHeader _, ReadOnlySpan<byte> reply) => onReply(reply.ToArray()));

    // ---- frames ---------------------------------------------------------------------------------------------------

    public void OnFrame(RemotePort remote, in FcFrame frame)
    {
        if (Find(remote, frame.Header.OxId) is { } exchange) exchange.OnFrame(frame);
        else Counters.Count(ProtocolViolation.ExchangeUnknown);
    }

    public void OnAbts(RemotePort remote, in FcFrame frame)
    {
        // ABTS of a target for an exchange of ours: FCP gives it no reason to (FCP-4, ABTS is the initiator's).
        if (frame.Header.RCtl == RCtl.Abts) Local.SendBaRjt(remote, frame.Header, BaRjtPayload.InvalidOxRxCombination);
        else if (Find(remote, frame.Header.OxId) is { } exchange) exchange.OnAbtsReply(frame);
        else Counters.Count(ProtocolViolation.ExchangeUnknown);
    }

    public ElsReject? OnSrr(FcId originator, in SrrPayload srr) => ElsReject.CommandNotSupported; // SRR asks the responder

    public RecAccPayload? Describe(FcId originator, OxId oxId, RxId rxId) => null; // REC asks the responder

    private InitiatorExchange? Find(RemotePort remote, OxId oxId)
    {
        int index = oxId.Value & ((1 << _slotBits) - 1);
        if (index >= _slots.Length) return null;
        InitiatorExchange exchange = _slots[index];
        return exchange.Session is { } session && session.Remote == remote && exchange.OxId == oxId ? exchange : null;
    }

    // ---- transmitting ---------------------------------------------------------------------------------------------

    public bool HasFramesToSend => !(Control.IsEmpty && Data.IsEmpty);

    public bool Transmit()
    {
        for (int budget = TransmitBudget; budget > 0; budget--)
        {
            TransmitQueue<InitiatorExchange> queue = Control.IsEmpty ? Data : Control;
            if (queue.First is not { } exchange) return false;
            if (!Transmitter.TryGetSlot(out Span<byte> slot)) return true;
            if (exchange.Transmit(slot))
            {
                _turn = 0;
                queue.Remove(exchange);
                exchange.Transmitted();
            }
            else if (++_turn >= DataTurn)
            {
                _turn = 0;
                queue.Rotate();
            }
        }
        return HasFramesToSend;
    }
}
