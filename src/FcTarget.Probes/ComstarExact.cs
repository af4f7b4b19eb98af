// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

// COMSTAR EXACT - theory of operation
//   Job      Turn what the port fires, which is what the interface documents, into what COMSTAR's FCoE target shows: the same probes without
//            those it leaves out, with the strings it does not know yet, in its order. docs/probes.md lists the differences.
//   Where    Between the provider's methods and its listeners, so that the port knows nothing of it and no listener can tell.
//   State    What COMSTAR has written into its strings by now: two flags in each PortProbeInfo. They follow the logins, so the provider
//            keeps the login probes enabled while this is on.
//   Proof    ComstarExactTests

/// <summary>What COMSTAR makes of a firing.</summary>
internal static unsafe class ComstarExact
{
    /// <summary>What the translation must hear of, traced or not.</summary>
    public const FcProbeSet Needs =
        FcProbeSet.FabricLoginEnd | FcProbeSet.RportLoginStart | FcProbeSet.RportLoginEnd | FcProbeSet.RportLogoutEnd;

    private const uint ManagementServer = 0xFFFFFA, NameServer = 0xFFFFFC, FabricController = 0xFFFFFD;
    private const byte TaskAborted = 0x40;

    /// <summary>Passes the event on as COMSTAR would show it, or not at all, or others in its place.</summary>
    /// <param name="e">As the port fired it.</param>
    /// <param name="local">The local port.</param>
    /// <param name="remote">The remote port; null where there is none.</param>
    /// <param name="provider">Gets what is to be seen.</param>
    public static void Translate(in FcProbeEvent e, PortProbeInfo local, PortProbeInfo? remote, FcProvider provider)
    {
        switch (e.Probe)
        {
            case FcProbe.FabricLoginStart: // the FCoE port logs in below the layer that has the probes
            case FcProbe.LinkUp: // comes when that login is done
            case FcProbe.RportLoginStart or FcProbe.RportLoginEnd or FcProbe.RportLogoutStart or FcProbe.RportLogoutEnd
                when e.Remote->fcp_port_hard_address == ManagementServer: // COMSTAR registers no FDMI
            case FcProbe.RportLoginEnd when !ShowsLoginEnd(e, local, remote):
            case FcProbe.ScsiCommand when IsRefused(e.Facts):
            case FcProbe.ScsiResponse when IsRefused(e.Facts) || IsAutoStatus(e) || e.Facts->ScsiStatus == TaskAborted:
            case FcProbe.XferDone when IsAutoStatus(e):
                return;
            case FcProbe.FabricLoginEnd:
                if (e.Status == FcLoginStatus.LinkLost) return; // the link said so itself
                Show(new FcProbeEvent { Probe = FcProbe.LinkDown, Conn = e.Conn }, local, null, provider);
                if (e.Status == FcLoginStatus.Success) Show(new FcProbeEvent { Probe = FcProbe.LinkUp, Conn = e.Conn }, local, null, provider);
                return;
            case FcProbe.RportLoginStart when IsNameServer(e) && !local.HasController:
                local.HasController = true;
                ShowController(e, FcProbe.RportLoginStart, FcProbe.RportLoginEnd, local, remote, provider);
                Show(e, local, remote, provider);
                return;
            case FcProbe.RportLogoutEnd when IsNameServer(e) && local.HasController:
                local.HasController = false;
                Show(e, local, remote, provider);
                ShowController(e, FcProbe.RportLogoutStart, FcProbe.RportLogoutEnd, local, remote, provider);
                return;
            default:
                Show(e, local, remote, provider);
                return;
        }
    }

    private static bool IsNameServer(in FcProbeEvent e) => e.Solicited != 0 && e.Remote->fcp_port_hard_address == NameServer;

    /// <summary>
    /// Before it logs in to the name server COMSTAR makes a login with the Fabric Controller, for SCR, without a frame; the port here needs
    /// none. It ends when that with the name server ends.
    /// </summary>
    private static void ShowController(
        in FcProbeEvent e, FcProbe first, FcProbe second, PortProbeInfo local, PortProbeInfo? remote, FcProvider provider)
    {
        FcPortInfo controller = *e.Remote;
        controller.fcp_port_hard_address = FabricController;
        Show(e with { Probe = first, Remote = &controller }, local, remote, provider);
        Show(e with { Probe = second, Remote = &controller }, local, remote, provider);
    }

    /// <summary>Success shows for an implicit login only, and that is the Fabric Controller's; an accepted PLOGI teaches COMSTAR the names.</summary>
    private static bool ShowsLoginEnd(in FcProbeEvent e, PortProbeInfo local, PortProbeInfo? remote)
    {
        if (e.Status != FcLoginStatus.Success) return true;
        uint id = e.Remote->fcp_port_hard_address;
        if (e.Solicited == 0) local.HasNames = remote!.HasNames = true;
        else if (id == NameServer) local.HasAlias = true; // registered there
        else if (id == FabricController) local.HasController = true;
        return id == FabricController;
    }

    /// <summary>A command that got no exchange: no task, no probe.</summary>
    private static bool IsRefused(FcCommandFacts* facts) => facts->RxId == 0xFFFF;

    /// <summary>A READ whose data fits one buffer: its status goes with the data, and neither the end of the one nor the other is shown.</summary>
    private static bool IsAutoStatus(in FcProbeEvent e)
    {
        const byte Read6 = 0x08, Read10 = 0x28, Read16 = 0x88, Read12 = 0xA8;
        if (e.Command->ic_cdb[0] is not (Read6 or Read10 or Read16 or Read12) || e.Facts->TaskManagementFlags != 0) return false;
        if (e.Xfer != null) return e.Xfer->fcx_offset == 0 && e.Xfer->fcx_len == e.Facts->ExpectedLength;
        return e.Facts->Transfers == 1 && e.Facts->ScsiStatus == 0 && e.Facts->RspCode == 0 && e.Facts->ResidualKind == FcResidual.None;
    }

    private static void Show(in FcProbeEvent e, PortProbeInfo local, PortProbeInfo? remote, FcProvider provider)
    {
        // An ABTS shows its probe before the command's remote port is looked up.
        bool hasRemote = remote is { HasNames: true } && e.Probe != FcProbe.AbtsReceive;
        ConnInfo conn = new()
        {
            ci_local = local.HasNames ? e.Conn->ci_local : NativeText.Unknown,
            ci_remote = hasRemote ? e.Conn->ci_remote : NativeText.Unknown,
            ci_protocol = e.Conn->ci_protocol,
        };
        FcPortInfo localInfo = *local.Info, remoteInfo = e.Remote == null ? default : *e.Remote;
        if (!local.HasNames) localInfo.fcp_node_wwn = NativeText.Unknown;
        if (!local.HasAlias) localInfo.fcp_sym_port_name = NativeText.Unknown;
        if (remote is { HasNames: false }) remoteInfo.fcp_node_wwn = NativeText.Unknown;
        FcXferInfo xfer = e.Xfer == null ? default : *e.Xfer;
        if (e.Probe == FcProbe.XferStart && IsAutoStatus(e)) xfer.fcx_flags |= (ushort)FcXferFlags.SendStatusGood;
        if (e.Probe == FcProbe.XferDone) xfer.fcx_flags |= (ushort)FcXferFlags.DontReuse;
        provider.Deliver(new FcProbeEvent
        {
            Probe = e.Probe,
            Conn = &conn,
            Local = e.Local == null ? null : &localInfo,
            Command = e.Command,
            Remote = e.Remote == null ? null : &remoteInfo,
            Xfer = e.Xfer == null ? null : &xfer,
            Solicited = e.Solicited,
            Status = 0, // an int; its codes are in the upper half of 64 bits
            AffectedId = e.AffectedId,
            Facts = e.Facts,
        });
    }
}
