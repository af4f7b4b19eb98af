// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

/// <summary>
/// Who is on a wire and what we play there: takes the FIP frames, says whose the FCoE frames are, and joins our N_Ports to the others.
/// One a wire; all calls on its port loop.
/// </summary>
public interface ITopology
{
    /// <summary>Whether frames of this VLAN are of interest; 0: untagged and priority-tagged ones.</summary>
    bool Serves(int vid);

    /// <summary>The Ethernet link went up or down.</summary>
    void OnLink(bool up);

    /// <summary>A FIP frame that is well formed as a whole; its descriptors have not been looked at.</summary>
    void OnFip(in EthernetFrame frame, in FipMessage message);

    /// <summary>
    /// Who takes an FCoE frame; null: nobody here, and it is counted as not for us. Asked before the CRC is verified, which on a shared
    /// Ethernet would be wasted on most frames: <paramref name="header"/> may be damaged, and nothing may be learnt from it.
    /// </summary>
    IFcoeReceiver? ReceiverOf(in EthernetFrame ethernet, in FcHeader header);

    /// <summary>Joins an N_Port of ours. When the link is up, its login begins at once.</summary>
    IVirtualLink Attach(LocalPort local);

    /// <summary>Lets go of an N_Port of ours, which has lost its address.</summary>
    void Detach(LocalPort local);

    /// <summary>All of our N_Ports have left; the wire is about to go.</summary>
    void Leave();
}

/// <summary>Takes FCoE frames.</summary>
public interface IFcoeReceiver
{
    /// <summary>A class 3 frame, whole and with the right CRC. The spans live only for the call.</summary>
    void OnFrame(in EthernetFrame ethernet, in FcoeFrame fcoe, in FcFrame frame);

    /// <summary>
    /// What a class 2 frame is answered with, whole and with the right CRC: nobody here has that class. Null, and counted, when it does
    /// not come from the port it names: then somebody else would hear the answer.
    /// </summary>
    LinkReject? RejectionOf(in EthernetFrame ethernet, in FcHeader header) => LinkReject.ByNPort;
}
