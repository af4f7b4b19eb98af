// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Capture;

/// <summary>A file is not a capture, or is damaged at the byte the message names.</summary>
public sealed class CaptureFormatException : Exception
{
    internal CaptureFormatException(string what, long offset)
        : base($"Not a readable capture file: {what} (near byte {offset}).") => Offset = offset;

    /// <summary>Where in the file, in bytes from its start.</summary>
    public long Offset { get; }
}
