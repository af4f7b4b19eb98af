// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.JsonLines;

/// <summary>A file of lines that makes room for a new one when the next lines would make it too long. For writing, whole lines at a time.</summary>
internal sealed class RotatingFile : Stream
{
    private readonly string _path;
    private readonly JsonLinesRotation _rotation;
    private FileStream _file;

    public RotatingFile(string path, JsonLinesRotation rotation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rotation.Count, 1);
        _path = path;
        _rotation = rotation;
        _file = Create(path);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => throw new NotSupportedException();
    }

    /// <summary>A file that is replaced, and that others may read while it grows.</summary>
    public static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    public override void Write(ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            int fits = LinesWithin(lines, _rotation.Size - _file.Position);
            if (fits == 0 && _file.Position == 0) fits = lines.IndexOf((byte)'\n') + 1; // a line longer than a file may be
            if (fits == 0)
            {
                TurnOver();
                continue;
            }
            _file.Write(lines[..fits]);
            lines = lines[fits..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Bytes of the whole lines that have room.</summary>
    private static int LinesWithin(ReadOnlySpan<byte> lines, long room) =>
        room >= lines.Length ? lines.Length : room <= 0 ? 0 : lines[..(int)room].LastIndexOf((byte)'\n') + 1;

    private void TurnOver()
    {
        _file.Dispose();
        for (int i = _rotation.Count - 1; i >= 1; i--)
        {
            string from = i == 1 ? _path : $"{_path}.{i - 1}";
            if (File.Exists(from)) File.Move(from, $"{_path}.{i}", overwrite: true);
        }
        _file = Create(_path);
    }
}
