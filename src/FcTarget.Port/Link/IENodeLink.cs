// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;

namespace FcTarget.Port;

/// <summary>The virtual link of one N_Port that takes its Ethernet frames itself.</summary>
internal interface IENodeLink : IVirtualLink, IFcoeReceiver
{
    /// <inheritdoc cref="ITopology.OnLink"/>
    void OnLink(bool up);

    /// <inheritdoc cref="ITopology.OnFip"/>
    void OnFip(in EthernetFrame frame, in FipMessage message);

    /// <summary>Whether an FCoE frame is addressed to this port.</summary>
    bool IsForUs(in EthernetFrame ethernet, FcId destination);
}
