// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

/// <summary>
/// What a topology is to the N_Port on it: how the port comes by its address, whom it logs in with, and how FC frames find their
/// Ethernet addresses. One implementation a topology.
/// </summary>
internal interface IVirtualLink
{
    /// <summary>The Ethernet link went up or down.</summary>
    void OnLink(bool up);

    /// <summary>A FIP frame.</summary>
    void OnFip(in EthernetFrame frame, in FipMessage message);

    /// <summary>Whether an FCoE frame is addressed to this port.</summary>
    bool IsForUs(in EthernetFrame ethernet, FcId destination);

    /// <summary>Where FCoE frames to a port go.</summary>
    LinkAddress AddressOf(FcId peer);

    /// <summary>Sends an ELS in a FIP frame, if that is how the topology carries it. False: it goes as any FC frame does.</summary>
    /// <param name="header">FC header; its S_ID and D_ID are final.</param>
    /// <param name="payload">The ELS.</param>
    /// <param name="answers">For an answer, the FIP descriptor its request came in; null for a request of ours, or one that came in FCoE.</param>
    /// <param name="answerTo">For an answer in FIP, the ENode MAC address its request came from.</param>
    bool TrySendFip(FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo);

    /// <summary>FLOGI from another N_Port.</summary>
    void OnFlogi(in ElsRequest request);

    /// <summary>Begins, or begins again, the login with a peer.</summary>
    void BeginLogin(RemotePort remote);
}

/// <summary>An ELS request as it came in.</summary>
internal readonly ref struct ElsRequest
{
    public required FcHeader Header { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The FIP descriptor it came in, so that its answer goes back in one; null when it came in FCoE.</summary>
    public FipDescriptorType? Fip { get; init; }

    /// <summary>Source MAC address of the Ethernet frame it came in.</summary>
    public MacAddress SourceMac { get; init; }
}
