// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using FcTarget.Formats;

namespace FcTarget.Port;

internal static class WireBytes
{
    /// <summary>A payload as the bytes it is on the wire.</summary>
    public static ReadOnlySpan<byte> Of<T>([UnscopedRef] in T payload) where T : struct, IWirePayload =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in payload));
}
