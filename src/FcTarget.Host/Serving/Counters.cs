// SPDX-License-Identifier: MIT

using FcTarget.Port;
using FcTarget.Wire;

namespace FcTarget.Host.Serving;

/// <summary>What a port and its wire have counted, for people.</summary>
internal static class Counters
{
    /// <summary>The counters that are not zero, the wire's first.</summary>
    public static IEnumerable<KeyValuePair<string, long>> NotZero(FcPort port)
    {
        WireCounters wire = port.Loop.Wire.Counters;
        KeyValuePair<string, long>[] own =
        [
            new("frames-received", wire.FramesReceived),
            new("frames-sent", wire.FramesSent),
            new("bytes-received", wire.BytesReceived),
            new("bytes-sent", wire.BytesSent),
            new("receive-dropped", wire.ReceiveDropped),
            new("transmit-dropped", wire.TransmitDropped),
            new("oversized", wire.Oversized),
            new("faults", port.Loop.Faults),
        ];
        return own.Concat(port.Counters.All()).Where(counter => counter.Value != 0);
    }
}
