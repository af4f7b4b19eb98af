// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Runtime;

// RUN - theory of operation
//   Job      Fire an enabled program's clauses where its probes fire, and hand the records on.
//   Threads  Port loops fire, each on a machine of its own, found by thread; the consumer's thread fires BEGIN, END and the timers and reads.
//   End      Detach, then wait until no machine is busy: a firing marks its machine before it looks whether the run is closed, the closer
//            closes, makes all processors see it (one barrier for the whole process), then looks at the marks. The firing side pays no fence.
//   Always   After End nothing runs but on the consumer's thread; after Dispose nothing at all.
//   Faults   A clause that faults leaves a fault record instead of its own, then the ERROR clauses run.
//   Proof    FiringTests, FiringCostTests

/// <summary>An enabled program.</summary>
internal sealed class DRun : IDRun, IFcProbeSink
{
    /// <summary>Threads that may fire: there is one loop a port. Firings of further threads are dropped.</summary>
    private const int MaxMachines = 256;

    [ThreadStatic] private static Station? _station;

    private readonly DProgram _program;
    private readonly FcProvider _provider;
    private readonly TimeProvider _time;
    private readonly AggregationBuffer _aggregations;
    private readonly Action _wake;
    private readonly DShared _shared;
    private readonly RecordBuffer _records;
    private readonly Speculations? _speculations;
    private readonly Enabling[][] _byProbe = new Enabling[FcProbeNames.Count][];
    private readonly Enabling[] _error;
    private readonly Dictionary<int, Station> _stations = [];
    private readonly Lock _making = new();
    private long _lost;
    private volatile bool _exited;
    private volatile bool _closed;
    private bool _disposed;

    public DRun(DProgram program, FcProvider provider, TimeProvider time, AggregationBuffer aggregations, Action wake)
    {
        FiringCode.Prepare();
        _program = program;
        _provider = provider;
        _time = time;
        _aggregations = aggregations;
        _wake = wake;
        _shared = new DShared(program);
        _records = new RecordBuffer(program.Options.BufSize, program.Options.BufPolicy);
        if (program.Speculates)
        {
            DOptionTable.BoundSpeculations(program.Options);
            _speculations = new Speculations(_records, program.Options.NSpec, program.Options.SpecSize);
        }
        for (int i = 0; i < _byProbe.Length; i++) _byProbe[i] = Of(ProbeTable.FirstFcId + i);
        _error = Of(ProbeTable.ErrorId);
    }

    public IReadOnlyList<TimerProbe> Timers => _program.Timers;

    public bool HasExited => _exited;

    public void Begin()
    {
        FireHere(ProbeTable.BeginId);
        if (_exited) return;
        FcProbeSet wanted = FcProbeSet.None;
        for (int i = 0; i < _byProbe.Length; i++)
            if (_byProbe[i].Length > 0) wanted |= (FcProbeSet)(1 << i);
        if (wanted != FcProbeSet.None) _provider.Attach(this, wanted);
    }

    public void Fire(TimerProbe timer)
    {
        if (!_exited) FireHere(timer.Probe.Id);
    }

    public void Detach() => Close();

    public void End()
    {
        Close();
        FireHere(ProbeTable.EndId);
    }

    public bool TryRead(out DRecord record) => _records.TryRead(out record);

    public long TakeDrops() => _records.TakeDrops() + Interlocked.Exchange(ref _lost, 0);

    public (long Full, long Unavailable) TakeSpeculationDrops() => (_speculations?.TakeDrops() ?? 0, _speculations?.TakeUnavailable() ?? 0);

    public long TakeDynamicDrops() => _shared.Dynamic?.TakeDrops() ?? 0;

    public void OnProbe(in FcProbeEvent e)
    {
        Station? station = _station;
        if (station is null || station.Run != this) station = FindStation();
        if (station is null) return;
        station.Busy = true;
        if (!_closed && !_exited)
        {
            station.Machine.Begin(in e);
            foreach (Enabling enabling in _byProbe[(int)e.Probe])
            {
                Fire(station.Machine, enabling);
                if (_exited) break;
            }
            station.Machine.End();
        }
        station.Busy = false;
    }

    public void Dispose()
    {
        Close();
        lock (_making)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (Station station in _stations.Values) station.Dispose();
            _speculations?.Dispose();
            _records.Dispose();
            _shared.Dispose();
        }
    }

    private Enabling[] Of(int probeId) => [.. _program.Code.Where(e => e.Description.Probe.Id == probeId)];

    private void Close()
    {
        _provider.Detach(this);
        if (_closed) return;
        _closed = true;
        Interlocked.MemoryBarrierProcessWide();
        Station[] stations;
        lock (_making) stations = [.. _stations.Values];
        SpinWait spin = default;
        foreach (Station station in stations)
            while (station.Busy) spin.SpinOnce();
    }

    /// <summary>Fires a probe without arguments on this thread, which is the consumer's.</summary>
    private void FireHere(int probeId)
    {
        Enabling[] enablings = Of(probeId);
        if (enablings.Length == 0 || FindStation() is not { } station) return;
        station.Machine.Begin(default);
        foreach (Enabling enabling in enablings)
        {
            Fire(station.Machine, enabling);
            if (_exited && probeId != ProbeTable.EndId) return; // clauses after one that exits do not run, but END does whoever exits
        }
    }

    private void Fire(DMachine machine, Enabling enabling)
    {
        Run(machine, enabling);
        if (!machine.Faulted) return;
        DFault fault = machine.Fault;
        if (fault.Kind == DFaultKind.Dropped) return;
        _records.Write(enabling.Description.Epid, (int)DMachine.Cpu(), default, in fault);
        if (_error.Length == 0 || enabling.Description.Probe.Id == ProbeTable.ErrorId) return;
        machine.BeginError(enabling.Description.Epid, in fault);
        foreach (Enabling error in _error)
        {
            Run(machine, error);
            if (!machine.Faulted || machine.Fault.Kind == DFaultKind.Dropped) continue;
            fault = machine.Fault;
            _records.Write(error.Description.Epid, (int)DMachine.Cpu(), default, in fault);
        }
        machine.EndError();
    }

    private void Run(DMachine machine, Enabling enabling)
    {
        machine.Enter(enabling);
        if (!machine.Run(enabling.Clause.Code)) return;
        if (enabling.Clause.RecordSize >= 0) Keep(machine, enabling);
        if (machine.TakeExit()) Exit();
    }

    private void Exit()
    {
        _exited = true;
        _wake();
    }

    private void Keep(DMachine machine, Enabling enabling)
    {
        ReadOnlySpan<byte> record = machine.Record(enabling.Clause.RecordSize);
        if (machine.Speculation < 0)
        {
            _records.Write(enabling.Description.Epid, (int)DMachine.Cpu(), record, default);
            if (_records.IsFull) Exit();
        }
        else _speculations!.Write(machine.Speculation, enabling.Description.Epid, (int)DMachine.Cpu(), record);
    }

    /// <summary>The station of the calling thread; null if there are too many, or the run is over.</summary>
    private Station? FindStation()
    {
        lock (_making)
        {
            int thread = Environment.CurrentManagedThreadId;
            if (_disposed) return null;
            if (!_stations.TryGetValue(thread, out Station? station))
            {
                if (_stations.Count >= MaxMachines)
                {
                    Interlocked.Increment(ref _lost);
                    return null;
                }
                _stations[thread] = station = new Station(this, new DMachine(_shared, _aggregations, _speculations, _time));
            }
            _station = station;
            return station;
        }
    }

    /// <summary>A thread's machine, and whether a firing is under way on it.</summary>
    private sealed class Station(DRun run, DMachine machine) : IDisposable
    {
        private volatile bool _busy;

        /// <summary>Null once the run is over: the thread keeps the station until it fires for another run, but nothing else with it.</summary>
        public DRun? Run { get; private set; } = run;

        public DMachine Machine { get; private set; } = machine;

        public bool Busy
        {
            get => _busy;
            set => _busy = value;
        }

        public void Dispose()
        {
            Machine.Dispose();
            (Run, Machine) = (null, null!);
        }
    }
}
