// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Session;

/// <summary>Where a session's output goes. Called on the session's thread only; it may block, and drops are counted while it does.</summary>
public interface IDTraceClient
{
    /// <summary>Bytes for standard output, or the file of -o.</summary>
    /// <exception cref="IOException">The client is gone: the session ends.</exception>
    void Write(ReadOnlySpan<byte> output);

    /// <summary>A message for standard error: a line with <c>dtrace: </c> before it and its newline.</summary>
    /// <exception cref="IOException">The client is gone: the session ends.</exception>
    void WriteError(string message);
}
