// SPDX-License-Identifier: MIT

using FcTarget.Stmf;

namespace FcTarget.Port;

/// <summary>An FCP image pair in which we are the target: the I_T nexus of one initiator port, from PRLI to its end.</summary>
internal sealed class FcpSession
{
    public FcpSession(RemotePort remote, ItNexus nexus, bool confirms)
    {
        Flow = confirms ? new ReadFlow() : null;
        Remote = remote;
        Nexus = nexus;
    }

    public RemotePort Remote { get; }

    public ItNexus Nexus { get; }

    /// <summary>Flow control of read data; null when PRLI did not allow confirmed completion.</summary>
    public ReadFlow? Flow { get; }

    /// <summary>Once closed nothing is sent for the exchanges that are left.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Exchanges of this session that are open.</summary>
    public int OpenExchanges { get; set; }
}
