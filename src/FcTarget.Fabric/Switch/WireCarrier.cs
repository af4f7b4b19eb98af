// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>
/// The services' sequences to ports on the wire. What the wire does not take at once waits in line, as when a thousand ports are told of
/// one change.
/// </summary>
internal sealed class WireCarrier : IFabricCarrier
{
    /// <summary>Frames in line at most; what comes on top is lost, and sent again when its time-out is over.</summary>
    internal const int MaxWaiting = 8192;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(1);

    private readonly Queue<(VirtualLink To, FcHeader Header, byte[] Payload, bool First)> _waiting = new();
    private readonly FcPort _port;
    private readonly LoopTimer _drain;

    public WireCarrier(FcPort port)
    {
        _port = port;
        _drain = new LoopTimer(port.Loop.Timers, Drain);
    }

    public void Send(FabricPort to, FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (to.Attachment is not VirtualLink link) return; // it logged out while the service thought
        foreach (SequencePart part in new SequenceParts(header, payload.Length, ReceiveSizeOf(to)))
        {
            ReadOnlySpan<byte> bytes = payload.Slice(part.Offset, part.Length);
            if (_waiting.Count == 0 && TrySend(link, part.Header, bytes, part.Offset == 0)) continue;
            if (_waiting.Count == MaxWaiting)
            {
                _port.Counters.FramesNotSent++;
                return;
            }
            _waiting.Enqueue((link, part.Header, bytes.ToArray(), part.Offset == 0));
            _drain.SetIfIdle(Retry);
        }
    }

    private void Drain()
    {
        while (_waiting.TryPeek(out (VirtualLink To, FcHeader Header, byte[] Payload, bool First) next))
        {
            if (next.To.State == VirtualLinkState.Up && !TrySend(next.To, next.Header, next.Payload, next.First))
            {
                _drain.Set(Retry);
                return;
            }
            _waiting.Dequeue();
        }
    }

    private bool TrySend(VirtualLink to, FcHeader header, ReadOnlySpan<byte> payload, bool first)
    {
        if (!_port.Transmitter.TryGetSlot(out Span<byte> slot)) return false;
        _port.Transmitter.Fill(slot, to.Address, ref header, payload, first);
        return true;
    }

    /// <summary>What the port receives in a frame, bytes, as far as our wire carries it.</summary>
    private int ReceiveSizeOf(FabricPort to)
    {
        int size = Math.Min(LocalPort.ReceiveSizeOf(to.Flogi), _port.Local.MaxPayload) & ~3;
        return Math.Max(size, FcFrame.MinReceiveDataFieldSize);
    }
}
