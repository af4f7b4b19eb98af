// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Capture;

/// <summary>
/// Records frames with the time of a clock, virtual or real: a <see cref="MemorySegment.Tap"/> that makes a capture file.
/// </summary>
public sealed class CaptureRecorder(PcapWriter writer, TimeProvider time) : IFrameSink
{
    public void OnFrame(ReadOnlySpan<byte> frame) => writer.Write(frame, UnixNanoseconds(time));

    internal static long UnixNanoseconds(TimeProvider time) =>
        (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick;
}
