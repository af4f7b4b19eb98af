// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Output;
using FcTarget.Probes;

namespace FcTarget.DTrace.Session;

// D SESSION - theory of operation
//   Job      Run a compiled program over the probes of a live target and print what dtrace(1) would print.
//   Owner    One thread, that of Run. Firing threads only fill the program's buffers; they never see this class.
//   Life     Start (BEGIN fires, then the provider is listened to) -> Poll at the rates -> Stop (END fires, everything is drained, what is
//            left of the aggregations is printed) -> Dispose. exit(), an interrupt and a client that is gone all lead to Stop or Dispose.
//   Rates    switchrate: records are printed. aggrate: aggregations are snapped. statusrate: drops are reported. Each Poll snaps before
//            it prints, as dtrace(1) does, so that printa() shows what was aggregated before its clause fired.
//   Always   After Dispose nothing listens to the provider. Memory is bounded by bufsize, aggsize, dynvarsize and StoreLimit.
//   Proof    DTraceSessionTests

/// <summary>One run of a D program.</summary>
internal sealed class DTraceSession : IDisposable
{
    /// <summary>Shorter rates and intervals would only keep the thread busy; ticks that fall due together fire together.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private const int FlushAt = 64 * 1024;

    private readonly IDProgram _program;
    private readonly DOptions _options;
    private readonly TimeProvider _time;
    private readonly IDTraceClient _client;
    private readonly OutputText _output = new();
    private readonly AggregationBuffer _buffer;
    private readonly AggregationStore _store;
    private readonly AggregationPrinter _aggregations;
    private readonly RecordPrinter _records;
    private readonly AutoResetEvent _wake = new(false);
    private readonly IDRun _run;
    private readonly DTimers _timers;
    private readonly Rate _switch, _snap, _status;
    private long _started, _aggregationDrops;

    public DTraceSession(IDProgram program, FcProvider provider, TimeProvider time, IDTraceClient client, TimeZoneInfo? zone = null)
    {
        const long SmallestStore = 16 << 20;
        const int SnapshotsInStore = 4;
        _program = program;
        _options = program.Options;
        _time = time;
        _client = client;
        _buffer = new AggregationBuffer(program.Aggregations, _options.AggSize);
        _store = new AggregationStore(program.Aggregations, Math.Max(SmallestStore, SnapshotsInStore * _options.AggSize));
        FormatPrinter formats = new(zone ?? TimeZoneInfo.Local);
        _aggregations = new AggregationPrinter(_output, _store, _options, formats);
        _records = new RecordPrinter(_output, Complain, _store, _aggregations, _options, formats);
        _switch = new Rate(() => _options.SwitchRate);
        _snap = new Rate(() => _options.AggRate);
        _status = new Rate(() => _options.StatusRate);
        _run = program.Enable(provider, time, _buffer, () => _wake.Set());
        _timers = new DTimers(_run, time);
    }

    /// <summary>From start to end on this thread.</summary>
    /// <param name="interrupt">SIGINT: END fires and what is left is printed.</param>
    /// <param name="abandon">The client is gone: ends at once, prints nothing more.</param>
    /// <returns>The status of exit(), or 0.</returns>
    /// <exception cref="IOException">The client could not be written to.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="abandon"/>.</exception>
    public int Run(CancellationToken interrupt, CancellationToken abandon)
    {
        Start();
        WaitHandle[] handles = [_wake, interrupt.WaitHandle, abandon.WaitHandle];
        while (!_run.HasExited && !interrupt.IsCancellationRequested)
        {
            WaitHandle.WaitAny(handles, NextWait());
            abandon.ThrowIfCancellationRequested();
            Poll();
        }
        return Stop(interrupted: !_run.HasExited);
    }

    /// <summary>Says what matched and fires BEGIN.</summary>
    public void Start()
    {
        if (!_options.Quiet)
        {
            foreach (ProgramMatch match in _program.Matches) Complain(DMessages.Matched(match));
            if (_options.Destructive) Complain("allowing destructive actions");
        }
        foreach (string lowered in _options.Lowered) Complain(lowered);
        _run.Begin();
        _timers.Start();
        _started = _time.GetTimestamp();
        if (PrintsAsItGoes) Drain(); // what BEGIN printed does not wait
        Flush();
    }

    /// <summary>Does what is due.</summary>
    public void Poll()
    {
        _timers.FireDue();
        TimeSpan now = Now; // the same for all: rates that are equal stay together
        if (_status.IsDue(now)) ReportDrops();
        if (PrintsAsItGoes && _snap.IsDue(now)) Snap();
        if (PrintsAsItGoes && _switch.IsDue(now)) PrintRecords();
        Flush();
    }

    /// <summary>Fires END and prints all there is.</summary>
    /// <returns>The status of exit(), or 0.</returns>
    public int Stop(bool interrupted)
    {
        if (interrupted) _output.Append('\n'); // after the terminal's ^C
        _run.Detach();
        if (!PrintsAsItGoes)
        {
            Snap();
            PrintRecords(); // END finds room
        }
        _run.End();
        ReportDrops();
        Snap();
        PrintRecords();
        _output.Append('\n');
        _aggregations.PrintRest();
        Flush();
        return _records.ExitStatus;
    }

    public void Dispose()
    {
        _run.Dispose();
        _wake.Dispose();
    }

    /// <summary>exit() was called.</summary>
    public bool HasExited => _run.HasExited;

    /// <summary>Buffer policy switch: the others keep all to the end.</summary>
    private bool PrintsAsItGoes => _options.BufPolicy == BufferPolicy.Switch;

    /// <summary>Prints what there is, whether it is due or not: for those whose time stands still while probes fire.</summary>
    public void Drain()
    {
        if (!PrintsAsItGoes) return;
        Snap();
        PrintRecords();
        Flush();
    }

    /// <summary>How long nothing is due.</summary>
    public TimeSpan NextWait()
    {
        TimeSpan now = Now, wait = Min(_status.Left(now), _timers.Left);
        if (PrintsAsItGoes) wait = Min(wait, Min(_switch.Left(now), _snap.Left(now)));
        return wait < ShortestWait ? ShortestWait : wait;

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    private void Snap() => _aggregationDrops += _buffer.MoveTo(_store);

    private void PrintRecords()
    {
        if (_aggregationDrops > 0) Complain(DMessages.AggregationDrops(_aggregationDrops));
        _aggregationDrops = 0;
        while (_run.TryRead(out DRecord record))
        {
            EnablingDescription enabling = _program.Enablings[(int)record.Epid - 1];
            if (record.Fault.Kind != DFaultKind.None) Complain(DMessages.Fault(enabling, record.Fault));
            else _records.Print(enabling, in record);
            if (_output.Length >= FlushAt) Flush();
        }
        if (_run.TakeDrops() is > 0 and var drops) Complain(DMessages.Drops(drops));
    }

    private void ReportDrops()
    {
        if (_run.TakeDynamicDrops() is > 0 and var drops) Complain(DMessages.DynamicDrops(drops));
        (long full, long unavailable) = _run.TakeSpeculationDrops();
        if (full > 0) Complain(DMessages.SpeculativeDrops(full));
        if (unavailable > 0) Complain(DMessages.FailedSpeculations(unavailable));
    }

    /// <summary>A message, after the output that came before it.</summary>
    private void Complain(string message)
    {
        Flush();
        _client.WriteError($"dtrace: {message}\n");
    }

    private void Flush()
    {
        if (_output.Length == 0) return;
        _client.Write(_output.Written);
        _output.Clear();
    }

    /// <summary>Something done every so often; the interval may change between two times.</summary>
    private sealed class Rate(Func<TimeSpan> interval)
    {
        private TimeSpan _last;

        public TimeSpan Left(TimeSpan now) => _last + interval() - now;

        public bool IsDue(TimeSpan now)
        {
            if (Left(now) > TimeSpan.Zero) return false;
            _last = now;
            return true;
        }
    }
}
