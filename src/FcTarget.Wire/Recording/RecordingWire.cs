// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire.Recording;

// RECORDING WIRE - theory of operation
//   Job      A wire that keeps a copy of every frame of another one, both ways, for a pcapng file.
//   Cost     One copy a frame into a ring, on the loop; the file is written by a thread of its own. When the ring is full the frame
//            is left out of the recording, and counted in the next one's epb_dropcount: the wire itself never waits.
//   Comment  What is said by Comment belongs to the received frame that is being handled, else to the next frame sent: so a frame
//            shows which probes it fired. A received frame is laid into the ring when it comes and published when its handler is
//            through or wants to send: the recording has it before its answer.
//   Owner    The loop; the writer thread reads the ring and owns the file.
//   Proof    RecordingWireTests

/// <summary>Has something to say about received frames. On the loop.</summary>
public interface IFrameCommentator
{
    /// <summary>A frame was received and is about to be handled.</summary>
    void BeginFrame();

    /// <summary>
    /// It is handled, or its handler is about to send: the last occasion for <see cref="RecordingWire.Comment"/> to be about it.
    /// </summary>
    void EndFrame();
}

/// <summary>Records the frames of a wire.</summary>
public sealed class RecordingWire : IFrameWire, IFrameSink
{
    private static readonly TimeSpan WriterNap = TimeSpan.FromMilliseconds(20);

    private readonly IFrameWire _wire;
    private readonly TimeProvider _time;
    private readonly RecordingRing _ring;
    private readonly RecordingFile _file;
    private readonly Thread _writer;
    private readonly ManualResetEventSlim _stop = new();
    private readonly byte[] _comment = new byte[RecordingRing.CommentBytes];
    private int _commentLength;
    private IFrameSink? _sink;
    private bool _slotIsOurs;
    private int _received;    // bytes of the received frame that lies in the ring unpublished; 0: none
    private long _receivedAt;
    private ulong _droppedSinceLast;
    private long _dropped;

    /// <param name="wire">The wire; disposed with this.</param>
    /// <param name="options">Where to.</param>
    /// <param name="time">Where the times of the frames come from.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public RecordingWire(IFrameWire wire, RecordingOptions options, TimeProvider time)
    {
        _wire = wire;
        _time = time;
        _file = new RecordingFile(options, wire.Name);
        _ring = new RecordingRing(FrameBytes, options.BufferBytes);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = $"recorder of {wire.Name}" };
        _writer.Start();
    }

    public string Name => _wire.Name;

    public MacAddress Mac => _wire.Mac;

    public int Mtu => _wire.Mtu;

    public bool IsLinkUp => _wire.IsLinkUp;

    public WireCounters Counters => _wire.Counters;

    /// <summary>Frames that the recording lacks because it could not be written as fast. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Why nothing is recorded any more; null while all is well. Any thread.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Comments on received frames; may be null. Set before the loop runs.</summary>
    public IFrameCommentator? Commentator { get; set; }

    private int FrameBytes => _wire.Mtu + Formats.Ethernet.EthernetFrame.TaggedHeaderLength;

    /// <summary>Adds a word to the comment of the frame at hand. On the loop. What exceeds the room is cut.</summary>
    public void Comment(ReadOnlySpan<byte> utf8)
    {
        if (_commentLength > 0 && _commentLength < _comment.Length) _comment[_commentLength++] = (byte)' ';
        int length = Math.Min(utf8.Length, _comment.Length - _commentLength);
        utf8[..length].CopyTo(_comment.AsSpan(_commentLength));
        _commentLength += length;
    }

    public int Receive(IFrameSink sink, int budget)
    {
        _sink = sink;
        return _wire.Receive(this, budget);
    }

    void IFrameSink.OnFrame(ReadOnlySpan<byte> frame)
    {
        if (_ring.TryGetSlot(out Span<byte> slot, out _) && frame.Length <= slot.Length)
        {
            frame.CopyTo(slot);
            _received = frame.Length;
            _receivedAt = Now;
            Commentator?.BeginFrame();
        }
        else
        {
            Drop();
        }
        _sink!.OnFrame(frame);
        EndReceived();
    }

    public bool TryGetTransmitSlot(out Span<byte> slot)
    {
        EndReceived();
        if (!_wire.TryGetTransmitSlot(out slot)) return false;
        // The frame is laid into the recording and copied from there: one copy more, and no slot of the wire is read.
        _slotIsOurs = _ring.TryGetSlot(out Span<byte> ours, out _);
        if (_slotIsOurs) slot = ours;
        return true;
    }

    public void Commit(int length)
    {
        if (_slotIsOurs && _ring.TryGetSlot(out Span<byte> ours, out _) && _wire.TryGetTransmitSlot(out Span<byte> slot))
        {
            ours[..length].CopyTo(slot);
            Publish(length, FrameDirection.Outbound, Now);
        }
        else
        {
            Drop();
        }
        _wire.Commit(length);
    }

    public int Flush() => _wire.Flush();

    public void Wait(TimeSpan timeout) => _wire.Wait(timeout);

    public void Wake() => _wire.Wake();

    /// <summary>Writes what is left, closes the file and the wire.</summary>
    public void Dispose()
    {
        _stop.Set();
        _writer.Join();
        _stop.Dispose();
        _wire.Dispose();
    }

    private long Now => Capture.CaptureRecorder.UnixNanoseconds(_time);

    /// <summary>Publishes the received frame that is being handled, with the comments so far.</summary>
    private void EndReceived()
    {
        if (_received == 0) return;
        Commentator?.EndFrame();
        Publish(_received, FrameDirection.Inbound, _receivedAt);
        _received = 0;
    }

    private void Publish(int length, FrameDirection direction, long time)
    {
        _ring.TryGetSlot(out _, out Span<byte> comment);
        _comment.AsSpan(0, _commentLength).CopyTo(comment);
        _ring.Publish(new RecordingRing.Entry
        {
            Length = length,
            CommentLength = _commentLength,
            Direction = direction,
            UnixNanoseconds = time,
            Dropped = _droppedSinceLast,
        });
        _droppedSinceLast = 0;
        _commentLength = 0;
    }

    private void Drop()
    {
        _droppedSinceLast++;
        Volatile.Write(ref _dropped, _dropped + 1);
    }

    private void WriteAll()
    {
        try
        {
            bool last;
            do
            {
                last = _stop.Wait(WriterNap);
                bool any = false;
                while (_ring.TryRead(out RecordingRing.Entry entry, out ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> comment))
                {
                    _file.Write(entry, frame, comment);
                    _ring.Release();
                    any = true;
                }
                if (any) _file.Flush(); // whoever looks at the file of an idle target sees it whole
            }
            while (!last);
            _file.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Failure = fault; // the disk is full: the ring fills, what follows counts as dropped, the target goes on
        }
    }
}
