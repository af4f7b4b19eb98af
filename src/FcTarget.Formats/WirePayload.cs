// SPDX-License-Identifier: MIT

namespace FcTarget.Formats;

/// <summary>
/// The fixed part of something on the wire: a struct laid out exactly as the standard's table, in big-endian field types.
/// It is read with <c>MemoryMarshal.TryRead</c> and written with <c>MemoryMarshal.TryWrite</c>; every bit pattern is a value.
/// </summary>
public interface IWirePayload
{
    /// <summary>Size in bytes on the wire; a test holds it to <c>Unsafe.SizeOf</c>.</summary>
    static abstract int WireSize { get; }
}
