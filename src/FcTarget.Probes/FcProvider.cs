// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FcTarget.Probes.Usdt;

namespace FcTarget.Probes;

// PROVIDER fc - theory of operation
//   Job      Carry the firings of the fc probes from the ports to whoever listens.
//   Owner    Nobody: ports fire on their own loops; Attach and Detach may come from any thread at any time.
//   Cost     Off: the caller's IsEnabled is one test of a word and one branch, and no argument is made. On: a walk over the attachments,
//            an immutable array that Attach and Detach replace.
//   Gates    A word for each probe, not zero if anybody wants it: its upper half is ours (does an attachment ask for it?), its lower half is
//            the semaphore in which the kernel counts the tracers of the USDT probe. Without USDT the words are an array of ours.
//   Always   The upper halves are the union of what the attachments ask for. Arguments point to native memory or to the caller's stack.
//   Read     PSARC 2009/291, docs/probes.md
//   Proof    FcProviderTests

/// <summary>
/// Provider <c>fc</c>, one method per probe. Callers ask <see cref="IsEnabled"/> first; firing a probe nobody listens to does nothing.
/// </summary>
public sealed unsafe class FcProvider
{
    /// <summary>The AppContext switch that takes the probes out of the process for good: what is left of them is what the JIT leaves.</summary>
    public const string DisabledSwitch = "FcTarget.Probes.Disabled";

    private static readonly bool Disabled = AppContext.TryGetSwitch(DisabledSwitch, out bool disabled) && disabled;

    private readonly Lock _writers = new();
    private readonly uint[] _ownGates = GC.AllocateArray<uint>(FcProbeNames.Count, pinned: true);
    private readonly bool _comstarExact;
    private uint* _gates;
    private volatile Attachment[] _attachments = [];
    private volatile UsdtProbes? _usdt;

    /// <param name="comstarExact">Shows what COMSTAR shows instead of what the interface documents: see docs/probes.md.</param>
    public FcProvider(bool comstarExact = false)
    {
        _comstarExact = comstarExact;
        _gates = OwnGates;
        Replace([]);
    }

    private uint* OwnGates => (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_ownGates));

    /// <summary>Whether anybody listens to <paramref name="probe"/>: to be asked before its arguments are made.</summary>
    public bool IsEnabled(FcProbe probe) => !Disabled && Volatile.Read(ref _gates[(int)probe]) != 0;

    /// <summary>Lets tracers of the system see this provider's probes.</summary>
    /// <param name="usdt">The probe library; it serves one provider at a time.</param>
    public void Connect(UsdtProbes usdt)
    {
        ArgumentNullException.ThrowIfNull(usdt);
        lock (_writers)
        {
            if (_usdt is not null || !usdt.TryClaim()) throw new InvalidOperationException("A probe library serves one provider, and a provider has one library.");
            _usdt = usdt;
            _gates = usdt.Gates;
            Replace(_attachments);
        }
    }

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

    /// <summary>Ends <see cref="Connect"/>: another provider may have the library.</summary>
    public void Disconnect()
    {
        lock (_writers)
        {
            if (_usdt is not { } usdt) return;
            _gates = OwnGates;
            _usdt = null;
            Replace(_attachments);
            usdt.Release();
        }
    }

    /// <summary><c>link-up(conninfo_t *)</c>: the link came up; <paramref name="conn"/> has no remote port.</summary>
    public void LinkUp(ConnProbeInfo conn) =>
        Fire(new FcProbeEvent { Probe = FcProbe.LinkUp, Conn = conn.Info }, conn);

    /// <summary><c>link-down(conninfo_t *)</c>: the link went down.</summary>
    public void LinkDown(ConnProbeInfo conn) =>
        Fire(new FcProbeEvent { Probe = FcProbe.LinkDown, Conn = conn.Info }, conn);

    /// <summary><c>fabric-login-start(conninfo_t *, fc_port_info_t *local)</c>: a FLOGI is about to be sent or answered.</summary>
    public void FabricLoginStart(ConnProbeInfo conn, PortProbeInfo local) =>
        Fire(new FcProbeEvent { Probe = FcProbe.FabricLoginStart, Conn = conn.Info, Local = local.Info }, conn);

    /// <summary><c>fabric-login-end(conninfo_t *, fc_port_info_t *local)</c>, and how it ended.</summary>
    /// <param name="status">See <see cref="FcLoginStatus"/>; a further fact, not a documented argument.</param>
    public void FabricLoginEnd(ConnProbeInfo conn, PortProbeInfo local, int status) =>
        Fire(new FcProbeEvent { Probe = FcProbe.FabricLoginEnd, Conn = conn.Info, Local = local.Info, Status = status }, conn);

    /// <summary><c>rport-login-start(conninfo_t *, fc_port_info_t *local, fc_port_info_t *remote, int solicited)</c>: a PLOGI.</summary>
    public void RportLoginStart(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited) =>
        FireRport(FcProbe.RportLoginStart, conn, local, remote, solicited, FcLoginStatus.Success);

    /// <summary><c>rport-login-end(..., int solicited, int status)</c>: that PLOGI was answered, or will not be.</summary>
    /// <param name="status">See <see cref="FcLoginStatus"/>.</param>
    public void RportLoginEnd(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited, int status) =>
        FireRport(FcProbe.RportLoginEnd, conn, local, remote, solicited, status);

    /// <summary><c>rport-logout-start(conninfo_t *, fc_port_info_t *local, fc_port_info_t *remote, int solicited)</c>: LOGO, sent, received or implied.</summary>
    /// <param name="replaced">The session ends because the remote port begins a new one, which COMSTAR does not show.</param>
    public void RportLogoutStart(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited, bool replaced = false)
    {
        if (!replaced || !_comstarExact) FireRport(FcProbe.RportLogoutStart, conn, local, remote, solicited, FcLoginStatus.Success);
    }

    /// <summary><c>rport-logout-end</c>, same arguments: the session is gone.</summary>
    /// <param name="replaced">As in <see cref="RportLogoutStart"/>.</param>
    public void RportLogoutEnd(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, bool solicited, bool replaced = false)
    {
        if (!replaced || !_comstarExact) FireRport(FcProbe.RportLogoutEnd, conn, local, remote, solicited, FcLoginStatus.Success);
    }

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
        Fire(new FcProbeEvent { Probe = FcProbe.RscnReceive, Conn = conn.Info, Local = local.Info, AffectedId = affectedId }, conn);

    /// <summary><c>abts-receive(conninfo_t *, fc_port_info_t *local, fc_port_info_t *remote)</c>, before anything is aborted.</summary>
    /// <param name="isKnown">Whether there is such an exchange; COMSTAR's FCoE port does not show it otherwise.</param>
    public void AbtsReceive(ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in FcCommandFacts facts, bool isKnown = true)
    {
        if (!isKnown && _comstarExact) return;
        fixed (FcCommandFacts* f = &facts)
            Fire(new FcProbeEvent { Probe = FcProbe.AbtsReceive, Conn = conn.Info, Local = local.Info, Remote = remote.Info, Facts = f }, conn);
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
        }, conn);

    private void FireCommand(FcProbe probe, ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcCommandFacts facts)
    {
        fixed (ScsiCmd* c = &cmd)
        fixed (FcCommandFacts* f = &facts)
            Fire(new FcProbeEvent { Probe = probe, Conn = conn.Info, Local = local.Info, Command = c, Remote = remote.Info, Facts = f }, conn);
    }

    private void FireXfer(
        FcProbe probe, ConnProbeInfo conn, PortProbeInfo local, PortProbeInfo remote, in ScsiCmd cmd, in FcXferInfo xfer, in FcCommandFacts facts)
    {
        fixed (ScsiCmd* c = &cmd)
        fixed (FcXferInfo* x = &xfer)
        fixed (FcCommandFacts* f = &facts)
            Fire(new FcProbeEvent { Probe = probe, Conn = conn.Info, Local = local.Info, Command = c, Remote = remote.Info, Xfer = x, Facts = f }, conn);
    }

    private void Fire(in FcProbeEvent e, ConnProbeInfo conn)
    {
        if (_comstarExact) ComstarExact.Translate(in e, conn.Local, conn.Remote, this);
        else Deliver(in e);
    }

    /// <summary>Hands an event to everybody who asked for its probe.</summary>
    internal void Deliver(in FcProbeEvent e)
    {
        uint bit = 1u << (int)e.Probe;
        foreach (Attachment attachment in _attachments)
            if (((uint)attachment.Which & bit) != 0) attachment.Sink.OnProbe(in e);
        _usdt?.OnProbe(in e);
    }

    private IEnumerable<Attachment> Without(IFcProbeSink sink) => _attachments.Where(a => !ReferenceEquals(a.Sink, sink));

    /// <summary>The only place that writes the attachments and our halves of the gates; <see cref="_writers"/> is held.</summary>
    private void Replace(Attachment[] attachments)
    {
        FcProbeSet always = _usdt is { IsAlways: true } ? FcProbeSet.All : _comstarExact ? ComstarExact.Needs : FcProbeSet.None;
        uint wanted = (uint)always;
        foreach (Attachment a in attachments) wanted |= (uint)a.Which;
        _attachments = attachments;
        for (int i = 0; i < FcProbeNames.Count; i++)
            Volatile.Write(ref ((ushort*)&_gates[i])[1], (ushort)((wanted >> i) & 1));
    }

    private readonly record struct Attachment(IFcProbeSink Sink, FcProbeSet Which);
}
