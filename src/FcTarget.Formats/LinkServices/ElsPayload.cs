// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>The first look at an ELS payload, before its command decides which struct it is.</summary>
public static class ElsPayload
{
    /// <summary>Every ELS payload is at least one word (FC-LS-3).</summary>
    public const int MinLength = 4;

    /// <summary>
    /// The ELS_Command code; false when there is not even the command word. Codes no standard defines come out as they are.
    /// </summary>
    public static bool TryReadCommand(ReadOnlySpan<byte> payload, out ElsCommand command)
    {
        command = payload.Length >= MinLength ? (ElsCommand)payload[0] : default;
        return payload.Length >= MinLength;
    }

    /// <summary>
    /// The fixed part of the payload as a copy. False when the payload is shorter; what follows it is ignored, as later revisions
    /// of the standards append words.
    /// </summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> payload, out T value) where T : struct, IWirePayload =>
        MemoryMarshal.TryRead(payload, out value);

    /// <summary>Writes a fixed payload. Returns its length, or 0 when <paramref name="to"/> is too small.</summary>
    public static int Write<T>(Span<byte> to, in T value) where T : struct, IWirePayload =>
        MemoryMarshal.TryWrite(to, in value) ? T.WireSize : 0;
}
