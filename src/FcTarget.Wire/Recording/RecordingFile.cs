// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>The file of a recording, turned over when it is long enough. Belongs to one thread.</summary>
internal sealed class RecordingFile : IDisposable
{
    private const string Application = "FcTarget";
    private const int FileBuffer = 1 << 18;

    private readonly RecordingOptions _options;
    private readonly string _interfaceName;
    private PcapNgWriter _writer;
    private ulong _dropped;
    private long _lastTime;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public RecordingFile(RecordingOptions options, string interfaceName)
    {
        _options = options;
        _interfaceName = interfaceName;
        _writer = Open();
    }

    public void Write(in RecordingRing.Entry entry, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> comment)
    {
        if (_options.MaxBytes is { } most && _writer.Length >= most) TurnOver();
        _writer.Write(frame, entry.UnixNanoseconds, entry.Direction, entry.Dropped, comment);
        _dropped += entry.Dropped;
        _lastTime = entry.UnixNanoseconds;
    }

    public void Flush() => _writer.Flush();

    public void Dispose()
    {
        _writer.WriteStatistics(_lastTime, _dropped);
        _writer.Dispose();
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
        _writer = Open();
    }

    private PcapNgWriter Open() => new(new FileStream(_options.Path, FileMode.Create, FileAccess.Write, FileShare.Read, FileBuffer), _interfaceName, Application);
}
