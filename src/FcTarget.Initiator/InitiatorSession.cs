// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Initiator;

/// <summary>An FCP image pair in which we are the initiator, from PRLI to its end.</summary>
internal sealed class InitiatorSession(RemotePort remote)
{
    public RemotePort Remote => remote;
}
