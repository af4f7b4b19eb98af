// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire.Capture;

public sealed record CaptureWireOptions
{
    public string Name { get; init; } = "capture";

    /// <summary>The MAC address the port on this wire has.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Largest Ethernet payload in bytes.</summary>
    public int Mtu { get; init; } = 2500;

    /// <summary>
    /// Replay only what these MAC addresses sent (a station has its ENode MAC for FIP and one per VN_Port for FCoE); everybody's frames
    /// when empty.
    /// </summary>
    public IReadOnlyList<MacAddress> OnlyFrom { get; init; } = [];

    /// <summary>The clock that stamps what is transmitted; without one it carries the time of the frame received last.</summary>
    public TimeProvider? TransmitClock { get; init; }
}
