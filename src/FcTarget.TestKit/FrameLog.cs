// SPDX-License-Identifier: MIT

using System.Collections;
using System.Text;
using FcTarget.Decode;
using FcTarget.Wire.Capture;
using FcTarget.Wire.Recording;

namespace FcTarget.TestKit;

/// <summary>The frames that were sent, oldest first, and what a test expects of them.</summary>
public sealed class FrameLog : IReadOnlyList<SentFrame>
{
    private const int ShownOnFailure = 20;

    private readonly SimulatedClock _clock;
    private readonly int _kept;
    private readonly FrameDecoder _decoder = new();
    private readonly FrameText _text = new();
    private readonly List<SentFrame> _all = [];
    private int _from; // what counts for expectations begins here

    internal FrameLog(SimulatedClock clock, int kept)
    {
        _clock = clock;
        _kept = Math.Max(kept, 1);
    }

    /// <summary>Makes the exception of an expectation that is not met, and keeps the capture.</summary>
    internal Func<string, Exception> Failure { get; set; } = static message => new ConversationException(message);

    /// <summary>Frames since the last <see cref="Forget"/>, or of those the youngest that are kept.</summary>
    public int Count => _all.Count - _from;

    /// <summary>Frames that are not kept any more, because there were too many.</summary>
    public long Lost { get; private set; }

    public SentFrame this[int index] => _all[_from + index];

    public IEnumerator<SentFrame> GetEnumerator() => _all.Skip(_from).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // ---- expectations ---------------------------------------------------------------------------------------------

    /// <summary>Expectations count from here on; captures keep everything.</summary>
    public void Forget() => _from = _all.Count;

    /// <summary>Frames of this name were sent: at least one, or exactly so many. Returns them.</summary>
    /// <exception cref="ConversationException">They were not.</exception>
    public IReadOnlyList<SentFrame> Expects(string name, string? of = null, int? times = null) =>
        Expects(of is null ? name : $"{name} of {of}", frame => frame.Is(name, of), times);

    /// <summary>Frames that match were sent: at least one, or exactly so many. Returns them.</summary>
    /// <param name="what">What is expected, in words.</param>
    /// <param name="matches">Which frames.</param>
    /// <param name="times">How many; null: one or more.</param>
    /// <exception cref="ConversationException">They were not.</exception>
    public IReadOnlyList<SentFrame> Expects(string what, Func<SentFrame, bool> matches, int? times = null)
    {
        SentFrame[] found = [.. this.Where(matches)];
        if (times is { } n ? found.Length == n : found.Length > 0) return found;
        throw Failure($"expected {(times is null ? "" : $"{times} times ")}{what}, found {found.Length}; {Tail()}");
    }

    /// <summary>No frame of this name was sent.</summary>
    /// <exception cref="ConversationException">One was.</exception>
    public void ExpectsNo(string name, string? of = null) => Expects(name, of, times: 0);

    /// <summary>Frames of these names were sent in this order, with whatever between them.</summary>
    /// <exception cref="ConversationException">They were not; the message says which is missing.</exception>
    public void ExpectsInOrder(params ReadOnlySpan<string> names)
    {
        int at = 0;
        foreach (SentFrame frame in this)
            if (at < names.Length && frame.Name == names[at]) at++;
        if (at < names.Length) throw Failure($"expected {string.Join(", ", names.ToArray())} in this order; {names[at]} is missing; {Tail()}");
    }

    // ---- recording ------------------------------------------------------------------------------------------------

    /// <summary>Writes all frames to a pcapng file; those that a fault befell say so in a comment.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        using PcapNgWriter writer = new(File.Create(path), "testkit", "FcTarget.TestKit");
        foreach (SentFrame frame in _all)
            writer.Write(frame.Bytes, UnixNanoseconds(frame.Time), FrameDirection.Unknown, 0, Encoding.UTF8.GetBytes(frame.Fault));
    }

    internal SentFrame Add(string sender, ReadOnlySpan<byte> bytes)
    {
        CapturedFrame captured = new(bytes, bytes.Length, UnixNanoseconds(_clock.Elapsed), LinkType.Ethernet);
        DecodedFrame decoded = _decoder.Decode(captured);
        string line = Encoding.UTF8.GetString(_text.LineOf(decoded)).Trim();
        SentFrame frame = new(decoded, line, bytes, _clock.Elapsed, sender);
        if (_all.Count >= 2 * _kept) Trim();
        _all.Add(frame);
        return frame;
    }

    private void Trim()
    {
        int old = _all.Count - _kept;
        _all.RemoveRange(0, old);
        _from = Math.Max(0, _from - old);
        Lost += old;
    }

    private string Tail()
    {
        if (Count == 0) return "no frame was sent";
        string lost = Lost > 0 ? $" ({Lost} more are not kept: TestFabricOptions.KeptFrames)" : "";
        return $"the last of {Count} frames{lost}:{Environment.NewLine}"
            + string.Join(Environment.NewLine, this.Skip(Math.Max(0, Count - ShownOnFailure)).Select(frame => $"  {frame}"));
    }

    private static long UnixNanoseconds(TimeSpan time) =>
        (SimulatedClock.Start + time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
