// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

// PROVIDER fc - theory of operation
//   Job      Carry the firings of the fc probes from the ports to whoever listens.
//   Owner    Nobody: ports fire on their own loops; Attach and Detach may come from any thread at any time.
//   Cost     Off: the caller's IsEnabled is one load and one bit test, and no argument is made. On: a walk over the attachments,
//            an immutable array that Attach and Detach replace.
//   Always   _enabled is the union of what the attachments ask for. Arguments point to native memory or to the caller's stack.
//   Read     PSARC 2009/291, docs/probes.md
//   Proof    FcProviderTests

/// <summary>
/// Provider <c>fc</c>, one method per probe. Callers ask <see cref="IsEnabled"/> first; firing a probe nobody listens to does nothing.
/// </summary>
public sealed unsafe class FcProvider
{
    private readonly Lock _writers = new();
    private volatile Attachment[] _attachments = [];
    private volatile uint _enabled;

    /// <summary>Whether anybody listens to <paramref name="probe"/>: to be asked before its arguments are made.</summary>
    public bool IsEnabled(FcProbe probe) => (_enabled & (1u << (int)probe)) != 0;

    /// <summary>Sends the probes of <paramref name="which"/> to <paramref name="sink"/>; again with another set replaces the set.</summary>
    public void Attach(IFcProbeSink sink, FcProbeSet which = FcProbeSet.All)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_writers) Replace([.. Without(sink), new Attachment(sink, which)]);
    }

    /// <summary>Ends the sink's attachment. A firing that had begun may still reach it.</summary>
    public void Detach(IFcProbeSink sink)
    {
        lock (_writers) Replace([.. Without(sink)]);
    }

    /// <summary><c>link-up(conninfo_t *)</c>: the link came up; <paramref name="conn"/> has no remote port.</summary>
    public void LinkUp(ConnProbeInfo conn) =>
        Fire(new FcProbeEvent { Probe = FcProbe.LinkUp, Conn = conn.Info });

    /// <summary><c>link-down(conninfo_t *)</c>: the link went down.</summary>
    public void LinkDown(ConnProbeInfo conn) =>
        Fire(new FcProbeEvent { Probe = FcProbe.LinkDown, Conn = conn.Info });

    /// <summary><c>fabric-login-start(conninfo_t *, fc_port_info_t *local)</c>: a FLOGI is about to be sent or answered.</summary>
    public void FabricLoginStart(ConnProbeInfo conn, PortProbeInfo local) =>
        Fire(new FcProbeEvent { Probe = FcProbe.FabricLoginStart, Conn = conn.Info, Local = local.Info });

    /// <summary><c>fabric-login-end(conninfo_t *, fc_port_info_t *local)</c>, and how it ended.</summary>
    /// <param name="status">See <see cref="FcLoginStatus"/>; a further fact, not a documented argument.</param>
    public void FabricLoginEnd(ConnProbeInfo conn, PortProbeInfo local, int status) =>
        Fire(new FcProbeEvent { Probe = FcProbe.FabricLoginEnd, Conn = conn.Info, Local = local.Info, Status = status });

    /// <summary><c>rport-login-start(conninfo_t *, fc_port_info_t *local, fc_port_info_t *remote, int solicited)</c>: a PLOGI.</summary>
    public void RportLoginStart(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited) =>
        FireRport(FcProbe.RportLoginStart, conn, local, remote, solicited, FcLoginStatus.Success);

    /// <summary><c>rport-login-end(..., int solicited, int status)</c>: that PLOGI was answered, or will not be.</summary>
    /// <param name="status">See <see cref="FcLoginStatus"/>.</param>
    public void RportLoginEnd(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited, int status) =>
        FireRport(FcProbe.RportLoginEnd, conn, local, remote, solicited, status);

    /// <summary><c>rport-logout-start(conninfo_t *, fc_port_info_t *local, fc_port_info_t *remote, int solicited)</c>: LOGO, sent, received or implied.</summary>
    public void RportLogoutStart(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited) =>
        FireRport(FcProbe.RportLogoutStart, conn, local, remote, solicited, FcLoginStatus.Success);

    /// <summary><c>rport-logout-end</c>, same arguments: the session is gone.</summary>
    public void RportLogoutEnd(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited) =>
        FireRport(FcProbe.RportLogoutEnd, conn, local, remote, solicited, FcLoginStatus.Success);

    /// <summary>
    /// <c>scsi-command(conninfo_t *, fc_port_info_t *local, scsicmd_t *, fc_port_info_t *remote)</c>: FCP_CMND taken in, before it is routed.
    /// Task management fires it too, with the CDB as received.
    /// </summary>
    public void ScsiCommand(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcCommandFacts facts) =>
        FireCommand(FcProbe.ScsiCommand, conn, local, remote, in cmd, in facts);

    /// <summary><c>scsi-response</c>, same arguments: FCP_RSP is about to be sent.</summary>
    public void ScsiResponse(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcCommandFacts facts) =>
        FireCommand(FcProbe.ScsiResponse, conn, local, remote, in cmd, in facts);

    /// <summary><c>xfer-start(..., fc_xferinfo_t *)</c>: before the first frame of read data, or FCP_XFER_RDY.</summary>
    public void XferStart(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcXferInfo xfer, in FcCommandFacts facts) =>
        FireXfer(FcProbe.XferStart, conn, local, remote, in cmd, in xfer, in facts);

    /// <summary><c>xfer-done</c>, same arguments: the last frame is out, the last byte is in, or the transfer was given up.</summary>
    public void XferDone(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcXferInfo xfer, in FcCommandFacts facts) =>
        FireXfer(FcProbe.XferDone, conn, local, remote, in cmd, in xfer, in facts);

    /// <summary><c>rscn-receive(conninfo_t *, int affected)</c>, once per page of the RSCN.</summary>
    /// <param name="affectedId">24-bit port id, without the address format bits.</param>
    public void RscnReceive(ConnProbeInfo conn, PortProbeInfo local, uint affectedId) =>
        Fire(new FcProbeEvent { Probe = FcProbe.RscnReceive, Conn = conn.Info, Local = local.Info, AffectedId = affectedId });

    /// <summary><c>abts-receive(conninfo_t *, fc_port_info_t *local, fc_port_info_t *remote)</c>, before anything is aborted.</summary>
    public void AbtsReceive(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in FcCommandFacts facts)
    {
        fixed (FcCommandFacts* f = &facts)
            Fire(new FcProbeEvent { Probe = FcProbe.AbtsReceive, Conn = conn.Info, Local = local.Info, Remote = remote.Info, Facts = f });
    }

    private void FireRport(FcProbe probe, ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited, int status) =>
        Fire(new FcProbeEvent
        {
            Probe = probe,
            Conn = conn.Info,
            Local = local.Info,
            Remote = remote.Info,
            Solicited = solicited ? 1 : 0,
            Status = status,
        });

    private void FireCommand(FcProbe probe, ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcCommandFacts facts)
    {
        fixed (ScsiCmd* c = &cmd)
        fixed (FcCommandFacts* f = &facts)
            Fire(new FcProbeEvent { Probe = probe, Conn = conn.Info, Local = local.Info, Command = c, Remote = remote.Info, Facts = f });
    }

    private void FireXfer(
        FcProbe probe, ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcXferInfo xfer, in FcCommandFacts facts)
    {
        fixed (ScsiCmd* c = &cmd)
        fixed (FcXferInfo* x = &xfer)
        fixed (FcCommandFacts* f = &facts)
            Fire(new FcProbeEvent { Probe = probe, Conn = conn.Info, Local = local.Info, Command = c, Remote = remote.Info, Xfer = x, Facts = f });
    }

    private void Fire(in FcProbeEvent e)
    {
        uint bit = 1u << (int)e.Probe;
        foreach (Attachment attachment in _attachments)
            if (((uint)attachment.Which & bit) != 0) attachment.Sink.OnProbe(in e);
    }

    private IEnumerable<Attachment> Without(IFcProbeSink sink) => _attachments.Where(a => !ReferenceEquals(a.Sink, sink));

    /// <summary>The only place that writes the two fields; <see cref="_writers"/> is held.</summary>
    private void Replace(Attachment[] attachments)
    {
        uint enabled = 0;
        foreach (Attachment a in attachments) enabled |= (uint)a.Which;
        _attachments = attachments;
        _enabled = enabled;
    }

    private readonly record struct Attachment(IFcProbeSink Sink, FcProbeSet Which);
}
