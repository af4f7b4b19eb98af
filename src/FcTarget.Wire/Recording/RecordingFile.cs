// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

// RECORDING FILE - theory of operation
//   Job      Blocks of chunks to a file, that is turned over between two blocks when it is long enough.
//   Picture  memory  |.....blocks|blocks......|......bl|        | page boundaries: those of the memory are those of the file, so that
//            file    header.bloc|blocks......|......bl|           whole pages can be written past the page cache
//   Header   A file that another one goes before begins in the middle of the memory's page: its header is filled up to there.
//   Proof    RecordingWriterTests, RecordingWireTests

/// <summary>The file of a recording, turned over when it is long enough. Belongs to one thread.</summary>
internal sealed class RecordingFile : IDisposable
{
    /// <summary>Fewer bytes are not worth the system calls that a direct write takes.</summary>
    private const int LeastDirect = 64 * 1024;

    /// <summary>Files that turn over at less are not worth a filled header.</summary>
    private const int LeastToFill = 1024 * 1024;

    private const int Page = RecordingChunk.Page;
    private const string Application = "FcTarget";

    private readonly RecordingOptions _options;
    private readonly string _interfaceName;
    private readonly byte[] _block = new byte[2 * Page];
    private PageFile _file;
    private bool _hasFrames;
    private ulong _dropped;
    private long _lastTime;

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public RecordingFile(RecordingOptions options, string interfaceName)
    {
        _options = options;
        _interfaceName = interfaceName;
        _file = Open(phase: null);
    }

    /// <summary>How far into a page the next byte goes.</summary>
    public int Phase => (int)(_file.Length % Page);

    /// <summary>What writes pages past the page cache; null: nothing does.</summary>
    public DirectLane? Lane { get; set; }

    /// <summary>Whether pages of the file can go past the page cache, as far as is known.</summary>
    public bool HasDirect => _file.HasDirect;

    /// <summary>Writes blocks of a chunk. Returns where it has stopped: less than a page before the end, or at the end.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="from">Offset in it; before its start where bytes of the chunk before lie.</param>
    /// <param name="to">The end of a block.</param>
    /// <param name="whole">Write to the end, even in the middle of a page.</param>
    public int Write(RecordingChunk chunk, int from, int to, bool whole)
    {
        while (true)
        {
            bool isLast = TryFindLast(chunk, from, to, out int end);
            if (!isLast) end = whole ? to : to - (int)((_file.Length + to - from) % Page);
            if (end > from) Put(chunk, from, end, whole);
            else if (!isLast) return from;
            if (!isLast) return end;
            TurnOver(chunk.PhaseOf(end));
            from = end;
        }
    }

    /// <summary>Frames that were lost and that no frame tells of.</summary>
    public void AddDropped(ulong dropped) => _dropped += dropped;

    /// <summary>Writes what the file lacks in all: the last of its blocks.</summary>
    public void End() => _file.Write(_block.AsSpan(0, PcapNgEncoder.WriteStatistics(_block, _lastTime, _dropped)));

    public void Dispose() => _file.Dispose();

    /// <summary>
    /// Whether the file is full before a block of these bytes; <paramref name="end"/> is where that block begins. A file has one frame at least.
    /// </summary>
    private bool TryFindLast(RecordingChunk chunk, int from, int to, out int end)
    {
        end = to;
        if (_options.MaxBytes is not { } most || _file.Length + to - from < most) return false;
        for (end = chunk.Start; end < to; end += PcapNgEncoder.LengthOf(chunk.Bytes.AsSpan(end)))
            if (end >= from && _file.Length + end - from >= most && (end > from || _hasFrames)) return true;
        return false;
    }

    private void Put(RecordingChunk chunk, int from, int to, bool whole)
    {
        if (from <= chunk.Start && to > chunk.Start) _dropped += chunk.Dropped;
        int pages = from + ((Page - chunk.PhaseOf(from)) % Page), end = to - chunk.PhaseOf(to);
        if (!whole && end - pages >= LeastDirect && chunk.PhaseOf(from) == Phase && Lane is { } lane)
        {
            if (pages > from) _file.Write(chunk.Bytes.AsSpan(from, pages - from));
            from = _file.TryWritePages(lane, chunk, pages, end) ? end : pages;
        }
        if (to > from) _file.Write(chunk.Bytes.AsSpan(from, to - from));
        _hasFrames = true;
        _lastTime = chunk.LastTime;
    }

    private void TurnOver(int phase)
    {
        bool isFilled = _file.HasDirect && _options.MaxBytes >= LeastToFill;
        End();
        Dispose();
        for (int i = _options.Files - 1; i > 0; i--)
        {
            string from = i == 1 ? _options.Path : $"{_options.Path}.{i - 1}";
            if (File.Exists(from)) File.Move(from, $"{_options.Path}.{i}", overwrite: true);
        }
        _dropped = 0;
        _hasFrames = false;
        _file = Open(isFilled ? phase : null);
    }

    private PageFile Open(int? phase)
    {
        PageFile file = new(_options.Path);
        int length = PcapNgEncoder.WriteSection(_block, _interfaceName, Application, filler: 0);
        if (phase is { } wanted && wanted != length % Page)
        {
            // The least filler that is an option of its own.
            int filler = (wanted - length + (2 * Page)) % Page;
            if (filler < PcapNgEncoder.LeastFiller) filler += Page;
            length = PcapNgEncoder.WriteSection(_block, _interfaceName, Application, filler);
        }
        file.Write(_block.AsSpan(0, length));
        return file;
    }
}
