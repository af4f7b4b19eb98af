// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using FcTarget.Probes;

namespace FcTarget.Host.Demo;

/// <summary>
/// Counts the probes and keeps a few as JSON lines: all that come once in a while, and of those that come with every command as many
/// in a row as were asked for. To format each would cost more than the commands.
/// </summary>
internal sealed class ProbeTally : IFcProbeSink, IDisposable
{
    private const FcProbeSet WithEveryCommand = FcProbeSet.ScsiCommand | FcProbeSet.ScsiResponse | FcProbeSet.XferStart | FcProbeSet.XferDone;

    private readonly long[] _counts = new long[FcProbeNames.Count];
    private readonly LineStream _lines = new();
    private readonly JsonLinesSink _json;
    private int _wanted;

    public ProbeTally()
    {
        _json = new JsonLinesSink(_lines, TimeProvider.System);
    }

    /// <summary>Probes fired.</summary>
    public long Total => Enumerable.Range(0, FcProbeNames.Count).Sum(i => this[(FcProbe)i]);

    public long this[FcProbe probe] => Volatile.Read(ref _counts[(int)probe]);

    public void OnProbe(in FcProbeEvent e)
    {
        Interlocked.Increment(ref _counts[(int)e.Probe]);
        bool always = ((FcProbeSet)(1 << (int)e.Probe) & WithEveryCommand) == 0;
        if (always || (Volatile.Read(ref _wanted) > 0 && Interlocked.Decrement(ref _wanted) >= 0)) _json.OnProbe(in e);
    }

    /// <summary>Keeps the next <paramref name="count"/> probes, whatever they are.</summary>
    public void Want(int count) => Volatile.Write(ref _wanted, count);

    /// <summary>Takes the oldest line that was kept.</summary>
    public bool TryTake(out string line) => _lines.TryTake(out line!);

    public void Dispose() => _json.Dispose();

    /// <summary>Cuts what the sink writes, whole lines at a time, into lines.</summary>
    private sealed class LineStream : MemoryStream
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public bool TryTake(out string? line) => _lines.TryDequeue(out line);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            foreach (Range line in buffer.Split((byte)'\n'))
                if (!buffer[line].IsEmpty) _lines.Enqueue(System.Text.Encoding.UTF8.GetString(buffer[line]));
        }
    }
}
