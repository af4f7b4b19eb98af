// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

/// <summary>A virtual link with an F_Port at its other end, as the login with the fabric needs it.</summary>
internal interface IFabricLink : IVirtualLink
{
    /// <summary>FLOGI, or FDISC for a further N_Port on a link that has logged in.</summary>
    ElsCommand LoginCommand { get; }

    /// <summary>The fabric's LS_ACC has come. False: what came with it cannot be used, and the login counts as failed.</summary>
    bool OnLoginAccepted(FcId id) => true;

    /// <summary>FLOGI or FDISC was refused, or not answered.</summary>
    /// <param name="timesInARow">How often by now.</param>
    void OnLoginFailed(int timesInARow)
    {
    }

    /// <summary>The login is over; the N_Port_ID is about to go.</summary>
    void OnOffline()
    {
    }
}
