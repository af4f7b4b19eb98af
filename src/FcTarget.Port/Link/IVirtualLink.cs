// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

/// <summary>
/// What a topology is to one N_Port on it: how the port comes by its address, whom it logs in with, and how FC frames find their
/// Ethernet addresses. All calls on the port loop.
/// </summary>
public interface IVirtualLink
{
    /// <summary>Where FCoE frames to a port go.</summary>
    LinkAddress AddressOf(FcId peer);

    /// <summary>N_Port_Name of the port that has an address now, as the topology itself knows it; None where it does not.</summary>
    Wwn NameOf(FcId peer) => Wwn.None;

    /// <summary>
    /// Carries a sequence of a link service or of a generic service in another way than as FCoE frames: an ELS in a FIP frame, anything
    /// to a port that is not beyond the wire. False: it goes as any FC frame does.
    /// </summary>
    /// <param name="header">FC header; its S_ID and D_ID are final.</param>
    /// <param name="payload">The payload, at most one frame long.</param>
    /// <param name="answers">For an answer, the FIP descriptor its request came in; null for a request of ours, or one that came in FCoE.</param>
    /// <param name="answerTo">For an answer in FIP, the ENode MAC address its request came from.</param>
    bool TryCarry(FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo);

    /// <summary>FLOGI from another N_Port.</summary>
    void OnFlogi(in ElsRequest request);

    /// <summary>Begins, or begins again, the login with a peer.</summary>
    void BeginLogin(RemotePort remote);

    /// <summary>The port has logged out of its peers and is about to go: time to leave the topology, too.</summary>
    void Leave();

    /// <summary>After <see cref="Leave"/>: nothing is left to say.</summary>
    bool HasLeft => true;

    /// <summary>The logins of other N_Ports of ours hang on this one's.</summary>
    bool CarriesOthers => false;
}

/// <summary>An ELS request as it came in.</summary>
public readonly ref struct ElsRequest
{
    public required FcHeader Header { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The FIP descriptor it came in, so that its answer goes back in one; null when it came in FCoE.</summary>
    public FipDescriptorType? Fip { get; init; }

    /// <summary>Source MAC address of the Ethernet frame it came in.</summary>
    public MacAddress SourceMac { get; init; }
}
