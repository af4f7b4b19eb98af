// SPDX-License-Identifier: MIT

using System.Diagnostics.Tracing;

namespace FcTarget.Probes.Events;

// EVENT SOURCE FcTarget-fc - theory of operation
//   Job      The fc probes for the tools of .NET: dotnet-trace, dotnet-counters' sessions, PerfView, EventPipe, EventListener.
//   Life     A session that turns the source on attaches it to its provider with the probes its keywords choose; the last one that goes
//            detaches it. Untraced, it is not among the listeners at all.
//   Manifest The [Event] methods are what the runtime tells tools about: names, order and types. Nobody calls them: OnProbe writes the
//            same arguments from native memory, without making strings.
//   Proof    FcEventSourceTests, EventPipeTests (out of process)

/// <summary>
/// Writes the probes of a provider as events: id = number of the probe + 1, and payload as docs/probes.md lists it. Keywords choose among them.
/// </summary>
[EventSource(Name = SourceName)]
public sealed unsafe partial class FcEventSource : EventSource, IFcProbeSink
{
    public const string SourceName = "FcTarget-fc";

    private readonly FcProvider _provider;

    /// <param name="provider">Whose probes these are. A process has one source of this name.</param>
    public FcEventSource(FcProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        Attach(); // a session may have been there first
    }

    [NonEvent]
    public void OnProbe(in FcProbeEvent e)
    {
        int id = (int)e.Probe + 1;
        EventData* data = stackalloc EventData[MaxArguments];
        long* numbers = stackalloc long[MaxArguments];
        char* chars = stackalloc char[MaxChars];
        Payload payload = new(data, numbers, chars);
        payload.AddText(e.Conn->ci_local);
        payload.AddText(e.Conn->ci_remote);
        switch (e.Probe)
        {
            case FcProbe.LinkUp:
            case FcProbe.LinkDown:
                break;
            case FcProbe.FabricLoginStart:
            case FcProbe.FabricLoginEnd:
                AddPort(ref payload, e.Local);
                if (e.Probe == FcProbe.FabricLoginEnd) payload.AddNumber(e.Status);
                break;
            case FcProbe.RscnReceive:
                payload.AddNumber((int)e.AffectedId);
                break;
            case FcProbe.AbtsReceive:
                AddIds(ref payload, e.Facts);
                break;
            case FcProbe.ScsiCommand:
            case FcProbe.ScsiResponse:
            case FcProbe.XferStart:
            case FcProbe.XferDone:
                payload.AddHex(e.Command->ic_cdb, (int)Math.Min(e.Command->ic_len, MaxCdb));
                AddIds(ref payload, e.Facts);
                payload.AddNumber((long)e.Facts->Lun);
                if (e.Xfer != null)
                {
                    payload.AddNumber((int)e.Xfer->fcx_len);
                    payload.AddNumber((int)e.Xfer->fcx_offset);
                    payload.AddNumber(e.Xfer->fcx_flags);
                }
                else
                {
                    payload.AddNumber((int)e.Facts->ExpectedLength);
                    payload.AddNumber(e.Facts->TaskManagementFlags);
                }
                if (e.Probe == FcProbe.ScsiResponse) AddResponse(ref payload, e.Facts);
                break;
            default: // rport-*
                AddPort(ref payload, e.Local);
                AddPort(ref payload, e.Remote);
                payload.AddNumber(e.Solicited);
                if (e.Probe == FcProbe.RportLoginEnd) payload.AddNumber(e.Status);
                break;
        }
        WriteEventCore(id, payload.Count, data);
    }

    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        // The base constructor calls this for sessions that are older than the source; the provider is not known then.
        if (_provider is not null) Attach();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _provider.Detach(this);
        base.Dispose(disposing);
    }

    private static void AddPort(ref Payload payload, FcPortInfo* port)
    {
        payload.AddText(port->fcp_node_wwn);
        payload.AddText(port->fcp_sym_node_name);
        payload.AddText(port->fcp_sym_port_name);
        payload.AddNumber((int)port->fcp_port_hard_address);
    }

    private static void AddIds(ref Payload payload, FcCommandFacts* facts)
    {
        payload.AddNumber((int)facts->LocalId);
        payload.AddNumber((int)facts->RemoteId);
        payload.AddNumber(facts->OxId);
        payload.AddNumber(facts->RxId);
    }

    private static void AddResponse(ref Payload payload, FcCommandFacts* facts)
    {
        payload.AddNumber(facts->ScsiStatus);
        payload.AddNumber(facts->RspCode);
        payload.AddNumber((int)facts->Residual);
        payload.AddNumber((int)facts->ResidualKind);
        payload.AddHex(facts->Sense, facts->Sense == null ? 0 : Math.Clamp(facts->SenseLength, 0, MaxSense));
    }

    [NonEvent]
    private void Attach()
    {
        FcProbeSet wanted = FcProbeSet.None;
        if (IsEnabled(EventLevel.Informational, Keywords.Link)) wanted |= FcProbeSet.LinkUp | FcProbeSet.LinkDown | FcProbeSet.FabricLoginStart | FcProbeSet.FabricLoginEnd;
        if (IsEnabled(EventLevel.Informational, Keywords.Login))
            wanted |= FcProbeSet.RportLoginStart | FcProbeSet.RportLoginEnd | FcProbeSet.RportLogoutStart | FcProbeSet.RportLogoutEnd | FcProbeSet.RscnReceive;
        if (IsEnabled(EventLevel.Informational, Keywords.Command)) wanted |= FcProbeSet.ScsiCommand | FcProbeSet.ScsiResponse | FcProbeSet.AbtsReceive;
        if (IsEnabled(EventLevel.Informational, Keywords.Transfer)) wanted |= FcProbeSet.XferStart | FcProbeSet.XferDone;
        if (wanted == FcProbeSet.None) _provider.Detach(this);
        else _provider.Attach(this, wanted);
    }

    /// <summary>Groups of probes that a session may choose.</summary>
    public static class Keywords
    {
        public const EventKeywords Link = (EventKeywords)0x1;
        public const EventKeywords Login = (EventKeywords)0x2;
        public const EventKeywords Command = (EventKeywords)0x4;
        public const EventKeywords Transfer = (EventKeywords)0x8;
    }
}
