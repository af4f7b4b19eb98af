// SPDX-License-Identifier: MIT

using FcTarget.Port;
using FcTarget.Wire;

namespace FcTarget.Host.Serving;

/// <summary>What a port and its wire have counted, for people.</summary>
internal static class Counters
{
    /// <summary>The counters that are not zero.</summary>
    public static IEnumerable<KeyValuePair<string, long>> NotZero(Target target) => All(target).Where(counter => counter.Value != 0);

    /// <summary>Every counter, the wire's first, a switch's last.</summary>
    public static IEnumerable<KeyValuePair<string, long>> All(Target target)
    {
        FcPort port = target.Port;
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
        IEnumerable<KeyValuePair<string, long>> all = own.Concat(port.Counters.All());
        if (target.Switch is not { } fabric) return all;
        return all.Concat(Prefixed("fcf", fabric.Fcf.Counters.All())).Concat(Prefixed("fabric", fabric.Fabric.Counters.All()));
    }

    private static IEnumerable<KeyValuePair<string, long>> Prefixed(string prefix, IEnumerable<KeyValuePair<string, long>> counters) =>
        counters.Select(c => KeyValuePair.Create($"{prefix}-{c.Key}", c.Value));
}
