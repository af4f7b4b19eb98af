// SPDX-License-Identifier: MIT

using FcTarget.Port;
using FcTarget.Wire;

namespace FcTarget.TestKit;

// SIMULATION - theory of operation
//   Job      Everybody on one Ethernet segment, in virtual time, on the caller's thread: port loops, scripted peers, and what happens at
//            set times.
//   Time     Moves in Advance and RunUntil only, from one due time to the next, so that everything happens at its own instant. At an
//            instant everybody is run in turn until nothing moves.
//   Always   The same calls give the same frames in the same order. An instant that does not end is a fault that is reported, not a hang.
//   Proof    SimulationTests

/// <summary>One Ethernet segment in virtual time. See the theory of operation in the file.</summary>
public sealed class Simulation
{
    /// <summary>Turns in one instant before it is given up: at 256 frames a turn, 50 GB of data.</summary>
    private const int MostTurns = 100_000;

    /// <summary>Faults of a port loop in one instant before it is given up: a handler that throws every time.</summary>
    private const int MostFaults = 100;

    private readonly List<PortLoop> _loops = [];
    private readonly List<Func<bool>> _peers = [];
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _agenda = new();
    private long _order;
    private bool _pumping;

    /// <param name="segment">Ring sizes; null for the defaults.</param>
    public Simulation(MemorySegmentOptions? segment = null) => Segment = new MemorySegment(segment);

    public SimulatedClock Clock { get; } = new();

    public MemorySegment Segment { get; }

    /// <summary>Runs this loop from now on.</summary>
    public void Add(PortLoop loop) => _loops.Add(loop);

    /// <summary>Runs this loop no more.</summary>
    public void Remove(PortLoop loop) => _loops.Remove(loop);

    /// <summary>Runs a scripted peer from now on.</summary>
    /// <param name="work">Hears and answers; true when there was something.</param>
    public void Add(Func<bool> work) => _peers.Add(work);

    /// <summary>Has something done once, when the clock is there.</summary>
    /// <param name="due">Since the beginning; a time that is over is now.</param>
    /// <param name="action">Does it.</param>
    public void At(TimeSpan due, Action action) => _agenda.Enqueue(action, (due < Clock.Elapsed ? Clock.Elapsed : due, _order++));

    /// <summary>Has something done again and again, for the first time after one period.</summary>
    public void Every(TimeSpan period, Action action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        TimeSpan due = Clock.Elapsed;
        Again();

        void Again()
        {
            due += period;
            At(due, () =>
            {
                Again();
                action();
            });
        }
    }

    /// <summary>Runs everybody until nothing moves; does nothing when called from within. Always true.</summary>
    /// <exception cref="ConversationException">It does not come to rest.</exception>
    public bool Pump()
    {
        if (_pumping) return true;
        _pumping = true;
        try
        {
            long faults = Faults();
            for (int idle = 0, turn = 0; idle < 2; turn++)
            {
                bool busy = false;
                foreach (PortLoop loop in _loops) busy |= loop.Poll();
                foreach (Func<bool> peer in _peers) busy |= peer();
                idle = busy ? 0 : idle + 1;
                if (turn > MostTurns || Faults() - faults > MostFaults)
                    throw new ConversationException($"no rest at {Clock.Elapsed} after {turn} turns; {Faults()} faults of port loops so far");
            }
        }
        finally
        {
            _pumping = false;
        }
        return true;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by) => RunUntil(static () => false, by);

    /// <summary>Lets time pass until something is so. True when it is, false when the time was over before.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        TimeSpan end = Clock.Elapsed + atMost;
        while (true)
        {
            Pump();
            if (condition()) return true;
            TimeSpan step = end - Clock.Elapsed;
            if (step <= TimeSpan.Zero) return false;
            foreach (PortLoop loop in _loops)
                if (loop.Timers.UntilNext is { } next && next < step) step = next;
            if (_agenda.TryPeek(out _, out (TimeSpan Due, long Order) first) && first.Due - Clock.Elapsed < step) step = first.Due - Clock.Elapsed;
            Clock.Advance(step > TimeSpan.Zero ? step : TimeSpan.Zero);
            Pump();
            while (_agenda.TryPeek(out Action? action, out (TimeSpan Due, long Order) due) && due.Due <= Clock.Elapsed)
            {
                _agenda.Dequeue();
                action();
                Pump();
            }
        }
    }

    private long Faults()
    {
        long faults = 0;
        foreach (PortLoop loop in _loops) faults += loop.Faults;
        return faults;
    }
}
