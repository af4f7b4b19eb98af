// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;

namespace FcTarget.Port;

public sealed partial class LocalPort
{
    private void OnElsFrame(in FcFrame frame, bool first, MacAddress source, FipDescriptorType? fip)
    {
        if (frame.Header.RCtl is not (RCtl.ElsRequest or RCtl.ElsReply))
        {
            Counters.FrameUnexpected++;
            return;
        }
        bool single = first && frame.Header.FCtl.Has(FCtl.EndSequence);
        ReadOnlySpan<byte> payload = single ? frame.Payload : (_assembler ??= new SequenceAssembler()).Complete(frame, first);
        if (payload.IsEmpty) return; // more of it to come
        if (frame.Header.RCtl == RCtl.ElsReply) Els.OnReply(frame.Header, payload);
        else OnElsRequest(new ElsRequest { Header = frame.Header, Payload = payload, Fip = fip, SourceMac = source });
    }

    private void OnElsRequest(scoped in ElsRequest request)
    {
        Counters.ElsReceived++;
        if (!ElsPayload.TryReadCommand(request.Payload, out ElsCommand command))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        switch (command)
        {
            case ElsCommand.Flogi or ElsCommand.Plogi when IsLeaving: Reject(request, ElsReject.LogicalBusy); return;
            case ElsCommand.Flogi: Link.OnFlogi(request); return;
            case ElsCommand.Plogi: OnPlogi(request); return;
            case ElsCommand.Prli: OfKnown(request, LoginEvent.RcvPrli); return;
            case ElsCommand.Prlo: OfKnown(request, LoginEvent.RcvPrlo); return;
            case ElsCommand.Logo: OnLogo(request); return;
            case ElsCommand.Adisc: OnAdisc(request); return;
            case ElsCommand.Pdisc: OnPdisc(request); return;
            case ElsCommand.Rec: OnRec(request); return;
            case ElsCommand.Rrq: OnRrq(request); return;
            case ElsCommand.Rscn: OnRscn(request); return;
            case ElsCommand.Rtv: Accept(request, RtvAccPayload.Of(RATov, EDTov)); return;
            case ElsCommand.Rls: OnRls(request); return;
            case ElsCommand.Rnid: OnRnid(request); return;
            case ElsCommand.Rdp: OnRdp(request); return;
            case ElsCommand.Echo: OnEcho(request); return;
            case ElsCommand.Test or ElsCommand.Fpin: return; // the ELSes without an answer (FC-LS)
            default:
                Counters.ElsUnsupported++;
                Reject(request, ElsReject.CommandNotSupported);
                return;
        }
    }

    // ---- login and logout -----------------------------------------------------------------------------------------

    private void OnPlogi(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out LoginPayload login))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        if (request.Header.SId == FcId.None || request.Header.SId == Id || login.PortName == PortName || login.PortName.IsNone)
        {
            Reject(request, login.PortName == PortName || login.PortName.IsNone ? ElsReject.InvalidPortName : ElsReject.InvalidNPortId);
            return;
        }
        // A name that is not the sender's would end the session of the port that has it.
        if (Link.NameOf(request.Header.SId) is { IsNone: false } told && told != login.PortName)
        {
            Reject(request, ElsReject.InvalidPortName);
            return;
        }
        if (Meet(request.Header.SId, login.PortName, login.NodeName) is not { } remote)
        {
            Reject(request, ElsReject.InsufficientResources);
            return;
        }
        remote.Link = Link.AddressOf(remote.Id);
        remote.Handle(login.PortName.Value < PortName.Value ? LoginEvent.RcvPlogiFromLower : LoginEvent.RcvPlogiFromHigher, request);
    }

    private void OnLogo(scoped in ElsRequest request)
    {
        // The N_Port_ID in the payload, not the S_ID, says who leaves (FC-LS, LOGO); they differ when a port was given a new address.
        // Both names have to fit, or one port could log out another.
        RemotePort? remote = Find(request.Header.SId);
        if (ElsPayload.TryRead(request.Payload, out LogoPayload logo) && Find(logo.NPortId) is { } named
            && named.PortName == logo.NPortName)
        {
            if (named != remote && !MayBe(request.Header.SId, named.PortName))
            {
                Reject(request, ElsReject.InvalidNPortId);
                return;
            }
            remote = named;
        }
        if (remote is not null)
        {
            remote.Handle(LoginEvent.RcvLogo, request);
            return;
        }
        Accept(request, LsAccPayload.Accept);
        if (request.Header.SId == FcId.FPortController) Fabric?.OnLogo();
    }

    /// <summary>Whether a port may have this name, as far as we and the topology know.</summary>
    private bool MayBe(FcId id, Wwn name)
    {
        if (Find(id) is { IsLoggedIn: true } known) return known.PortName == name;
        Wwn told = Link.NameOf(id);
        return told.IsNone || told == name;
    }

    private void OfKnown(scoped in ElsRequest request, LoginEvent cause)
    {
        if (Find(request.Header.SId) is { } remote) remote.Handle(cause, request);
        else Reject(request, ElsReject.PlogiRequired);
    }

    private void OnAdisc(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out AdiscPayload adisc)) Reject(request, ElsReject.InvalidPayloadLength);
        else if (Find(request.Header.SId) is not { IsLoggedIn: true } remote
            || remote.PortName != adisc.PortName || remote.NodeName != adisc.NodeName)
            Reject(request, ElsReject.PlogiRequired); // not the port that logged in (FC-LS, ADISC)
        else
            Accept(request, new AdiscPayload { Command = ElsCommand.LsAcc, PortName = PortName, NodeName = NodeName, NPortId = Id });
    }

    private void OnPdisc(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out LoginPayload pdisc)) Reject(request, ElsReject.InvalidPayloadLength);
        else if (Find(request.Header.SId) is not { IsLoggedIn: true } remote || remote.PortName != pdisc.PortName)
            Reject(request, ElsReject.PlogiRequired);
        else Accept(request, Login(ElsCommand.LsAcc));
    }

    // ---- exchanges, errors, state changes -------------------------------------------------------------------------

    private void OnRrq(scoped in ElsRequest request)
    {
        // Our RX_IDs carry a generation, so nothing is held back for the recovery qualifier; the initiator's OX_ID is its own again.
        if (!ElsPayload.TryRead(request.Payload, out RrqPayload rrq)) Reject(request, ElsReject.InvalidPayloadLength);
        else if (Find(request.Header.SId) is not { IsLoggedIn: true }) Reject(request, ElsReject.PlogiRequired);
        else if (!IsBetweenUs(request, rrq.OriginatorSId)) Reject(request, ElsReject.InvalidOriginatorSId);
        else Accept(request, LsAccPayload.Accept);
    }

    private void OnRec(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out RecPayload rec))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        if (Find(request.Header.SId) is not { IsLoggedIn: true })
        {
            Reject(request, ElsReject.PlogiRequired);
            return;
        }
        if (!IsBetweenUs(request, rec.OriginatorSId))
        {
            Reject(request, ElsReject.InvalidOriginatorSId);
            return;
        }
        foreach (IFc4 fc4 in _fc4s)
        {
            if (!fc4.IsResponder || fc4.Describe(rec.OriginatorSId, rec.OxId, rec.RxId) is not { } found) continue;
            Accept(request, found);
            return;
        }
        Reject(request, ElsReject.InvalidOxRxCombination);
    }

    /// <summary>The originator of an exchange between the sender and us is one of the two: of others' exchanges nobody is told.</summary>
    private bool IsBetweenUs(scoped in ElsRequest request, FcId originator) => originator == request.Header.SId || originator == Id;

    private void OnRscn(scoped in ElsRequest request)
    {
        if (!RscnPages.TryRead(request.Payload, out RscnPages pages))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        Accept(request, LsAccPayload.Accept);
        while (pages.TryNext(out RscnPage page))
        {
            if (Probes.IsEnabled(FcProbe.RscnReceive)) Probes.RscnReceive(Connection, ProbeInfo, page.AffectedId.Value);
            if (request.Header.SId == FcId.FabricController) Fabric?.OnRscn(page);
        }
    }

    /// <summary>SRR (FCP-4), the one FC-4 link service; its answer is an FC-4 link service reply.</summary>
    private void OnFc4LinkService(in FcFrame frame)
    {
        ElsReject? refusal = ElsReject.CommandNotSupported;
        if (Find(frame.Header.SId) is not { IsLoggedIn: true })
        {
            refusal = ElsReject.PlogiRequired;
        }
        else if (ElsPayload.TryReadCommand(frame.Payload, out ElsCommand command) && command == ElsCommand.Srr)
        {
            if (!ElsPayload.TryRead(frame.Payload, out SrrPayload srr)) refusal = ElsReject.InvalidPayloadLength;
            else if (_fc4s.Find(static f => f.IsResponder) is { } responder) refusal = responder.OnSrr(frame.Header.SId, srr);
        }
        FcHeader header = ReplyHeader(frame.Header);
        header.RCtl = RCtl.Fc4LinkServiceReply;
        header.Type = FcType.Fcp;
        if (refusal is { } reason)
        {
            Counters.ElsRejected++;
            LsRjtPayload reject = new(reason);
            Transmitter.TrySend(Link.AddressOf(header.DId), header, WireBytes.Of(reject));
        }
        else
        {
            LsAccPayload accept = LsAccPayload.Accept;
            Transmitter.TrySend(Link.AddressOf(header.DId), header, WireBytes.Of(accept));
        }
    }
}
