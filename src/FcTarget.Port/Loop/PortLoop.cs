// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Diagnostics;
using FcTarget.Wire;

namespace FcTarget.Port;

// PORT LOOP - theory of operation
//   Job      Own one wire and everything that happens on it: frames, timers, completions from LU threads, admin requests are
//            events that run one after another on one thread. Protocol code above needs no lock and no await.
//   Owner    The thread in Run, or, for simulated time, whoever calls Poll.
//   Pass     read the clock - link state - receive (bounded) - due timers - posted work - transmit (bounded) - flush.
//            One pass, one instant, one flush: batches grow by themselves with the load.
//   Always   Handlers never re-enter: what must happen later is posted or set on a timer.
//   Edge     An exception in a handler is our bug: it is counted and reported, the port is reset, the loop goes on.
//   Proof    PortLoopTests, TimerQueueTests

/// <summary>What lives on a port loop.</summary>
public interface ILoopClient : IFrameSink
{
    /// <summary>The link of the wire went up or down; also called once when the loop starts and the link is up.</summary>
    void OnLink(bool up);

    /// <summary>Put frames into transmit slots, within a budget of the client's own. True when there is more to send.</summary>
    bool OnTransmit();

    /// <summary>A handler threw: begin anew from a known state.</summary>
    void OnFault(Exception fault);
}

/// <summary>Something another thread wants done on the loop.</summary>
public interface ILoopWork
{
    /// <param name="kind">The number given to <see cref="PortLoop.Post"/>: tells one kind of work of the same object from another.</param>
    void RunOnLoop(int kind);
}

/// <summary>The event loop of one port. See the theory of operation above.</summary>
public sealed class PortLoop
{
    /// <summary>Frames received in one pass: at 2 KiB each, 256 are half a MiB of copying, about 100 us, before anything is answered.</summary>
    private const int ReceiveBudget = 256;

    /// <summary>Longest sleep: a link change that the wire cannot signal is noticed within it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<(ILoopWork Work, int Kind)> _posted = new();
    private readonly ILoopClient _client;
    private int _thread;
    private bool _linkUp;

    /// <param name="wire">The wire to own. The loop does not dispose it.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="client">Makes the client of this loop; called once, within the constructor.</param>
    public PortLoop(IFrameWire wire, TimeProvider clock, Func<PortLoop, ILoopClient> client)
    {
        Wire = wire;
        Timers = new TimerQueue(clock);
        _client = client(this);
    }

    public IFrameWire Wire { get; }

    public TimerQueue Timers { get; }

    /// <summary>Handlers that threw since the start: our bugs.</summary>
    public long Faults { get; private set; }

    /// <summary>Passes made so far.</summary>
    public long Passes { get; private set; }

    /// <summary>Has <paramref name="work"/> run on the loop, soon. Any thread.</summary>
    public void Post(ILoopWork work, int kind = 0)
    {
        _posted.Enqueue((work, kind));
        if (Environment.CurrentManagedThreadId != Volatile.Read(ref _thread)) Wire.Wake();
    }

    /// <summary>One pass. True when something happened or is left to do, so that another pass should follow at once.</summary>
    public bool Poll()
    {
        _thread = Environment.CurrentManagedThreadId;
        Passes++;
        try
        {
            return Pass();
        }
        catch (Exception fault) // the loop's edge: nothing but a bug of ours gets here
        {
            Faults++;
            _client.OnFault(fault);
            return true;
        }
    }

    /// <summary>Polls until <paramref name="stop"/> is cancelled, sleeping on the wire when there is nothing to do.</summary>
    public void Run(CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.Register(static wire => ((IFrameWire)wire!).Wake(), Wire);
        while (!stop.IsCancellationRequested)
        {
            if (Poll() || !_posted.IsEmpty) continue;
            TimeSpan wait = Timers.UntilNext is { } next && next < LongestWait ? next : LongestWait;
            if (wait > TimeSpan.Zero) Wire.Wait(wait);
        }
    }

    [Conditional("DEBUG")]
    internal void AssertOnLoop() =>
        Debug.Assert(_thread == 0 || _thread == Environment.CurrentManagedThreadId, "this runs on the port loop only");

    private bool Pass()
    {
        Timers.ReadClock();
        bool busy = false;
        bool up = Wire.IsLinkUp;
        if (up != _linkUp)
        {
            _linkUp = up;
            busy = true;
            _client.OnLink(up);
        }
        busy |= Wire.Receive(_client, ReceiveBudget) > 0;
        Timers.RunDue();
        for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out (ILoopWork Work, int Kind) item); left--)
        {
            item.Work.RunOnLoop(item.Kind);
            busy = true;
        }
        bool more = _client.OnTransmit();
        int unsent = Wire.Flush();
        return busy | (more && unsent == 0);
    }
}
