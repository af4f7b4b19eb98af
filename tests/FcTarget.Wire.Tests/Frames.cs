// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire.Tests;

/// <summary>Keeps copies of what it is handed.</summary>
internal sealed class Inbox : IFrameSink
{
    public List<byte[]> Frames { get; } = [];

    /// <summary>The byte after the Ethernet header of each frame: the tests number their frames there.</summary>
    public IEnumerable<int> Numbers => Frames.Select(f => (int)f[14]);

    public void OnFrame(ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());
}

/// <summary>Counts frames and allocates nothing.</summary>
internal sealed class CountingSink : IFrameSink
{
    public long Frames { get; private set; }

    public long Sum { get; private set; }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        Frames++;
        Sum += frame[14];
    }
}

internal static class Frames
{
    public static readonly MacAddress MacA = new(0x020000000001);
    public static readonly MacAddress MacB = new(0x020000000002);
    public static readonly MacAddress MacC = new(0x020000000003);

    /// <summary>Queues a numbered frame; false when there is no slot.</summary>
    public static bool Put(this IFrameWire wire, int number, int length = 64)
    {
        if (!wire.TryGetTransmitSlot(out Span<byte> slot)) return false;
        slot[..length].Fill(0xEE);
        slot[14] = (byte)number;
        wire.Commit(length);
        return true;
    }

    public static int Send(this IFrameWire wire, int number, int length = 64)
    {
        wire.Put(number, length).Should().BeTrue();
        return wire.Flush();
    }

    public static Inbox ReceiveAll(this IFrameWire wire)
    {
        Inbox inbox = new();
        wire.Receive(inbox, int.MaxValue);
        return inbox;
    }
}
