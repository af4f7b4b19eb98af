// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Replay.Capture;

/// <summary>A whole, undamaged FIP or FCoE frame of a capture. It lives in the reader's buffer until the next read.</summary>
internal readonly ref struct ReplayFrame
{
    /// <summary>From 1, as capture tools count.</summary>
    public long Number { get; init; }

    /// <summary>Nanoseconds since 1970-01-01 00:00 UTC.</summary>
    public long Time { get; init; }

    /// <summary>The Ethernet frame.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    public EthernetFrame Ethernet { get; init; }

    public bool IsFip => Ethernet.EtherType == EtherType.Fip;

    /// <summary>Of a FIP frame.</summary>
    public FipMessage Fip { get; init; }

    /// <summary>The descriptor of a FIP frame that holds an FC frame.</summary>
    public FipDescriptorType Carrier { get; init; }

    /// <summary>Where the FC header begins in <see cref="Bytes"/>; 0 when there is none.</summary>
    public int FcAt { get; init; }

    /// <summary>The FC frame of an FCoE frame, or of the ELS within a FIP frame.</summary>
    public FcFrame Fc { get; init; }

    /// <summary>SOFi: the first frame of its sequence.</summary>
    public bool First { get; init; }

    public bool HasFc => FcAt != 0;

    public bool IsFromResponder => Fc.Header.FCtl.Has(FCtl.ExchangeResponder);
}
