// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

/// <summary>
/// An FC-4 function of an N_Port: FCP as target or as initiator. The local port does logins and link services and knows nothing of
/// FCP; it hands over the frames of exchanges in which this function is the responder, or the originator.
/// </summary>
public interface IFc4
{
    /// <summary>True: takes the exchanges that others originate. False: takes those it originates itself.</summary>
    bool IsResponder { get; }

    /// <summary>What PRLI says of this function.</summary>
    FcpServiceParameters ServiceParameters { get; }

    /// <summary>An image pair is established, possibly in place of an older one.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="theirs">The peer's FCP service parameters.</param>
    void OnImagePair(RemotePort remote, FcpServiceParameters theirs);

    /// <summary>The image pair, if there was one, is gone; nothing may be sent for it.</summary>
    void OnImageEnd(RemotePort remote);

    /// <summary>A frame of TYPE FCP of one of this function's exchanges.</summary>
    void OnFrame(RemotePort remote, in FcFrame frame);

    /// <summary>ABTS from the peer (responder) or the answer to ours (originator).</summary>
    void OnAbts(RemotePort remote, in FcFrame frame);

    /// <summary>For REC: what is known of an exchange the peer originated, null when nothing is.</summary>
    RecAccPayload? Describe(FcId originator, OxId oxId, RxId rxId);

    /// <summary>SRR: an information unit is to be sent again. Null when it will be, else why not.</summary>
    ElsReject? OnSrr(FcId originator, in SrrPayload srr);

    /// <summary>Exchanges that are open, also those of sessions that ended.</summary>
    int OpenExchanges { get; }

    /// <summary>Something is queued; it may have to wait.</summary>
    bool HasFramesToSend { get; }

    /// <summary>Puts frames into transmit slots, within a budget of its own. True when there is more to send.</summary>
    bool Transmit();
}
