// SPDX-License-Identifier: MIT

namespace FcTarget.Wire;

/// <summary>What a wire counts. Written by the loop's thread, read by anyone.</summary>
public sealed class WireCounters
{
    public long FramesReceived;
    public long FramesSent;
    public long BytesReceived;
    public long BytesSent;

    /// <summary>Frames lost before we saw them (full capture buffer), as the carrier reports it.</summary>
    public long ReceiveDropped;

    /// <summary>Frames the carrier refused for good (link down, device gone).</summary>
    public long TransmitDropped;

    /// <summary>Frames cut by the capture length, or longer than the slot.</summary>
    public long Oversized;
}
