// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire.Pcap;
using FcTarget.Wire.Recording;

namespace FcTarget.Benchmarks.Live;

// RECORDING COST - theory of operation
//   Job      Tell what 'run --record' costs the loop of a live target a command, closer than two processes can be told apart.
//   Way      One target on a live interface, under load by another process, recorded or not by turns of 50 ms: same code, same memory, same
//            machine. In each turn the loop takes its own processor time and counts commands; the first fifth of a turn, in which the
//            writer still has work of the turn before, does not count.
//   Result   Median over the pairs of neighbouring turns of the ratio and the difference, with the interval that order statistics give:
//            nothing is assumed of how the noise is distributed.
//   Owner    The loop, but for Run.

/// <summary>A target that is recorded by turns. See the theory of operation in the file.</summary>
internal sealed class RecordingCost
{
    /// <summary>Commands after which the JIT has nothing more to do.</summary>
    private const long FramesToWarm = 100_000;

    /// <summary>How long the load may take to bring them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly long TurnTicks = Stopwatch.Frequency / 20, SettlingTicks = TurnTicks / 5;

    private readonly FcProvider _provider = new();
    private readonly PcapWire _wire;
    private readonly FrameRecorder _recorder;
    private readonly Target _target;
    private List<Turn> _turns = [];
    private bool _isRecorded, _isCounting;
    private long _began, _framesAtBegin, _recordedFrames; // of the turn; of all turns that were recorded
    private long _countFrom, _timeFrom, _framesFrom;

    private RecordingCost(string interfaceName, string path)
    {
        _wire = PcapWire.Open(interfaceName);
        _recorder = new FrameRecorder(_wire, new RecordingOptions { Path = path, MaxBytes = 64 << 20, Files = 2 }, _provider);
        _provider.Detach(_recorder);
        _target = new Target(
            new ToggledWire(_wire, _recorder.Wire, IsRecorded), new PortOptions { Topology = Topology.Vn2Vn, SymbolicPortName = interfaceName },
            [LuSpec.Parse("memory:256M")], TimeProvider.System, _provider, observer: null);
        _recorder.Watch(_target.Port, null);
    }

    /// <summary>Serves a VN2VN target and prints what its recording costs; the load comes from elsewhere.</summary>
    /// <param name="interfaceName">The target's.</param>
    /// <param name="path">The recording; it turns over at 64 MB.</param>
    /// <param name="time">How long to measure, once there is load.</param>
    public static async Task RunAsync(string interfaceName, string path, TimeSpan time)
    {
        RecordingCost cost = new(interfaceName, path);
        cost._target.Start();
        Console.WriteLine($"ready {interfaceName}");
        for (Stopwatch waited = Stopwatch.StartNew(); cost._wire.Counters.FramesReceived < FramesToWarm; await Task.Delay(100))
            if (waited.Elapsed > Patience) throw new TimeoutException($"{cost._wire.Counters.FramesReceived} commands in a minute are no load.");
        Task<List<Turn>> TakeTurns() => cost._target.AskAsync(_ => Interlocked.Exchange(ref cost._turns, []));
        await TakeTurns();
        (long wrote, long recorded) = (cost.WriterTime, cost._recordedFrames);
        await Task.Delay(time);
        (wrote, recorded) = (cost.WriterTime - wrote, cost._recordedFrames - recorded);
        List<Turn> turns = await TakeTurns();
        await cost._target.StopAsync();
        cost._target.Dispose();
        Print(turns, (double)wrote / recorded, cost._recorder.Wire.Dropped);
    }

    private long WriterTime => ThreadTime.Of($"recorder of {_wire.Name}") + ThreadTime.Of($"disk of {_wire.Name}");

    private bool IsRecorded()
    {
        long now = Stopwatch.GetTimestamp();
        if (now - _began >= TurnTicks) EndTurn(now);
        else if (!_isCounting && now - _began >= SettlingTicks)
            (_isCounting, _countFrom, _timeFrom, _framesFrom) = (true, now, ThreadTime.Own, _wire.Counters.FramesReceived);
        return _isRecorded;
    }

    private void EndTurn(long now)
    {
        long received = _wire.Counters.FramesReceived, commands = received - _framesFrom;
        if (_isCounting && commands > 0)
        {
            double seconds = Stopwatch.GetElapsedTime(_countFrom, now).TotalSeconds;
            _turns.Add(new Turn(_isRecorded, (double)(ThreadTime.Own - _timeFrom) / commands, commands / seconds));
        }
        if (_isRecorded) _recordedFrames += received - _framesAtBegin;
        if (_isRecorded) _provider.Detach(_recorder);
        else _provider.Attach(_recorder);
        (_isRecorded, _isCounting, _began, _framesAtBegin) = (!_isRecorded, false, now, received);
    }

    private static void Print(List<Turn> turns, double writer, long dropped)
    {
        List<double> ratios = [], differences = [], rates = [];
        for (int i = 1; i < turns.Count; i++)
        {
            if (turns[i].IsRecorded == turns[i - 1].IsRecorded) continue;
            (Turn recorded, Turn plain) = turns[i].IsRecorded ? (turns[i], turns[i - 1]) : (turns[i - 1], turns[i]);
            ratios.Add(recorded.Cost / plain.Cost);
            differences.Add(recorded.Cost - plain.Cost);
            rates.Add(recorded.Rate / plain.Rate);
        }
        double Rate(bool isRecorded) => Median.Of(turns.Where(t => t.IsRecorded == isRecorded).Select(t => t.Rate)).Value;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            loop a command: {Median.Of(turns.Where(t => !t.IsRecorded).Select(t => t.Cost))} ns without recording, {ratios.Count} pairs of turns
            recording costs the loop {Median.Of(differences)} ns a command; with by without {Median.Of(ratios, "F4")}
            writer: {writer:F0} ns a command, on a thread of its own
            rate: {Rate(false):F0} IOPS without, {Rate(true):F0} with recording; with by without {Median.Of(rates, "F4")}
            {dropped} frames are missing in the recording
            """));
    }

    /// <summary>A turn.</summary>
    /// <param name="IsRecorded">Whether its frames were recorded.</param>
    /// <param name="Cost">Nanoseconds of the loop's processor time a command.</param>
    /// <param name="Rate">Commands a second.</param>
    private readonly record struct Turn(bool IsRecorded, double Cost, double Rate);
}
