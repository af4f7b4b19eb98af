// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

public sealed partial class LocalPort
{
    internal void Accept<T>(scoped in ElsRequest request, in T payload) where T : struct, IWirePayload =>
        Reply(request, WireBytes.Of(payload));

    internal void Reject(scoped in ElsRequest request, ElsReject reason)
    {
        Counters.ElsRejected++;
        LsRjtPayload reject = new(reason);
        Reply(request, WireBytes.Of(reject));
    }

    internal void Reply(scoped in ElsRequest request, ReadOnlySpan<byte> payload) =>
        SendEls(ReplyHeader(request.Header), payload, request.Fip, request.SourceMac);

    internal void SendEls(in FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo)
    {
        if (!Link.TryCarry(header, payload, answers, answerTo)) Transmitter.TrySend(Link.AddressOf(header.DId), header, payload);
    }

    internal void SendBaAcc(RemotePort remote, in FcHeader abts, RxId rxId)
    {
        BaAccPayload payload = BaAccPayload.ForExchange(abts.OxId, rxId);
        SendBls(remote, abts, RCtl.BaAcc, WireBytes.Of(payload));
    }

    internal void SendBaRjt(RemotePort remote, in FcHeader abts, in BaRjtPayload reject) =>
        SendBls(remote, abts, RCtl.BaRjt, WireBytes.Of(reject));

    private void SendBls(RemotePort remote, in FcHeader abts, RCtl rCtl, ReadOnlySpan<byte> payload)
    {
        FcHeader header = ReplyHeader(abts);
        header.RCtl = rCtl;
        header.Type = FcType.Bls;
        header.SeqId = abts.SeqId;
        header.RxId = abts.RxId;
        header.FCtl = abts.FCtl.Has(FCtl.ExchangeResponder) ? FCtlValues.BasicReplyByOriginator : FCtlValues.BasicReplyByResponder;
        Transmitter.TrySend(remote.Link, header, payload);
    }

    private FcHeader ReplyHeader(in FcHeader request) => new()
    {
        RCtl = RCtl.ElsReply,
        DId = request.SId,
        SId = Id,
        Type = FcType.Els,
        FCtl = FCtlValues.ElsReply,
        OxId = request.OxId,
        RxId = request.RxId,
    };

    // ---- login parameters -----------------------------------------------------------------------------------------

    /// <summary>FLOGI, FDISC, PLOGI, or LS_ACC to one of them, made of our own parameters.</summary>
    internal LoginPayload Login(ElsCommand command, bool toFlogi = false)
    {
        bool flogi = toFlogi || command is ElsCommand.Flogi or ElsCommand.Fdisc;
        LoginPayload login = new()
        {
            Command = command,
            Common = new CommonServiceParameters
            {
                HighestVersion = CommonServiceParameters.FcPh3,
                LowestVersion = CommonServiceParameters.FcPh3,
                BbCredit = 10,
                ReceiveDataFieldSize = MaxPayload,
            },
            PortName = PortName,
            NodeName = NodeName,
            Class3 = new ClassServiceParameters
            {
                ServiceOptions = ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery,
            },
        };
        if (toFlogi)
        {
            login.Common.RATov = (uint)RATov.TotalMilliseconds;
            login.Common.EDTov = (uint)EDTov.TotalMilliseconds;
        }
        if (flogi) return login;
        login.Common.NPortFeatures = NPortFeatures.ContinuouslyIncreasingRelativeOffset | NPortFeatures.BbCreditManagementAlternate;
        login.Common.TotalConcurrentSequences = 255;
        login.Common.RelativeOffsetByCategory = 0x1F;
        login.Common.EDTov = (uint)EDTov.TotalMilliseconds;
        login.Class3.ReceiveDataFieldSize = (ushort)MaxPayload;
        login.Class3.ConcurrentSequences = 255;
        login.Class3.OpenSequencesPerExchange = 1;
        return login;
    }

    /// <summary>Why a PLOGI, or the LS_ACC to ours, cannot be taken; null when it can.</summary>
    internal static ElsReject? Refusal(in LoginPayload login)
    {
        if (!login.Class3.IsValid) return ElsReject.ClassNotSupported;
        if (ReceiveSizeOf(login) < FcFrame.MinReceiveDataFieldSize) return ElsReject.BadReceiveDataFieldSize;
        return null;
    }

    /// <summary>What the peer receives in a class 3 frame, bytes: the class value, limited by the common one (FC-LS).</summary>
    internal static int ReceiveSizeOf(in LoginPayload login)
    {
        int class3 = login.Class3.ReceiveDataFieldSize & 0x0FFF;
        int common = login.Common.ReceiveDataFieldSize;
        return class3 == 0 ? common : common == 0 ? class3 : Math.Min(class3, common);
    }
}
