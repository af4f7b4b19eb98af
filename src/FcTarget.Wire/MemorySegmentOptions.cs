// SPDX-License-Identifier: MIT

namespace FcTarget.Wire;

/// <summary>What a <see cref="MemorySegment"/> does with a frame for a wire whose receive ring is full.</summary>
public enum WhenFull
{
    /// <summary>The frame stays with its sender, whose Flush says so. One wire that never receives stops the segment.</summary>
    HoldSender,

    /// <summary>The slow wire loses the frame (its <see cref="WireCounters.ReceiveDropped"/>); the others get it.</summary>
    Drop,
}

public sealed record MemorySegmentOptions
{
    /// <summary>Receive slots per wire, rounded up to a power of two; 2 at least. 1024 hold 32 commands of 64 KiB.</summary>
    public int ReceiveSlots { get; init; } = 1024;

    /// <summary>Transmit slots per wire, rounded up to a power of two.</summary>
    public int TransmitSlots { get; init; } = 256;

    public WhenFull WhenFull { get; init; } = WhenFull.HoldSender;
}
