// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Diagnostics;

namespace FcTarget.Wire.Pcap.Tests;

internal sealed class Inbox : IFrameSink
{
    public List<byte[]> Frames { get; } = [];

    public void OnFrame(ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());
}

internal static class WireTesting
{
    public const ushort Fcoe = 0x8906, Fip = 0x8914, Ipv4 = 0x0800;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A frame to everybody whose payload starts with the number.</summary>
    public static byte[] Frame(ushort etherType, int number, int length = 100, int? vlan = null)
    {
        byte[] frame = new byte[length];
        frame.AsSpan().Fill(0xAB);
        frame.AsSpan(0, 6).Fill(0xFF);
        new byte[] { 2, 0, 0, 0, 0, 9 }.CopyTo(frame, 6);
        int at = 12;
        if (vlan is { } id)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), 0x8100);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at + 2), (ushort)id);
            at += 4;
        }
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), etherType);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(at + 2), number);
        return frame;
    }

    public static bool Put(this IFrameWire wire, ReadOnlySpan<byte> frame)
    {
        if (!wire.TryGetTransmitSlot(out Span<byte> slot)) return false;
        frame.CopyTo(slot);
        wire.Commit(frame.Length);
        return true;
    }

    public static void Send(this IFrameWire wire, byte[] frame)
    {
        wire.Put(frame).Should().BeTrue();
        wire.Flush().Should().Be(0);
    }

    /// <summary>Drives the wire as a loop does until the condition holds.</summary>
    public static void Until(this PcapWire wire, IFrameSink sink, Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(start).Should().BeLessThan(Patience, "what the test waits for happens");
            if (wire.Receive(sink, 64) == 0) wire.Wait(TimeSpan.FromMilliseconds(20));
            _ = wire.IsLinkUp;
        }
    }

    public static List<byte[]> Expect(this PcapWire wire, int frames)
    {
        Inbox inbox = new();
        wire.Until(inbox, () => inbox.Frames.Count >= frames);
        return inbox.Frames;
    }
}
