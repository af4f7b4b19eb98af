// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.TestKit;

public sealed partial class RawFcf
{
    private ushort _nextOxId = 1;

    /// <summary>What the name server knows of others; a test fills it.</summary>
    public SortedDictionary<uint, NameServerEntry> Names { get; } = [];

    /// <summary>CT requests heard, in order.</summary>
    public List<ushort> CtCommands { get; } = [];

    /// <summary>Refuses CT requests for which it gives a reason.</summary>
    public Func<ushort, CtReject?> RefusesCt { get; set; } = static _ => null;

    /// <summary>Whether link services and CT requests to well-known addresses are answered.</summary>
    public bool AnswersServices { get; set; } = true;

    /// <summary>R_A_TOV and E_D_TOV of the LS_ACC to FLOGI, in milliseconds.</summary>
    public (uint RATov, uint EDTov) Timeouts { get; set; } = (10_000, 2_000);

    /// <summary>E_D_TOV of <see cref="Timeouts"/> counts nanoseconds (E_D_TOV Resolution).</summary>
    public bool EDTovInNanoseconds { get; set; }

    /// <summary>An RSCN about one port, or about an area, a domain or the fabric.</summary>
    public void SendsRscn(FcId to, FcId affected, RscnAddressFormat format = RscnAddressFormat.Port)
    {
        byte[] rscn = new byte[8];
        RscnPages.Write(rscn, [new RscnPage { AffectedId = affected, AddressFormat = format }]);
        SendsSequence(Request(FcId.FabricController, to), rscn);
    }

    /// <summary>LOGO from the F_Port controller.</summary>
    public void SendsLogo(FcId to) => SendsSequence(
        Request(FcId.FPortController, to),
        RawPeer.BytesOf(new LogoPayload { Command = ElsCommand.Logo, NPortId = to, NPortName = Logins[to.Value].PortName }));

    /// <summary>An ELS of a port behind the FCF.</summary>
    public OxId SendsEls<T>(FcId from, FcId to, in T payload) where T : struct, IWirePayload => SendsEls(from, to, RawPeer.BytesOf(payload));

    public OxId SendsEls(FcId from, FcId to, ReadOnlySpan<byte> payload)
    {
        FcHeader header = Request(from, to);
        SendsSequence(header, payload);
        return header.OxId;
    }

    /// <summary>A port behind the FCF answers a link service.</summary>
    public void Answers(ReceivedFrame request, ReadOnlySpan<byte> payload) => SendsSequence(ReplyTo(request.Header), payload);

    /// <summary>The answer to an ELS of a port behind the FCF.</summary>
    public ReceivedFrame? AnswerTo(OxId oxId) => Heard.Find(f => f.IsFc && f.Header.RCtl == RCtl.ElsReply && f.Header.OxId == oxId);

    /// <summary>PLOGI of a host behind the FCF.</summary>
    public LoginPayload Plogi(Wwn portName, ElsCommand command = ElsCommand.Plogi) => Accept() with
    {
        Command = command,
        PortName = portName,
        NodeName = new Wwn(portName.Value ^ 0x1000_0000_0000_0000ul),
        Class3 = new ClassServiceParameters
        {
            ServiceOptions = ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery,
            ReceiveDataFieldSize = 2112,
            ConcurrentSequences = 255,
            OpenSequencesPerExchange = 1,
        },
    };

    private FcHeader Request(FcId from, FcId to) => new()
    {
        RCtl = RCtl.ElsRequest,
        SId = from,
        DId = to,
        Type = FcType.Els,
        FCtl = FCtlValues.ExchangeRequest,
        OxId = new OxId(_nextOxId++),
        RxId = RxId.Unassigned,
    };

    /// <summary>LS_ACC to FLOGI, and to PLOGI of a well-known address.</summary>
    private LoginPayload Accept() => new()
    {
        Command = ElsCommand.LsAcc,
        Common = new CommonServiceParameters
        {
            HighestVersion = CommonServiceParameters.FcPh3,
            LowestVersion = CommonServiceParameters.FcPh3,
            BbCredit = 10,
            FPortFeatures = FPortFeatures.FPort | FPortFeatures.MultipleNPortIdAssignment
                | (EDTovInNanoseconds ? FPortFeatures.EDTovInNanoseconds : 0),
            ReceiveDataFieldSize = 2112,
            RATov = Timeouts.RATov,
            EDTov = Timeouts.EDTov,
        },
        PortName = new Wwn(SwitchName.Value ^ 0x0001_0000_0000_0000ul),
        NodeName = FabricName,
        Class3 = new ClassServiceParameters { ServiceOptions = ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery },
    };

    private void OnFcoe(ReceivedFrame frame)
    {
        if (!AnswersServices || !frame.Header.DId.IsWellKnown) return;
        if (frame.Header.RCtl == RCtl.ElsRequest) OnEls(frame);
        if (frame.Header.RCtl == RCtl.UnsolicitedControl && frame.Header.Type == FcType.Ct) OnCt(frame);
    }

    private void OnEls(ReceivedFrame frame)
    {
        byte[] answer = frame.Els == ElsCommand.Plogi ? RawPeer.BytesOf(Accept()) : RawPeer.BytesOf(LsAccPayload.Accept);
        SendsSequence(ReplyTo(frame.Header), answer);
    }

    private void OnCt(ReceivedFrame frame)
    {
        CtIu.TryRead(frame.Payload, out CtPreamble request, out ReadOnlySpan<byte> body);
        CtCommands.Add(request.CommandCode);
        byte[] iu = new byte[64 * 1024];
        int length = RefusesCt(request.CommandCode) is { } why ? CtIu.Write(iu, request.RejectWith(why)) : Answer(iu, request, body);
        SendsSequence(ReplyTo(frame.Header) with { RCtl = RCtl.SolicitedControl }, iu.AsSpan(0, length));
    }

    private int Answer(byte[] iu, in CtPreamble request, ReadOnlySpan<byte> body)
    {
        CtPreamble accept = request.Accept();
        if (request.GsType != CtGsType.DirectoryService) return CtIu.Write(iu, accept);
        NameServerCommand command = (NameServerCommand)(ushort)request.CommandCode;
        if (command is NameServerCommand.GpnFt)
        {
            byte[] list = new byte[Names.Count * NsPortIdAndName.WireSize];
            int at = 0;
            foreach ((uint id, NameServerEntry entry) in Names)
            {
                NsPortIdAndName one = new() { Id = new FcId(id), Name = entry.PortName };
                if (at + NsPortIdAndName.WireSize == list.Length) one.Control = NsControl.Last;
                RawPeer.BytesOf(one).CopyTo(list, at);
                at += NsPortIdAndName.WireSize;
            }
            return at > 0 ? CtIu.Write(iu, accept, list)
                : CtIu.Write(iu, request.RejectWith(CtReject.UnableToPerform(CtRejectExplanation.Fc4TypesNotRegistered)));
        }
        if (command == NameServerCommand.GsnnNn)
        {
            Wwn node = Read<NsName>(body).Name;
            NameServerEntry? named = Names.Values.FirstOrDefault(e => e.NodeName == node);
            return named is not null ? CtIu.Write(iu, accept, new SymbolicNameObject(named.SymbolicNodeName)) : NotRegistered(iu, request);
        }
        if (command is not (NameServerCommand.GpnId or NameServerCommand.GffId or NameServerCommand.GspnId)) return CtIu.Write(iu, accept);
        if (!Names.TryGetValue(Read<NsPortId>(body).Id.Value, out NameServerEntry? found)) return NotRegistered(iu, request);
        if (command == NameServerCommand.GpnId) return CtIu.Write(iu, accept, new NsName(found.PortName));
        if (command == NameServerCommand.GspnId) return CtIu.Write(iu, accept, new SymbolicNameObject(found.SymbolicPortName));
        Fc4Features features = default;
        features.Set((byte)FcType.Fcp, found.Features);
        return CtIu.Write(iu, accept, features);
    }

    private static int NotRegistered(byte[] iu, in CtPreamble request) =>
        CtIu.Write(iu, request.RejectWith(CtReject.UnableToPerform(CtRejectExplanation.PortIdentifierNotRegistered)));
}

/// <summary>A port as the name server of a <see cref="RawFcf"/> knows it.</summary>
public sealed record NameServerEntry(Wwn PortName, byte Features, string SymbolicPortName = "", string SymbolicNodeName = "")
{
    public Wwn NodeName => new(PortName.Value ^ 0x1000_0000_0000_0000ul);
}
