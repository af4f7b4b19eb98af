// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Framing;
using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>
/// The frames between our own N_Ports and the fabric, which need no wire. They are delivered later in the same pass of the loop or in the
/// next, so that nobody is called while it calls. Bounded; the buffers are used again.
/// </summary>
internal sealed class SwitchQueue : ILoopWork
{
    /// <summary>Frames waiting at most: an RSCN to each of 4096 ports of ours.</summary>
    internal const int Capacity = 4096;

    private readonly Queue<Entry> _waiting = new();
    private readonly Stack<byte[]> _free = new();
    private readonly SwitchTopology _topology;
    private readonly PortLoop _loop;

    public SwitchQueue(SwitchTopology topology, PortLoop loop)
    {
        _topology = topology;
        _loop = loop;
    }

    /// <summary>Queues a sequence from an N_Port of ours or to it, split into frames of at most 2112 bytes.</summary>
    /// <param name="link">The N_Port's.</param>
    /// <param name="toFabric">From the N_Port; false: to it.</param>
    /// <param name="header">FC header; F_CTL is that of the last frame.</param>
    /// <param name="payload">The payload of the sequence.</param>
    public void Post(SwitchLink link, bool toFabric, FcHeader header, ReadOnlySpan<byte> payload)
    {
        foreach (SequencePart part in new SequenceParts(header, payload.Length, FcFrame.MaxPayloadLength))
        {
            if (_waiting.Count == Capacity)
            {
                _topology.Fcf.Counters.FabricQueueFull++; // a time-out repairs it
                return;
            }
            byte[] buffer = _free.Count > 0 ? _free.Pop() : new byte[FcHeader.WireSize + FcFrame.MaxPayloadLength];
            int length = FcFrame.Write(buffer, part.Header, payload.Slice(part.Offset, part.Length));
            if (_waiting.Count == 0) _loop.Post(this);
            _waiting.Enqueue(new Entry(link, link.Life, toFabric, buffer, length, part.Offset == 0));
        }
    }

    public void RunOnLoop(int kind)
    {
        try
        {
            for (int left = _waiting.Count; left > 0; left--) Deliver(_waiting.Dequeue());
        }
        finally
        {
            if (_waiting.Count > 0) _loop.Post(this);
        }
    }

    private void Deliver(in Entry entry)
    {
        // What was said before the link went down is not heard after it.
        if (entry.Life == entry.Link.Life && FcFrame.TryRead(entry.Buffer.AsSpan(0, entry.Length), out FcFrame frame) == FcFrameError.None)
        {
            if (entry.ToFabric) _topology.OnFrameOf(entry.Link, frame, entry.First);
            else entry.Link.Local.OnFrame(frame, entry.First, _topology.Mac, fip: null);
        }
        _free.Push(entry.Buffer);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(SwitchLink Link, int Life, bool ToFabric, byte[] Buffer, int Length, bool First);
}
