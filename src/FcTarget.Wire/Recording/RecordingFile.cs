// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>The file of a recording, turned over when it is long enough. Belongs to one thread.</summary>
internal sealed class RecordingFile : IDisposable
{
    /// <summary>Writes end at a page of the file where they can: a page that is written in two pieces costs the kernel twice.</summary>
    private const int Page = 4096;
    private const string Application = "FcTarget";

    private readonly RecordingOptions _options;
    private readonly string _interfaceName;
    private readonly byte[] _block = new byte[2048];
    private FileStream _file;
    private long _length;
    private bool _hasFrames;
    private ulong _dropped;
    private long _lastTime;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public RecordingFile(RecordingOptions options, string interfaceName)
    {
        _options = options;
        _interfaceName = interfaceName;
        _file = Open();
    }

    /// <summary>Writes blocks of a chunk. Returns where it has stopped: less than a page before the end, or at the end.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="from">Offset in it; within the headroom where bytes of the chunk before lie.</param>
    /// <param name="to">The end of a block.</param>
    /// <param name="whole">Write to the end, even in the middle of a page.</param>
    public int Write(RecordingChunk chunk, int from, int to, bool whole)
    {
        while (true)
        {
            bool isLast = TryFindLast(chunk, from, to, out int end);
            if (!isLast) end = whole ? to : to - (int)((_length + to - from) % Page);
            if (end > from) Put(chunk, from, end);
            else if (!isLast) return from;
            if (!isLast) return end;
            TurnOver();
            from = end;
        }
    }

    /// <summary>Frames that were lost and that no frame tells of.</summary>
    public void AddDropped(ulong dropped) => _dropped += dropped;

    /// <summary>Ends the file with what it lacks in all.</summary>
    public void Dispose()
    {
        _file.Write(_block, 0, PcapNgEncoder.WriteStatistics(_block, _lastTime, _dropped));
        _file.Dispose();
    }

    /// <summary>
    /// Whether the file is full before a block of these bytes; <paramref name="end"/> is where that block begins. A file has one frame at least.
    /// </summary>
    private bool TryFindLast(RecordingChunk chunk, int from, int to, out int end)
    {
        end = to;
        if (_options.MaxBytes is not { } most || _length + to - from < most) return false;
        for (end = RecordingChunk.Headroom; end < to; end += PcapNgEncoder.LengthOf(chunk.Bytes.AsSpan(end)))
            if (end >= from && _length + end - from >= most && (end > from || _hasFrames)) return true;
        return false;
    }

    private void Put(RecordingChunk chunk, int from, int to)
    {
        _file.Write(chunk.Bytes, from, to - from);
        _length += to - from;
        _hasFrames = true;
        _lastTime = chunk.LastTime;
        if (from <= RecordingChunk.Headroom && to > RecordingChunk.Headroom) _dropped += chunk.Dropped;
    }

    private void TurnOver()
    {
        Dispose();
        for (int i = _options.Files - 1; i > 0; i--)
        {
            string from = i == 1 ? _options.Path : $"{_options.Path}.{i - 1}";
            if (File.Exists(from)) File.Move(from, $"{_options.Path}.{i}", overwrite: true);
        }
        _dropped = 0;
        _hasFrames = false;
        _file = Open();
    }

    private FileStream Open()
    {
        FileStream file = new(_options.Path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _length = PcapNgEncoder.WriteSection(_block, _interfaceName, Application);
        file.Write(_block, 0, (int)_length);
        return file;
    }
}
