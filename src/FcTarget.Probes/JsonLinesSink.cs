// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using FcTarget.Probes.JsonLines;

namespace FcTarget.Probes;

// JSON LINES SINK - theory of operation
//   Job      One JSON object a line for each probe that fires, in a file or on standard output.
//   Owner    OnProbe runs on the ports' loops and only copies into the ring; one thread of ours formats and writes.
//   Life     Constructor starts the thread -> OnProbe... -> Dispose: nothing more is taken in, what is in the ring is written, the thread ends.
//   Always   taken in = written + still in the ring. What the ring had no room for is counted and reported by a "dropped" line.
//   Sleep    While probes fire the thread looks at the ring every few milliseconds, or sooner when a quarter of it has filled, so that
//            firing needs no system call. After a while without any it sleeps for good: it sets _asleep, then looks once more; a producer
//            publishes, then looks at _asleep. With a full fence on both sides one sees the other, so no record waits for the next one.
//   Failure  A write error ends writing for good (see Failure); records are then counted in Lost. The ports never notice. A reader that does
//            not read holds up the writer, then fills the ring. Dispose waits for it as long as it takes something now and then.
//   Proof    JsonLinesSinkTests

/// <summary>Writes probes as JSON lines; docs/probes.md describes the format. Firing threads neither block nor allocate.</summary>
public sealed class JsonLinesSink : IFcProbeSink, IDisposable
{
    /// <summary>Records the ring holds unless told otherwise: 8192 x 1.5 kB = 12 MB, some 20 ms of 100,000 commands a second at 4 probes each.</summary>
    public const int DefaultCapacity = 8192;

    private const int WriteChunk = 128 * 1024;
    private const int LookEveryMilliseconds = 2, LooksBeforeSleep = 50;

    private readonly ProbeRing _ring;
    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly bool _leaveOpen;
    private readonly ProbeJson _lines = new(WriteChunk);
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _writer;
    private int _asleep;
    private volatile bool _closed, _abandoned;
    private volatile Exception? _failure;
    private volatile int _writing, _writes;
    private long _dropped, _totalDropped, _lost;

    /// <param name="stream">Where the lines go. Only this sink writes to it.</param>
    /// <param name="time">The clock of the <c>time</c> member.</param>
    /// <param name="capacity">Records that may wait; rounded up to a power of two.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    public JsonLinesSink(Stream stream, TimeProvider time, int capacity = DefaultCapacity, bool leaveOpen = false)
    {
        _stream = stream;
        _time = time;
        _leaveOpen = leaveOpen;
        _ring = new ProbeRing(capacity);
        _writer = new Thread(Run) { IsBackground = true, Name = "probes" };
        _writer.Start();
    }

    /// <summary>Firings that found the ring full.</summary>
    public long Dropped => Volatile.Read(ref _totalDropped);

    /// <summary>Firings taken in but not written because of <see cref="Failure"/>.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Why writing ended early, such as a full disk or a closed pipe; null while all is well.</summary>
    public Exception? Failure => _failure;

    /// <summary>Opens a file, replacing what it held, or standard output for <c>-</c>. Others may read the file while it grows.</summary>
    /// <param name="rotation">When a file is turned over; null for never. Not for standard output.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static JsonLinesSink Open(string path, TimeProvider time, JsonLinesRotation? rotation = null)
    {
        Stream stream = path == "-" ? Console.OpenStandardOutput() : rotation is null ? RotatingFile.Create(path) : new RotatingFile(path, rotation);
        return new JsonLinesSink(stream, time);
    }

    public void OnProbe(in FcProbeEvent e)
    {
        if (_closed) return;
        if (!_ring.TryAdd(in e, _time.GetUtcNow().UtcTicks, out bool isQuarter))
        {
            Interlocked.Increment(ref _totalDropped);
            Interlocked.Increment(ref _dropped);
        }
        Interlocked.MemoryBarrier();
        if (isQuarter || (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)) _wake.Set();
    }

    /// <summary>How long <see cref="Dispose"/> waits for a reader that takes nothing.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Writes what is in the ring and ends. Firings that arrive from now on are ignored. If the stream takes nothing for <see cref="Grace"/>, the
    /// rest is <see cref="Lost"/>, and the stream stays open.
    /// </summary>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _wake.Set();
        for (int before = _writes; !_writer.Join(Grace); before = _writes)
        {
            if (_writes == before)
            {
                Abandon();
                return;
            }
        }
        if (!_leaveOpen) _stream.Dispose();
    }

    /// <summary>The writer stands in a write that nobody takes: it is a background thread, and ends with the process.</summary>
    private void Abandon()
    {
        _failure = new IOException("nobody reads them");
        _abandoned = true;
        Volatile.Write(ref _lost, _lost + _writing + _ring.Count);
    }

    private void Run()
    {
        int looks = 0;
        while (true)
        {
            bool closing = _closed; // before the ring is looked at: what came in earlier than Dispose is still written
            looks = HasWork ? 0 : looks + 1;
            Drain();
            if (closing) return;
            if (looks < LooksBeforeSleep)
            {
                _wake.WaitOne(LookEveryMilliseconds);
                continue;
            }
            Volatile.Write(ref _asleep, 1);
            Interlocked.MemoryBarrier();
            if (!HasWork && !_closed) _wake.WaitOne();
            Volatile.Write(ref _asleep, 0);
            looks = 0;
        }
    }

    private bool HasWork => !_ring.IsEmpty || Volatile.Read(ref _dropped) != 0;

    private void Drain()
    {
        int records = 0;
        SpinWait arriving = default;
        while (HasWork && !_abandoned)
        {
            ref ProbeRecord record = ref _ring.Peek();
            if (!Unsafe.IsNullRef(ref record))
            {
                _lines.Write(ref record);
                _ring.Remove();
                records++;
            }
            else if (!_ring.IsEmpty)
            {
                arriving.SpinOnce(); // a producer has the slot and is still copying
            }
            if (!_lines.IsFull && !_ring.IsEmpty) continue;
            // Drops happen when the ring is full: they are reported after the records that filled it.
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                _lines.WriteDropped(_time.GetUtcNow().UtcTicks, dropped);
            Write(records);
            records = 0;
        }
    }

    /// <summary>Hands the lines, which stand for that many records, to the stream.</summary>
    private void Write(int records)
    {
        if (_failure is null)
        {
            try
            {
                _writing = records;
                _stream.Write(_lines.Lines);
                _stream.Flush();
                _writes++;
                _writing = records = 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) // turning a file over needs rights too
            {
                _failure = e;
            }
        }
        if (!_abandoned) Volatile.Write(ref _lost, _lost + records);
        _lines.Clear();
    }
}
