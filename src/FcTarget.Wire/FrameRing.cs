// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace FcTarget.Wire;

/// <summary>
/// A bounded queue of frames in preallocated, pinned slots. One producer and one consumer, which may be two threads;
/// the frame being consumed stays in its slot, untouched, until <see cref="Release"/>.
/// </summary>
internal sealed class FrameRing
{
    // The cursors only ever grow and wrap as unsigned numbers; "slot" is the cursor's low bits. Each side keeps to its own cache line.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Cursor
    {
        [FieldOffset(64)] public uint Value;
    }

    private readonly byte[] _bytes;
    private readonly int[] _lengths;
    private readonly int _slotSize;
    private readonly uint _mask;
    private Cursor _consumed;
    private Cursor _produced;
    private bool _reserved;

    /// <param name="slots">How many frames fit; rounded up to a power of two.</param>
    /// <param name="slotSize">Bytes of a slot; rounded up to whole cache lines.</param>
    public FrameRing(int slots, int slotSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slotSize, FrameLimits.MinimumFrame);
        uint capacity = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)slots);
        _slotSize = (slotSize + 63) & ~63;
        _mask = capacity - 1;
        _bytes = GC.AllocateUninitializedArray<byte>(checked((int)capacity * _slotSize), pinned: true);
        _lengths = new int[capacity];
    }

    public int Capacity => (int)_mask + 1;

    public int SlotSize => _slotSize;

    /// <summary>
    /// Frames queued. Exact for either side; a lower bound for the consumer and an upper bound for the producer while the other works.
    /// </summary>
    public int Count => (int)(Volatile.Read(ref _produced.Value) - Volatile.Read(ref _consumed.Value));

    public int Free => Capacity - Count;

    /// <summary>Producer: the next free slot, the same one until <see cref="Publish"/>. False when the ring is full.</summary>
    public bool TryReserve(out Span<byte> slot)
    {
        if (Free == 0)
        {
            slot = default;
            return false;
        }
        _reserved = true;
        slot = Slot(_produced.Value);
        return true;
    }

    /// <summary>Producer: pads and queues the first <paramref name="length"/> bytes of the reserved slot.</summary>
    /// <returns>The length of the frame as queued.</returns>
    /// <exception cref="InvalidOperationException">No slot is reserved.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or more than the slot holds.</exception>
    public int Publish(int length)
    {
        if (!_reserved) ThrowNoSlot();
        if ((uint)length > (uint)_slotSize) ThrowLength(length);
        int padded = FrameLimits.Pad(Slot(_produced.Value), length);
        _lengths[_produced.Value & _mask] = padded;
        _reserved = false;
        Volatile.Write(ref _produced.Value, _produced.Value + 1);
        return padded;
    }

    /// <summary>Consumer: the oldest frame. False when the ring is empty.</summary>
    public bool TryPeek(out Span<byte> frame)
    {
        uint at = _consumed.Value;
        if (at == Volatile.Read(ref _produced.Value))
        {
            frame = default;
            return false;
        }
        frame = Slot(at)[.._lengths[at & _mask]];
        return true;
    }

    /// <summary>Consumer: gives the oldest frame's slot back.</summary>
    public void Release() => Volatile.Write(ref _consumed.Value, _consumed.Value + 1);

    private Span<byte> Slot(uint cursor) => _bytes.AsSpan((int)(cursor & _mask) * _slotSize, _slotSize);

    [DoesNotReturn]
    private static void ThrowNoSlot() =>
        throw new InvalidOperationException("Commit without a transmit slot: TryGetTransmitSlot comes first.");

    [DoesNotReturn]
    private void ThrowLength(int length) =>
        throw new ArgumentOutOfRangeException(nameof(length), length, $"A frame in this ring has 0 to {_slotSize} bytes.");
}
