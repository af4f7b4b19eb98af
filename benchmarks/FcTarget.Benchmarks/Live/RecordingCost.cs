// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using FcTarget.Wire;
using FcTarget.Wire.Recording;

namespace FcTarget.Benchmarks.Live;

/// <summary>
/// What a recording costs: the frames of 4 KiB reads at a given rate through a recording wire that has no carrier. Of the loop, the median of
/// bursts, which other work on the machine does not reach; of the writer, the processor time of its thread.
/// </summary>
internal sealed class RecordingCost(string path, int commandsPerSecond) : IFrameSink
{
    /// <summary>One received, three sent.</summary>
    public const int FramesPerCommand = 4;

    private readonly byte[] _data = NullFrames.Make(NullFrames.Data), _response = NullFrames.Make(NullFrames.Response);
    private IFrameWire _wire = new NullWire();

    /// <summary>Runs for a while and prints a line.</summary>
    public void Run(TimeSpan length)
    {
        Measure(new NullWire(), length / 4, out _); // past tiered compilation
        double bare = Measure(new NullWire(), length / 4, out _);
        RecordingWire wire = new(new NullWire(), new RecordingOptions { Path = path, MaxBytes = 64 << 20, Files = 2 }, TimeProvider.System);
        Measure(wire, length / 2, out _);
        long before = WriterTime(wire);
        double loop = Measure(wire, length, out long commands) - bare, writer = (double)(WriterTime(wire) - before) / commands;
        wire.Dispose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a frame: loop {loop / FramesPerCommand:F0} ns (wire alone {bare / FramesPerCommand:F0}), writer {writer / FramesPerCommand:F0} ns; "
            + $"a 4 KiB read: loop {loop:F0} ns, writer {writer:F0} ns; {wire.Dropped} of {commands * FramesPerCommand} frames lost"));
    }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        NullFrames.Put(_wire, _data);
        NullFrames.Put(_wire, _data);
        NullFrames.Put(_wire, _response);
    }

    /// <summary>Nanoseconds a command.</summary>
    private double Measure(IFrameWire wire, TimeSpan length, out long commands)
    {
        _wire = wire;
        commands = 0;
        List<double> bursts = [];
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) is var elapsed && elapsed < length)
        {
            int due = (int)Math.Min((long)(elapsed.TotalSeconds * commandsPerSecond) - commands, commandsPerSecond / 100);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < due; i++)
            {
                wire.Receive(this, 1);
                wire.Flush();
            }
            if (due > 0) bursts.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / due);
            commands += Math.Max(due, 0);
            Thread.Sleep(1);
        }
        bursts.Sort();
        return bursts[bursts.Count / 2];
    }

    /// <summary>Nanoseconds that the thread of the writer has run. The kernel cuts names at 15 characters.</summary>
    private static long WriterTime(RecordingWire wire)
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            if (File.ReadAllText($"{task}/comm").TrimEnd() == $"recorder of {wire.Name}"[..15])
                return long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
