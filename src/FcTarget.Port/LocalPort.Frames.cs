// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

public sealed partial class LocalPort
{
    /// <summary>A frame addressed to us, CRC verified.</summary>
    /// <param name="frame">The FC frame.</param>
    /// <param name="first">SOFi: the first frame of its sequence.</param>
    /// <param name="source">Source MAC address.</param>
    /// <param name="fip">The FIP descriptor it came in; null for FCoE.</param>
    internal void OnFrame(in FcFrame frame, bool first, MacAddress source, FipDescriptorType? fip)
    {
        switch (frame.Header.Type)
        {
            case FcType.Fcp when frame.Header.RCtl.IsDeviceData():
                OnFcp(frame);
                break;
            case FcType.Els:
                OnElsFrame(frame, first, source, fip);
                break;
            case FcType.Ct:
                OnCt(frame, first);
                break;
            case FcType.Bls:
                OnBls(frame);
                break;
            case FcType.Fcp when frame.Header.RCtl == RCtl.Fc4LinkServiceRequest:
                OnFc4LinkService(frame);
                break;
            default:
                Counters.FrameUnexpected++;
                break;
        }
    }

    private void OnFcp(in FcFrame frame)
    {
        if (Find(frame.Header.SId) is not { IsLoggedIn: true } remote)
        {
            RefuseStranger(frame.Header.SId);
            return;
        }
        bool fromResponder = frame.Header.FCtl.Has(FCtl.ExchangeResponder);
        foreach (IFc4 fc4 in _fc4s)
        {
            if (fc4.IsResponder == fromResponder) continue;
            fc4.OnFrame(remote, frame);
            return;
        }
        Counters.FrameUnexpected++;
    }

    /// <summary>The answer of a generic service to a request of ours.</summary>
    private void OnCt(in FcFrame frame, bool first)
    {
        if (frame.Header.RCtl != RCtl.SolicitedControl)
        {
            Counters.FrameUnexpected++;
            return;
        }
        bool single = first && frame.Header.FCtl.Has(FCtl.EndSequence);
        ReadOnlySpan<byte> iu = single ? frame.Payload
            : (_ctAssembler ??= new SequenceAssembler(sequences: 2, ElsOriginator.MaxCtLength)).Complete(frame, first);
        if (!iu.IsEmpty) Els.OnCtReply(frame.Header, iu);
    }

    private void OnBls(in FcFrame frame)
    {
        bool abts = frame.Header.RCtl == RCtl.Abts;
        if (!abts && frame.Header.RCtl is not (RCtl.BaAcc or RCtl.BaRjt))
        {
            Counters.FrameUnexpected++;
            return;
        }
        if (Find(frame.Header.SId) is not { IsLoggedIn: true } remote)
        {
            RefuseStranger(frame.Header.SId);
            return;
        }
        bool fromResponder = frame.Header.FCtl.Has(FCtl.ExchangeResponder);
        foreach (IFc4 fc4 in _fc4s)
        {
            // A function that responds sends no ABTS: an originator's BA_ACC or BA_RJT answers nothing, and must not be taken for an ABTS.
            if (fc4.IsResponder == fromResponder || (fc4.IsResponder && !abts)) continue;
            fc4.OnAbts(remote, frame);
            return;
        }
        if (abts) SendBaRjt(remote, frame.Header, BaRjtPayload.InvalidOxRxCombination);
        else Counters.FrameUnexpected++;
    }

    /// <summary>
    /// A frame from a port that is not logged in is answered with LOGO, so that it logs in anew (FC-LS, implicit logout): what
    /// happens after we were restarted. At most one a second for a port.
    /// </summary>
    internal void RefuseStranger(FcId id)
    {
        Counters.SourceUnknown++;
        if (!MayTell(id)) return;
        Counters.LogosForUnknownPorts++;
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = Id, NPortName = PortName };
        Els.Send(id, WireBytes.Of(logo), static (ElsOutcome _, in FcHeader _, ReadOnlySpan<byte> _) => { });
    }

    /// <summary>
    /// FCP_CMND from a port that is logged in but has no image pair with us is answered with PRLO, so that it sends PRLI and need not log
    /// in anew (FCP-4, process login). At most one a second for a port.
    /// </summary>
    internal void RefuseWithoutImagePair(RemotePort remote)
    {
        Counters.CommandsWithoutImagePair++;
        if (!MayTell(remote.Id)) return;
        Counters.PrlosForCommands++;
        remote.SendPrlo();
    }

    private bool MayTell(FcId id)
    {
        ref TimeSpan told = ref _strangerTold[id.Value % (uint)_strangerTold.Length];
        TimeSpan now = Loop.Timers.Now;
        if (told != TimeSpan.MinValue && now - told < TimeSpan.FromSeconds(1)) return false;
        told = now;
        return true;
    }
}
