// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Pcap;

public sealed record PcapWireOptions
{
    /// <summary>Bytes of the kernel's capture ring. A slot takes a page at MTU 2500, so 16 MiB hold 4096 frames.</summary>
    public int CaptureBytes { get; init; } = 16 << 20;

    /// <summary>Bytes the kernel may hold of our frames before it says "later".</summary>
    public int SendBufferBytes { get; init; } = 16 << 20;

    /// <summary>Transmit slots, each the MTU and the header long. 1024 is also the most one system call sends.</summary>
    public int TransmitSlots { get; init; } = 1024;

    /// <summary>Receives every frame on the link, not only those for the interface's own MAC: fabric-provided MACs need it.</summary>
    public bool Promiscuous { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
