// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>Where frames are recorded.</summary>
public sealed record RecordingOptions
{
    /// <summary>The file, pcapng.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes after which the file is turned over: FILE becomes FILE.1, FILE.1 becomes FILE.2. Null: never.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Files kept, the current one included.</summary>
    public int Files { get; init; } = 5;

    /// <summary>Memory for frames that are not written yet, bytes. When it is full, frames are counted as dropped from the recording. 256 KiB at least.</summary>
    public int BufferBytes { get; init; } = 64 * 1024 * 1024;
}
