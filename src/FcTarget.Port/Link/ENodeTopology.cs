// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

/// <summary>A topology in which each of our N_Ports has a link of its own, that needs nothing of the others'.</summary>
internal sealed class ENodeTopology : ITopology
{
    private readonly List<IENodeLink> _links = [];
    private readonly Func<LocalPort, IENodeLink> _make;
    private readonly int _vid;
    private bool _up;

    /// <param name="vlan">The VLAN in use; null: untagged frames.</param>
    /// <param name="make">Makes the link of a port.</param>
    public ENodeTopology(VlanTag? vlan, Func<LocalPort, IENodeLink> make)
    {
        _vid = vlan?.Vid ?? 0;
        _make = make;
    }

    public bool Serves(int vid) => vid == _vid;

    public void OnLink(bool up)
    {
        _up = up;
        foreach (IENodeLink link in _links) link.OnLink(up);
    }

    public void OnFip(in EthernetFrame frame, in FipMessage message)
    {
        foreach (IENodeLink link in _links) link.OnFip(frame, message);
    }

    public IFcoeReceiver? ReceiverOf(in EthernetFrame ethernet, in FcHeader header)
    {
        foreach (IENodeLink link in _links)
            if (link.IsForUs(ethernet, header.DId)) return link;
        return null;
    }

    public IVirtualLink Attach(LocalPort local)
    {
        IENodeLink link = _make(local);
        _links.Add(link);
        if (_up) link.OnLink(true);
        return link;
    }

    public void Detach(LocalPort local)
    {
        if (local.Link is not IENodeLink link || !_links.Remove(link)) return;
        if (_up) link.OnLink(false); // its timers end
    }

    public void Leave()
    {
        // Each link has left by itself.
    }
}
