// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>
/// An N_Port of ours behind the fabric, and the F_Port it is plugged into. What it says to the fabric stays in the process; FCP goes
/// between it and the wire as in every other topology, from the FCF's MAC address to the host's VN_Port MAC address.
/// </summary>
internal sealed class SwitchLink : IFabricLink, IFabricCarrier
{
    private readonly SwitchTopology _topology;
    private readonly FabricSession _session;

    public SwitchLink(SwitchTopology topology, LocalPort local)
    {
        _topology = topology;
        Local = local;
        _session = new FabricSession(local, this);
    }

    public LocalPort Local { get; }

    /// <summary>The N_Port as the fabric knows it; null while it is not logged in.</summary>
    public FabricPort? Port { get; private set; }

    /// <summary>Counts how often the link went down: frames of an earlier life are not delivered.</summary>
    public int Life { get; private set; }

    public void OnLink(bool up)
    {
        if (up)
        {
            _session.Begin();
            return;
        }
        _session.End();
        Life++;
        EndLogin();
    }

    /// <summary>The N_Port is no longer plugged in.</summary>
    public void Unplug()
    {
        OnLink(false);
        _session.Dispose();
    }

    // ---- IVirtualLink: the N_Port's side --------------------------------------------------------------------------

    public LinkAddress AddressOf(FcId peer) => _topology.Fabric.Find(peer)?.Attachment is VirtualLink link ? link.Address : default;

    public Wwn NameOf(FcId peer) => _topology.Fabric.Find(peer)?.PortName ?? Wwn.None;

    public bool TryCarry(FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo)
    {
        if (!header.DId.IsWellKnown)
        {
            FabricPort? to = _topology.Fabric.Find(header.DId);
            if (to?.Attachment is VirtualLink && Port is not null && _topology.Fabric.MayTalk(Port, to)) return false;
            if (to?.Attachment is not SwitchLink)
            {
                if (to is null) _topology.Fcf.Counters.DestinationUnknown++;
                else _topology.Fcf.Counters.ZoneDenied++;
                return true;
            }
        }
        _topology.Queue.Post(this, toFabric: true, header, payload);
        return true;
    }

    public void OnFlogi(in ElsRequest request) => Local.Reject(request, ElsReject.CommandNotSupported);

    public void BeginLogin(RemotePort remote) => _session.BeginLogin(remote);

    public void Leave() => _session.Leave();

    public bool HasLeft => _session.HasLeft;

    public ElsCommand LoginCommand => ElsCommand.Flogi;

    // ---- the F_Port -----------------------------------------------------------------------------------------------

    /// <summary>FLOGI or LOGO to the F_Port controller.</summary>
    public void OnRequestToFPort(in FcFrame frame, ElsCommand command)
    {
        if (command == ElsCommand.Logo)
        {
            LsAccPayload accept = LsAccPayload.Accept;
            Reply(frame.Header, frame.Header.SId, WireBytes.Of(accept));
            EndLogin();
            return;
        }
        EndLogin();
        if (!ElsPayload.TryRead(frame.Payload, out LoginPayload login))
        {
            Reject(frame.Header, ElsReject.InvalidPayloadLength);
        }
        else if (!_topology.Fabric.TryLogin(login, parent: null, this, sameAttachment: false, out FabricPort port, out ElsReject reject))
        {
            Reject(frame.Header, reject);
        }
        else
        {
            Port = port;
            port.Attachment = this;
            LoginPayload accept = _topology.Fabric.AcceptFor(port, login);
            Reply(frame.Header, port.Id, WireBytes.Of(accept));
        }
    }

    void IFabricCarrier.Send(FabricPort to, FcHeader header, ReadOnlySpan<byte> payload) => _topology.Queue.Post(this, toFabric: false, header, payload);

    private void EndLogin()
    {
        if (Port is not { } port) return;
        Port = null;
        _topology.Fabric.Logout(port);
        port.Attachment = null;
    }

    private void Reject(in FcHeader request, ElsReject reason)
    {
        LsRjtPayload reject = new(reason);
        Reply(request, request.SId, WireBytes.Of(reject));
    }

    private void Reply(in FcHeader request, FcId to, ReadOnlySpan<byte> payload) => _topology.Queue.Post(this, toFabric: false, new FcHeader
    {
        RCtl = RCtl.ElsReply,
        DId = to,
        SId = FcId.FPortController,
        Type = FcType.Els,
        FCtl = FCtlValues.ElsReply,
        OxId = request.OxId,
        RxId = request.RxId,
    }, payload);
}
