// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.TestKit;

public sealed partial class RawPeer
{
    /// <summary>Word 3 of our PRLI: what Linux's initiator says.</summary>
    public FcpServiceParameters FcpParameters { get; set; } =
        FcpServiceParameters.InitiatorFunction | FcpServiceParameters.ReadXferRdyDisabled | FcpServiceParameters.Retry
        | FcpServiceParameters.ConfirmedCompletionAllowed;

    /// <summary>Receive Data_Field Size in our logins.</summary>
    public int ReceiveDataFieldSize { get; set; } = FcoeSize.MaxDataField;

    // ---- requests -------------------------------------------------------------------------------------------------

    /// <summary>Sends an ELS request in one FCoE frame. Returns its OX_ID.</summary>
    public OxId SendsEls(ReadOnlySpan<byte> payload, FcId? from = null, MacAddress? to = null)
    {
        OxId oxId = NextOxId();
        SendsFrame(ElsHeader(oxId) with { SId = from ?? Id }, payload, to: to);
        return oxId;
    }

    public OxId SendsEls<T>(in T payload, FcId? from = null, FcId? to = null) where T : struct, IWirePayload
    {
        OxId oxId = NextOxId();
        SendsFrame(ElsHeader(oxId) with { SId = from ?? Id, DId = to ?? Target }, BytesOf(payload));
        return oxId;
    }

    public static FcHeader ElsHeader(OxId oxId) => new()
    {
        RCtl = RCtl.ElsRequest,
        Type = FcType.Els,
        FCtl = FCtlValues.ExchangeRequest,
        OxId = oxId,
        RxId = RxId.Unassigned,
    };

    /// <summary>Sends FLOGI: in a FIP frame in VN2VN, in FCoE to the F_Port Controller in point-to-point.</summary>
    public OxId SendsFlogi()
    {
        OxId oxId = NextOxId();
        LoginPayload flogi = LoginPayload(ElsCommand.Flogi);
        if (IsPointToPoint)
            SendsFrame(
                ElsHeader(oxId) with { DId = FcId.FPortController }, BytesOf(flogi),
                to: MacAddress.Fpma(MacAddress.DefaultFcMap, FcId.FPortController));
        else SendsInFip(FipDescriptorType.Flogi, FipLinkServiceSubcode.Request, ElsHeader(oxId), BytesOf(flogi));
        return oxId;
    }

    public OxId SendsPlogi() => SendsEls(LoginPayload(ElsCommand.Plogi));

    public OxId SendsPrli() => SendsEls(Prli(FcpParameters));

    /// <summary>LOGO in a FIP frame (VN2VN) or in FCoE.</summary>
    public OxId SendsLogo(bool inFip = false)
    {
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = Id, NPortName = PortName };
        if (!inFip) return SendsEls(logo);
        OxId oxId = NextOxId();
        SendsInFip(FipDescriptorType.Logo, FipLinkServiceSubcode.Request, ElsHeader(oxId), BytesOf(logo));
        return oxId;
    }

    /// <summary>Sends an FC frame in a FIP link service frame to the target's ENode MAC address.</summary>
    public void SendsInFip(FipDescriptorType descriptor, FipLinkServiceSubcode subcode, FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.DId == FcId.None) header.DId = Target;
        if (header.SId == FcId.None) header.SId = Id;
        byte[] frame = new byte[512];
        FipWriter fip = FipWriter.Begin(frame, TargetENode, ENode, subcode, tag: Vlan);
        FcFrame.Write(fip.AddEncapsulatedFrame(descriptor, FcHeader.WireSize + ((payload.Length + 3) & ~3)), header, payload);
        fip.Add(new FipMacAddressDescriptor { MacAddress = VnPortMac });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    /// <summary>The ENode MAC address of the port under test.</summary>
    public MacAddress TargetENode { get; internal set; }

    /// <summary>A login payload of ours.</summary>
    public LoginPayload LoginPayload(ElsCommand command) => new()
    {
        Command = command,
        Common = new CommonServiceParameters
        {
            HighestVersion = CommonServiceParameters.FcPh3,
            LowestVersion = CommonServiceParameters.FcPh3,
            BbCredit = 10,
            ReceiveDataFieldSize = ReceiveDataFieldSize,
            TotalConcurrentSequences = 255,
            RelativeOffsetByCategory = 0x1F,
            EDTov = 2000,
        },
        PortName = PortName,
        NodeName = NodeName,
        Class3 = new ClassServiceParameters
        {
            ServiceOptions = ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery,
            ReceiveDataFieldSize = (ushort)ReceiveDataFieldSize,
            ConcurrentSequences = 255,
            OpenSequencesPerExchange = 1,
        },
    };

    /// <summary>PRLI with one page.</summary>
    public static byte[] Prli(FcpServiceParameters parameters, FcType type = FcType.Fcp, PrliFlags flags = PrliFlags.EstablishImagePair) =>
        Prli(new PrliPage { Type = type, Flags = flags, FcpParameters = parameters });

    public static byte[] Prli(params ReadOnlySpan<PrliPage> pages)
    {
        byte[] bytes = new byte[4 + (16 * pages.Length)];
        ProcessPages.Write(bytes, ElsCommand.Prli, pages);
        return bytes;
    }

    // ---- answers --------------------------------------------------------------------------------------------------

    /// <summary>Answers a request the target sent, in the kind of frame it came in.</summary>
    public void Answers(ReceivedFrame request, ReadOnlySpan<byte> payload)
    {
        FcHeader header = new()
        {
            RCtl = RCtl.ElsReply,
            DId = request.Header.SId,
            SId = IsPointToPoint && request.Els == ElsCommand.Flogi ? FcId.FPortController : Id,
            Type = FcType.Els,
            FCtl = FCtlValues.ElsReply,
            OxId = request.Header.OxId,
            RxId = request.Header.RxId,
        };
        if (request.Encapsulated is { } descriptor) SendsInFip(descriptor, FipLinkServiceSubcode.Reply, header, payload);
        else SendsFrame(header, payload, to: request.Source);
    }

    public void Accepts<T>(ReceivedFrame request, in T payload) where T : struct, IWirePayload => Answers(request, BytesOf(payload));

    /// <summary>LS_ACC to a FLOGI or PLOGI with our parameters.</summary>
    public void AcceptsLogin(ReceivedFrame request) => Accepts(request, LoginPayload(ElsCommand.LsAcc));

    public void Rejects(ReceivedFrame request, ElsReject reason) => Accepts(request, new LsRjtPayload(reason));

    // ---- expectations ---------------------------------------------------------------------------------------------

    /// <summary>A request of the target's.</summary>
    public ReceivedFrame ExpectsEls(ElsCommand command) =>
        Expects(command.ToString(), f => f.Els == command && f.Header.RCtl == RCtl.ElsRequest);

    /// <summary>The LS_ACC to our request.</summary>
    public ReceivedFrame ExpectsAccept(OxId oxId)
    {
        ReceivedFrame reply = ExpectsReply(oxId);
        return reply.Els == ElsCommand.LsAcc ? reply : throw new ConversationException($"expected LS_ACC, heard {reply}");
    }

    /// <summary>The LS_RJT to our request, with this reason.</summary>
    public ReceivedFrame ExpectsReject(OxId oxId, ElsReject reason)
    {
        ReceivedFrame reply = ExpectsReply(oxId);
        ElsReject? heard = reply.Els == ElsCommand.LsRjt ? reply.As<LsRjtPayload>().Reject : null;
        return heard == reason ? reply : throw new ConversationException($"expected LS_RJT {reason}, heard {heard} {reply}");
    }

    /// <summary>LS_ACC or LS_RJT; its header is checked against what FC-LS wants of every reply.</summary>
    public ReceivedFrame ExpectsReply(OxId oxId)
    {
        ReceivedFrame reply = Expects($"the answer to OX_ID {oxId}",
            f => f.IsFc && f.Header.RCtl == RCtl.ElsReply && f.Header.OxId == oxId);
        FCtl fCtl = reply.Header.FCtl & ~FCtl.FillBytesMask;
        if (reply.Header.Type != FcType.Els || fCtl != FCtlValues.ElsReply)
            throw new ConversationException($"not the header of an ELS reply: {reply}");
        return reply;
    }

    // ---- logins ---------------------------------------------------------------------------------------------------

    /// <summary>VN2VN: from the claim to PLOGI, whichever of the two has the higher name. The target sends the FLOGI.</summary>
    public void LogsIn()
    {
        if (!IsPointToPoint) ClaimsAndIsAnswered();
        AcceptsLogin(ExpectsEls(ElsCommand.Flogi));
        CompletesPlogi();
    }

    /// <summary>After FLOGI: PLOGI goes from the higher name to the lower.</summary>
    public void CompletesPlogi()
    {
        if (TargetPortName.Value > PortName.Value)
        {
            ReceivedFrame plogi = ExpectsEls(ElsCommand.Plogi);
            if (IsPointToPoint) (Id, Target) = (plogi.Header.DId, plogi.Header.SId);
            AcceptsLogin(plogi);
        }
        else
        {
            if (IsPointToPoint) (Id, Target) = (new FcId(0x010102u), new FcId(0x010101u));
            ExpectsAccept(SendsPlogi());
        }
    }

    /// <summary>N_Port_Name of the port under test.</summary>
    public Wwn TargetPortName { get; internal set; }

    /// <summary>From the claim to the image pair.</summary>
    public void EstablishesImagePair()
    {
        LogsIn();
        ExpectsAccept(SendsPrli());
    }
}
