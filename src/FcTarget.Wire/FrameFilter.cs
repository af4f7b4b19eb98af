// SPDX-License-Identifier: MIT

namespace FcTarget.Wire;

/// <summary>What becomes of a frame put on a <see cref="MemorySegment"/>.</summary>
public enum FrameVerdict
{
    Deliver,

    /// <summary>Nobody gets it: a lost frame.</summary>
    Drop,

    /// <summary>Everybody gets it twice in a row.</summary>
    Duplicate,

    /// <summary>Kept back until <see cref="MemorySegment.ReleaseHeld"/> or a later <see cref="DeliverBeforeHeld"/>: a late frame.</summary>
    Hold,

    /// <summary>Delivered, and every held frame after it: frames out of order.</summary>
    DeliverBeforeHeld,
}

/// <summary>
/// Decides the fate of a frame, once, and may edit its bytes (a damaged frame). Runs under the segment's lock:
/// it must not call the segment or its wires.
/// </summary>
public delegate FrameVerdict FrameFilter(MemoryWire sender, Span<byte> frame);
