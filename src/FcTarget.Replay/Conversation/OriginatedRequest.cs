// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Replay.Conversation;

/// <summary>A request that a target began, the captured one or ours: a login, a registration, a logout.</summary>
/// <param name="Header">FC header, as it was sent.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Kind">TYPE and command.</param>
/// <param name="Carrier">The FIP descriptor it went in; 0 for FCoE.</param>
/// <param name="Name">What the report calls it, without whose it is.</param>
/// <param name="Frame">The frame of the capture; 0 for one of ours.</param>
/// <param name="Time">When it was sent, in nanoseconds since 1970.</param>
internal sealed record OriginatedRequest(FcHeader Header, byte[] Payload, uint Kind, FipDescriptorType Carrier, string Name, long Frame, long Time)
{
    /// <summary>Header and payload of the captured answer; null while there is none.</summary>
    public (FcHeader Header, byte[] Payload)? Answer { get; set; }

    /// <summary>Compared, or known to have no counterpart.</summary>
    public bool IsDone { get; set; }
}
