// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Replay.Conversation;

// Answers to requests of our target: captured ones with the identities of the replay, and, where the captured target never asked, made-up ones.
internal sealed partial class TargetReplay
{
    private const uint CtKind = (uint)FcType.Ct << 16;

    /// <summary>Answers a request of our target.</summary>
    /// <param name="ours">The request; its addresses are those of the capture.</param>
    /// <param name="rCtl">R_CTL of the answer.</param>
    /// <param name="from">Who answers, in the capture.</param>
    /// <param name="to">The address it answers to, in the capture: that which a fabric gives.</param>
    /// <param name="payload">The answer.</param>
    private void GiveAnswer(OriginatedRequest ours, RCtl rCtl, FcId from, FcId to, ReadOnlySpan<byte> payload)
    {
        FcHeader header = new()
        {
            RCtl = rCtl,
            DId = ours.Header.SId.IsWellKnown ? ours.Header.SId : _engine.Id == FcId.None ? _map.ToOurs(to) : _engine.Id,
            SId = _map.ToOurs(from),
            Type = ours.Header.Type,
            FCtl = FCtlValues.ElsReply,
            OxId = ours.Header.OxId,
            RxId = RxId.Unassigned,
        };
        ReplayPeer? peer = _map.OfCaptured(from);
        if (ours.Carrier == default)
        {
            SendSequence(peer ?? (_plan.Topology == Topology.PointToPoint ? _map.Peers.FirstOrDefault() : null), header, payload);
            return;
        }
        bool isVn2Vn = _plan.Topology == Topology.Vn2Vn;
        MacAddress station = isVn2Vn ? peer?.ENode ?? MacAddress.None : _plan.FcfMac;
        MacAddress granted = MacAddress.Fpma(_plan.FcMap, isVn2Vn ? header.SId : header.DId);
        Receive(MadeUpFrames.FipEls(_engine.Wire.Pending, _plan.WireMac, station, _plan.Vlan, ours.Carrier, header, payload, granted));
    }

    /// <summary>An answer in as many frames as it takes.</summary>
    private void SendSequence(ReplayPeer? peer, FcHeader header, ReadOnlySpan<byte> payload)
    {
        int most = FcoeSize.DataFieldForMtu(_plan.Mtu) & ~3;
        FCtl last = header.FCtl;
        for (int at = 0; at == 0 || at < payload.Length; at += most)
        {
            bool isLast = payload.Length - at <= most;
            header.FCtl = isLast ? last : last & ~(FCtl.EndSequence | FCtl.SequenceInitiative);
            SendAs(peer, header, isLast ? payload[at..] : payload.Slice(at, most), first: at == 0);
            header.SeqCnt = (ushort)(header.SeqCnt + 1);
        }
    }

    /// <summary>The capture has no answer for a request of our target: the usual one is made up.</summary>
    private void MakeUpAnswer(OriginatedRequest ours)
    {
        FcId to = ours.Header.DId;
        ReplayPeer? peer = _map.OfCaptured(to) ?? (_plan.Topology == Topology.PointToPoint ? _map.Peers.FirstOrDefault() : null);
        if (peer is null && !to.IsWellKnown) return; // somebody whom the capture does not show
        if (Clock.Elapsed - _begin >= Lead) ReportExtra(ours);
        if ((ours.Kind & 0xFF0000) == CtKind)
        {
            AnswerCt(ours);
            return;
        }
        byte[] answer = (ElsCommand)ours.Payload[0] switch
        {
            ElsCommand.Flogi or ElsCommand.Fdisc when peer is null || _plan.Topology == Topology.Fabric => MadeUpFrames.BytesOf(FabricAccept()),
            ElsCommand.Flogi or ElsCommand.Plogi when peer is not null => MadeUpFrames.BytesOf(peer.Login(ElsCommand.LsAcc)),
            ElsCommand.Plogi => MadeUpFrames.BytesOf(FabricAccept() with { PortName = _plan.SwitchName, NodeName = _plan.FabricName }),
            ElsCommand.Prli => AcceptPrli(),
            ElsCommand.Logo or ElsCommand.Scr or ElsCommand.Rrq or ElsCommand.Rscn or ElsCommand.Prlo => MadeUpFrames.BytesOf(LsAccPayload.Accept),
            ElsCommand.Adisc when peer is not null => MadeUpFrames.BytesOf(
                new AdiscPayload { Command = ElsCommand.LsAcc, PortName = peer.PortName, NodeName = peer.NodeName, NPortId = peer.Ours }),
            _ => MadeUpFrames.BytesOf(new LsRjtPayload(ElsReject.CommandNotSupported)),
        };
        GiveAnswer(ours, RCtl.ElsReply, to, _plan.Target.Id, answer);
    }

    /// <summary>Registrations are accepted; of whom a query asks for, there is nobody.</summary>
    private void AnswerCt(OriginatedRequest ours)
    {
        if (!CtIu.TryRead(ours.Payload, out CtPreamble request, out _)) return;
        bool isQuery = (request.CommandCode & 0xFF00) == 0x0100;
        CtPreamble answer = isQuery ? request.RejectWith(CtReject.UnableToPerform(CtRejectExplanation.PortIdentifierNotRegistered)) : request.Accept();
        GiveAnswer(ours, RCtl.SolicitedControl, ours.Header.DId, _plan.Target.Id, MadeUpFrames.BytesOf(answer));
    }

    private LoginPayload FabricAccept()
    {
        LoginPayload accept = default;
        accept.Command = ElsCommand.LsAcc;
        accept.Common.HighestVersion = accept.Common.LowestVersion = CommonServiceParameters.FcPh3;
        accept.Common.FPortFeatures = FPortFeatures.FPort | FPortFeatures.MultipleNPortIdAssignment;
        accept.Common.ReceiveDataFieldSize = 2112;
        accept.Common.EDTov = 2000;
        accept.Common.RATov = 10_000;
        accept.Class3.ServiceOptions = ClassServiceOptions.ClassValid;
        accept.Class3.ReceiveDataFieldSize = 2112;
        accept.PortName = _plan.SwitchName;
        accept.NodeName = _plan.FabricName;
        return accept;
    }

    private static byte[] AcceptPrli()
    {
        byte[] accept = new byte[ProcessHeader.WireSize + PrliPage.WireSize];
        ProcessPages.Write(accept, ElsCommand.LsAcc, new PrliPage
        {
            Type = FcType.Fcp,
            Flags = PrliFlags.EstablishImagePair,
            ResponseCode = ProcessResponseCode.RequestExecuted,
            FcpParameters = FcpServiceParameters.InitiatorFunction | FcpServiceParameters.ReadXferRdyDisabled,
        });
        return accept;
    }
}
