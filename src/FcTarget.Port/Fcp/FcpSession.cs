// SPDX-License-Identifier: MIT

using FcTarget.Formats.LinkServices;
using FcTarget.Stmf;

namespace FcTarget.Port;

/// <summary>An FCP image pair in which we are the target: the I_T nexus of one initiator port, from PRLI to its end.</summary>
internal sealed class FcpSession
{
    /// <param name="remote">The initiator.</param>
    /// <param name="nexus">The nexus.</param>
    /// <param name="theirs">What the initiator said in PRLI.</param>
    public FcpSession(RemotePort remote, ItNexus nexus, FcpServiceParameters theirs)
    {
        Flow = (theirs & FcpServiceParameters.ConfirmedCompletionAllowed) != 0 ? new ReadFlow() : null;
        Sent = (theirs & FcpServiceParameters.Retry) != 0 ? new SentResponses() : null;
        Remote = remote;
        Nexus = nexus;
    }

    public RemotePort Remote { get; }

    public ItNexus Nexus { get; }

    /// <summary>Flow control of read data; null when PRLI did not allow confirmed completion.</summary>
    public ReadFlow? Flow { get; }

    /// <summary>Responses it may ask for again; null when PRLI did not agree on retransmission (RETRY).</summary>
    public SentResponses? Sent { get; }

    /// <summary>Once closed nothing is sent for the exchanges that are left.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Exchanges of this session that are open.</summary>
    public int OpenExchanges { get; set; }
}
