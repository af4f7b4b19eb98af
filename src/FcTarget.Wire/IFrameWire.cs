// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire;

/// <summary>Takes the frames a wire receives. The span lives only for the call.</summary>
public interface IFrameSink
{
    /// <param name="frame">A whole Ethernet frame from destination MAC on, without FCS; a VLAN tag, if any, is in it.</param>
    void OnFrame(ReadOnlySpan<byte> frame);
}

/// <summary>
/// Batches of Ethernet frames in and out, and the state of the link. Nothing above it knows what carries the frames.
/// All members but <see cref="Wake"/> are called by one thread: the port loop's.
/// </summary>
public interface IFrameWire : IDisposable
{
    /// <summary>The interface or file behind the wire, for people.</summary>
    string Name { get; }

    /// <summary>The MAC address of the interface: the ENode MAC of the port on this wire.</summary>
    MacAddress Mac { get; }

    /// <summary>Largest Ethernet payload in bytes, 1500 to 9000 as a rule; a VLAN tag and the Ethernet header come on top.</summary>
    int Mtu { get; }

    /// <summary>Whether the link is up now. Cheap: the loop asks once a pass.</summary>
    bool IsLinkUp { get; }

    /// <summary>What the wire has counted since it was made.</summary>
    WireCounters Counters { get; }

    /// <summary>Hands at most <paramref name="budget"/> received frames to the sink, without waiting. Returns how many it handed over.</summary>
    int Receive(IFrameSink sink, int budget);

    /// <summary>
    /// A free transmit slot of at least <see cref="Mtu"/> + 18 bytes, with undefined content, valid until <see cref="Commit"/>;
    /// asked for again before that, it is the same one with what was put into it. False when every slot is taken: flush, receive, and try again later.
    /// </summary>
    bool TryGetTransmitSlot(out Span<byte> slot);

    /// <summary>Queues the first <paramref name="length"/> bytes of the slot last given out. The wire pads to Ethernet's minimum itself.</summary>
    void Commit(int length);

    /// <summary>Sends what is queued, as far as the carrier takes it; frames it does not take yet stay queued. Returns how many stay.</summary>
    int Flush();

    /// <summary>
    /// Blocks until a frame can be received, queued frames can be sent on, the link changes, <see cref="Wake"/> is called or the time is over.
    /// </summary>
    void Wait(TimeSpan timeout);

    /// <summary>Ends a <see cref="Wait"/> at once, or the next one if none is under way. Any thread may call it.</summary>
    void Wake();
}
