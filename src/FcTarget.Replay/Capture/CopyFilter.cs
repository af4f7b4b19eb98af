// SPDX-License-Identifier: MIT

using FcTarget.Wire.Recording;

namespace FcTarget.Replay.Capture;

/// <summary>
/// Finds the second copy of frames in a capture that saw each once as it came in and once as it went out. A station may well send the same
/// bytes again soon - Linux uses an OX_ID anew at once - but not before it has heard something; so a copy is a frame whose like is among the
/// last ones, with none of the other direction between. Where the capture says which way frames went, the copy has gone the other way,
/// unless it is of the same time, as in a file that was merged with itself.
/// </summary>
internal sealed class CopyFilter
{
    private const int Window = 32;
    private const long Nanoseconds = 1_000_000;

    private readonly Seen[] _last = new Seen[Window];
    private int _next;

    public bool IsCopy(ReadOnlySpan<byte> frame, ulong source, ulong destination, long time, FrameDirection direction)
    {
        HashCode code = default;
        code.AddBytes(frame[..Math.Min(frame.Length, 96)]);
        code.AddBytes(frame[Math.Max(0, frame.Length - 16)..]); // with the FC CRC
        Seen now = new(source, destination, ((ulong)frame.Length << 32) | (uint)code.ToHashCode(), time, direction);
        for (int back = 1; back <= Window; back++)
        {
            ref Seen other = ref _last[(_next - back) & (Window - 1)];
            if (Math.Abs(time - other.Time) > Nanoseconds) break;
            if (other.Source == destination && other.Destination == source) break;
            if (other.Hash != now.Hash || other.Source != source || other.Destination != destination) continue;
            if (direction != FrameDirection.Unknown && direction == other.Direction && time != other.Time) continue; // at the same time: files merged
            other = other with { Hash = 0 }; // a third is a frame of its own
            return true;
        }
        _last[_next++ & (Window - 1)] = now;
        return false;
    }

    private readonly record struct Seen(ulong Source, ulong Destination, ulong Hash, long Time, FrameDirection Direction);
}
