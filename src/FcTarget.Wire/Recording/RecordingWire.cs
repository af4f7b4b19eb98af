// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire.Recording;

// RECORDING WIRE - theory of operation
//   Job      A wire that keeps a copy of every frame of another one, both ways, for a pcapng file.
//   Cost     One copy a frame, on the loop, into the pcapng block that the file will have; a thread of its own writes the blocks, many at
//            once. When there is no memory for it the frame is left out of the recording, and counted in the next one's epb_dropcount: the
//            wire itself never waits, and wakes nobody.
//   Time     The clock is read once for the frames that the loop takes from the wire at once, and once for those that it hands over at once:
//            that is when they come and go. A frame sent by the handler of a received one has a time of its own.
//   Comment  What is said by Comment belongs to the received frame that is being handled, else to the next frame sent: so a frame
//            shows which probes it fired. A received frame is copied when it comes and published when its handler is through or wants
//            to send: the recording has it before its answer.
//   Owner    The loop; the writer thread reads the buffer and owns the file.
//   Proof    RecordingWireTests

/// <summary>Has something to say about received frames. On the loop.</summary>
public interface IFrameCommentator
{
    /// <summary>
    /// A frame was received and is about to be handled, and something other than the end of the one before has happened since that one's
    /// <see cref="EndFrame"/>.
    /// </summary>
    void BeginFrame();

    /// <summary>
    /// It is handled, or its handler is about to send: the last occasion for <see cref="RecordingWire.Comment"/> to be about it.
    /// </summary>
    void EndFrame();
}

/// <summary>Records the frames of a wire.</summary>
public sealed class RecordingWire : IFrameWire, IFrameSink
{
    /// <summary>Room for the comment of a frame, bytes.</summary>
    private const int CommentBytes = 128;

    private readonly IFrameWire _wire;
    private readonly TimeProvider _time;
    private readonly RecordingBuffer _buffer;
    private readonly RecordingWriter _writer;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly byte[] _comment = new byte[CommentBytes];
    private int _commentLength;
    private IFrameSink? _sink;
    private int _received;    // bytes of the received frame that lies in the buffer unpublished; 0: none
    private long _receivedAt;
    private long _now;        // of the batch at hand
    private bool _nowIsOld = true, _inHandler, _hasMoved = true;
    private bool _isLost;     // the received frame being handled: the recording lacks it

    /// <param name="wire">The wire; disposed with this.</param>
    /// <param name="options">Where to.</param>
    /// <param name="time">Where the times of the frames come from.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public RecordingWire(IFrameWire wire, RecordingOptions options, TimeProvider time)
    {
        _wire = wire;
        _time = time;
        RecordingFile file = new(options, wire.Name);
        _buffer = new RecordingBuffer(options.BufferBytes, file.Phase);
        _writer = new RecordingWriter(_buffer, file, $"disk of {wire.Name}");
        _thread = new Thread(WriteAll) { IsBackground = true, Name = $"recorder of {wire.Name}" };
        _thread.Start();
    }

    public string Name => _wire.Name;

    public MacAddress Mac => _wire.Mac;

    public int Mtu => _wire.Mtu;

    public bool IsLinkUp => _wire.IsLinkUp;

    public WireCounters Counters => _wire.Counters;

    /// <summary>Frames that the recording lacks because it could not be written as fast. Any thread.</summary>
    public long Dropped => _buffer.Lost;

    /// <summary>Why nothing is recorded any more; null while all is well. Any thread.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Comments on received frames; may be null. Set before the loop runs.</summary>
    public IFrameCommentator? Commentator { get; set; }

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
        _nowIsOld = _hasMoved = true;
        _inHandler = false; // the last one may have thrown
        int count = _wire.Receive(this, budget);
        _nowIsOld = true;
        return count;
    }

    void IFrameSink.OnFrame(ReadOnlySpan<byte> frame)
    {
        if (TryRecord(frame))
        {
            _received = frame.Length;
            _receivedAt = BatchTime();
            if (_hasMoved) Commentator?.BeginFrame();
            _hasMoved = false;
        }
        else
        {
            _hasMoved = _isLost = true; // nobody looks at what its handler does
        }
        _inHandler = true;
        _sink!.OnFrame(frame);
        _inHandler = false;
        EndReceived();
    }

    public bool TryGetTransmitSlot(out Span<byte> slot)
    {
        EndReceived();
        return _wire.TryGetTransmitSlot(out slot);
    }

    public void Commit(int length)
    {
        EndReceived();
        _nowIsOld |= _inHandler;
        if (_wire.TryGetTransmitSlot(out Span<byte> slot) && TryRecord(slot[..length])) Lay(length, FrameDirection.Outbound, BatchTime());
        _wire.Commit(length);
    }

    public int Flush()
    {
        _nowIsOld = true;
        int left = _wire.Flush();
        _buffer.Publish();
        return left;
    }

    public void Wait(TimeSpan timeout) => _wire.Wait(timeout);

    public void Wake() => _wire.Wake();

    /// <summary>Writes what is left, closes the file and the wire.</summary>
    public void Dispose()
    {
        _buffer.Publish();
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
        _wire.Dispose();
    }

    private long BatchTime()
    {
        if (!_nowIsOld) return _now;
        _nowIsOld = false;
        return _now = Capture.CaptureRecorder.UnixNanoseconds(_time);
    }

    /// <summary>Publishes the received frame that is being handled, with the comments so far.</summary>
    private void EndReceived()
    {
        if (_isLost) (_isLost, _commentLength) = (false, 0); // what was said is about the frame that the recording lacks
        if (_received == 0) return;
        Commentator?.EndFrame();
        _hasMoved |= _inHandler;
        Lay(_received, FrameDirection.Inbound, _receivedAt);
        _received = 0;
    }

    private bool TryRecord(ReadOnlySpan<byte> frame)
    {
        if (_buffer.TryReserve(PcapNgEncoder.PacketLength(frame.Length, CommentBytes), out Span<byte> block))
        {
            frame.CopyTo(block[PcapNgEncoder.PacketHeader..]);
            return true;
        }
        _buffer.Lose();
        _commentLength = 0;
        return false;
    }

    private void Lay(int length, FrameDirection direction, long time)
    {
        _buffer.Lay(length, time, direction, _comment.AsSpan(0, _commentLength));
        _commentLength = 0;
    }

    private void WriteAll()
    {
        try
        {
            bool last;
            do _writer.Pass(last = _stop.Wait(_writer.Nap));
            while (!last);
            _writer.End();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Failure = fault; // the disk is full: memory fills, what follows counts as dropped, the target goes on
        }
        finally
        {
            _writer.Dispose();
        }
    }
}
