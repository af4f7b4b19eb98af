// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Port;

namespace FcTarget.Initiator;

/// <summary>A target that an initiator is logged in with, as other threads know it.</summary>
/// <param name="PortName">N_Port_Name.</param>
/// <param name="NodeName">Node_Name.</param>
/// <param name="Id">N_Port_ID.</param>
/// <param name="Remote">The remote port; its members belong to the loop.</param>
public sealed record InitiatorTarget(Wwn PortName, Wwn NodeName, FcId Id, RemotePort Remote)
{
    internal static InitiatorTarget Of(RemotePort remote) => new(remote.PortName, remote.NodeName, remote.Id, remote);

    public override string ToString() => $"{PortName.ToColonString()} at {Id}";
}
