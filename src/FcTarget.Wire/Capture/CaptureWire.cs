// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;

namespace FcTarget.Wire.Capture;

/// <summary>
/// Replays a capture file to whoever receives, as fast as it is asked or up to <see cref="DeliverUntil"/>, and writes what is
/// transmitted to another. It has no clock: a rig in virtual time reads <see cref="NextTimestamp"/>, moves its own clock there and lets
/// the frame in.
/// </summary>
public sealed class CaptureWire : IFrameWire
{
    private const int SourceMac = 6, EthernetHeader = 14;

    private readonly PcapReader _reader;
    private readonly PcapWriter? _output;
    private readonly CaptureWireOptions _options;
    private readonly FrameRing _transmit;
    private readonly WireSignal _signal = new();
    private readonly byte[] _next;
    private int _nextLength;
    private bool _hasNext;

    /// <param name="reader">Owned by the wire from now on.</param>
    /// <param name="output">Where transmitted frames go, owned too; null drops them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The MTU is outside 68 to 65535.</exception>
    public CaptureWire(PcapReader reader, PcapWriter? output = null, CaptureWireOptions? options = null)
    {
        _reader = reader;
        _output = output;
        _options = options ?? new CaptureWireOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Mtu, FrameLimits.MinimumMtu, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Mtu, FrameLimits.MaximumMtu, nameof(options));
        _transmit = new FrameRing(slots: 64, _options.Mtu + FrameLimits.TaggedHeader);
        _next = new byte[_options.Mtu + FrameLimits.TaggedHeader];
        ReadAhead();
    }

    public string Name => _options.Name;

    public MacAddress Mac => _options.Mac;

    public int Mtu => _options.Mtu;

    public bool IsLinkUp => true;

    public WireCounters Counters { get; } = new();

    /// <summary>When the next frame was captured, in nanoseconds since 1970; null when there is none.</summary>
    public long? NextTimestamp => _hasNext ? NextTime : null;

    /// <summary>When the frame handed over last, or being handed over, was captured; 0 before the first.</summary>
    public long Timestamp { get; private set; }

    /// <summary>Frames captured later than this, in nanoseconds since 1970, stay in the file for now.</summary>
    public long DeliverUntil { get; set; } = long.MaxValue;

    /// <summary>Why the file ended before its end; null if it did not.</summary>
    public Exception? Failure { get; private set; }

    private long NextTime { get; set; }

    private bool IsDue => _hasNext && NextTime <= DeliverUntil;

    public int Receive(IFrameSink sink, int budget)
    {
        int count = 0;
        while (count < budget && IsDue)
        {
            count++;
            Counters.FramesReceived++;
            Counters.BytesReceived += _nextLength;
            Timestamp = NextTime;
            try
            {
                sink.OnFrame(_next.AsSpan(0, _nextLength));
            }
            finally
            {
                ReadAhead();
            }
        }
        return count;
    }

    public bool TryGetTransmitSlot(out Span<byte> slot) => _transmit.TryReserve(out slot);

    public void Commit(int length) => _transmit.Publish(length);

    public int Flush()
    {
        for (; _transmit.TryPeek(out Span<byte> frame); _transmit.Release())
        {
            if (TryWrite(frame))
            {
                Counters.FramesSent++;
                Counters.BytesSent += frame.Length;
            }
            else
                Counters.TransmitDropped++;
        }
        return 0;
    }

    public void Wait(TimeSpan timeout)
    {
        _signal.BeginWait();
        if (!_signal.IsRaised && !IsDue && _transmit.Count == 0) _signal.Block(timeout);
        _signal.EndWait();
    }

    public void Wake() => _signal.Raise();

    public void Dispose()
    {
        _hasNext = false;
        _reader.Dispose();
        _output?.Dispose();
    }

    private bool TryWrite(ReadOnlySpan<byte> frame)
    {
        if (_output is null) return true;
        try
        {
            _output.Write(frame, _options.TransmitClock is { } clock ? CaptureRecorder.UnixNanoseconds(clock) : Timestamp);
            return true;
        }
        catch (IOException e)
        {
            Failure ??= e;
            return false;
        }
    }

    private bool IsWanted(MacAddress source)
    {
        IReadOnlyList<MacAddress> wanted = _options.OnlyFrom;
        for (int i = 0; i < wanted.Count; i++)
            if (wanted[i] == source) return true;
        return wanted.Count == 0;
    }

    /// <summary>
    /// Takes the next frame of interest out of the file. A damaged file ends the replay and is told through <see cref="Failure"/>.
    /// </summary>
    private void ReadAhead()
    {
        _hasNext = false;
        try
        {
            while (_reader.TryRead(out CapturedFrame frame))
            {
                if (frame.LinkType != LinkType.Ethernet || frame.Data.Length < EthernetHeader) continue;
                if (!IsWanted(MemoryMarshal.Read<MacAddress>(frame.Data[SourceMac..]))) continue;
                if (frame.IsCut || frame.Data.Length > _next.Length)
                {
                    Counters.Oversized++;
                    continue;
                }
                frame.Data.CopyTo(_next);
                _nextLength = frame.Data.Length;
                NextTime = frame.UnixNanoseconds;
                _hasNext = true;
                return;
            }
        }
        catch (Exception e) when (e is CaptureFormatException or IOException)
        {
            Failure ??= e;
        }
    }
}
