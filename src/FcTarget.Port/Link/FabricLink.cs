// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

/// <summary>
/// A VN_Port of an ENode: its virtual link to the FCF and its login. FLOGI, FDISC and LOGO to the fabric travel in FIP frames between
/// ENode and FCF, everything else in FCoE frames between the VN_Port's MAC address and the FCF.
/// </summary>
internal sealed class FabricLink : IFabricLink, IFcoeReceiver
{
    /// <summary>FC-BB-6: how often a VN_Port says that it is still there.</summary>
    internal static readonly TimeSpan VnPortKeepAlivePeriod = TimeSpan.FromSeconds(90);

    /// <summary>Refused so often, another FCF is tried, if there is one.</summary>
    private const int Patience = 3;

    private readonly FabricTopology _topology;
    private readonly LoopTimer _keepAlive;

    /// <param name="topology">The ENode.</param>
    /// <param name="local">The N_Port.</param>
    /// <param name="isFirst">It logs in with FLOGI, the others behind it with FDISC.</param>
    public FabricLink(FabricTopology topology, LocalPort local, bool isFirst)
    {
        _topology = topology;
        Local = local;
        IsFirst = isFirst;
        _keepAlive = new LoopTimer(local.Loop.Timers, KeepAlive);
        Session = new FabricSession(local, this);
    }

    public LocalPort Local { get; }

    public bool IsFirst { get; }

    public FabricSession Session { get; }

    /// <summary>The VN_Port's MAC address; None while it has none.</summary>
    public MacAddress Mac { get; private set; }

    /// <summary>The MAC address that came with the answer to FLOGI or FDISC.</summary>
    public MacAddress GrantedMac { get; set; }

    public ElsCommand LoginCommand => IsFirst ? ElsCommand.Flogi : ElsCommand.Fdisc;

    public bool HasLeft => Session.HasLeft;

    public bool CarriesOthers => IsFirst && _topology.HasOthers(this);

    public void OnFrame(in EthernetFrame ethernet, in FcoeFrame fcoe, in FcFrame frame) =>
        Local.OnFrame(frame, fcoe.Sof.InitiatesSequence(), ethernet.Source, fip: null);

    public LinkAddress AddressOf(FcId peer) => new(_topology.FcfMac, Mac, _topology.Tag);

    public bool TryCarry(FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo)
    {
        if (_topology.FcfMac == MacAddress.None) return true; // there is nobody to carry it to
        if (header.RCtl != RCtl.ElsRequest || header.DId != FcId.FPortController) return false;
        FipDescriptorType? descriptor = (ElsCommand)payload[0] switch
        {
            ElsCommand.Flogi => FipDescriptorType.Flogi,
            ElsCommand.Fdisc => FipDescriptorType.Fdisc,
            ElsCommand.Logo => FipDescriptorType.Logo,
            _ => null,
        };
        if (descriptor is not { } type) return false;
        _topology.SendLinkService(this, type, header, payload);
        return true;
    }

    public void OnFlogi(in ElsRequest request) => Local.Reject(request, ElsReject.CommandNotSupported);

    public void BeginLogin(RemotePort remote) => Session.BeginLogin(remote);

    public void Leave() => Session.Leave();

    public bool OnLoginAccepted(FcId id)
    {
        if (!_topology.IsGrantOf(id, GrantedMac))
        {
            Local.Counters.MacGrantsRefused++;
            return false;
        }
        Mac = GrantedMac;
        _topology.OnLoggedIn(this, id);
        _keepAlive.Set(VnPortKeepAlivePeriod);
        return true;
    }

    public void OnLoginFailed(int timesInARow)
    {
        if (IsFirst && timesInARow % Patience == 0) _topology.OnRefused();
    }

    public void OnOffline()
    {
        _keepAlive.Cancel();
        _topology.OnLoggedOut(this);
        Mac = MacAddress.None;
    }

    private void KeepAlive()
    {
        _keepAlive.Set(VnPortKeepAlivePeriod);
        _topology.SendKeepAlive(this);
    }
}
