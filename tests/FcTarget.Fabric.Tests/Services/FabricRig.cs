// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests.Services;

/// <summary>A sequence that a port received.</summary>
public sealed record Received(FcHeader Header, byte[] Payload);

/// <summary>A fabric without Ethernet, in virtual time: what a port says goes in as FC frames, what it hears is recorded.</summary>
public sealed class FabricRig : IDisposable, IFabricObserver
{
    public static readonly Wwn SwitchName = new(0x10000EFD00000001ul);

    private readonly TimerQueue _timers;

    public FabricRig(FabricOptions? options = null)
    {
        _timers = new TimerQueue(Clock);
        Fabric = new FcFabric(options ?? new FabricOptions { SwitchName = SwitchName }, _timers, this);
    }

    public SimulatedClock Clock { get; } = new();

    public FcFabric Fabric { get; }

    public List<string> Events { get; } = [];

    /// <summary>Logs in; the name is 20:00 and the number.</summary>
    public RigPort Login(int number, RigPort? parent = null)
    {
        RigPort port = new(this, NameOf(number));
        if (port.TryLogin(parent?.Port, sameAttachment: false) is { } reject) throw new ConversationException($"the login is refused: {reject}");
        return port;
    }

    /// <summary>Logs in, logs in with the name server, registers FCP with a feature, and does SCR.</summary>
    public RigPort Join(int number, byte feature = Fc4Features.FcpInitiator, RigPort? parent = null)
    {
        RigPort port = Login(number, parent);
        port.Plogi(FcId.DirectoryServer);
        port.RegisterFcp(feature);
        port.Scr();
        return port;
    }

    public static Wwn NameOf(int number) => new(0x2000000000000000ul + (uint)number);

    public static Wwn NodeOf(int number) => new(0x1000000000000000ul + (uint)number);

    public void Advance(TimeSpan by)
    {
        TimeSpan end = Clock.Elapsed + by;
        while (true)
        {
            _timers.ReadClock();
            _timers.RunDue();
            TimeSpan left = end - Clock.Elapsed;
            if (left <= TimeSpan.Zero) return;
            Clock.Advance(_timers.UntilNext is { } next && next > TimeSpan.Zero && next < left ? next : left);
        }
    }

    public void OnLogin(FabricPort port) => Events.Add($"login {port.PortName}");

    public void OnLogout(FabricPort port) => Events.Add($"logout {port.PortName}");

    public void OnStateNotSaved(Exception fault) => Events.Add("not saved");

    public void Dispose() => Fabric.Dispose();
}

/// <summary>A port on the rig, and what it heard.</summary>
public sealed class RigPort(FabricRig rig, Wwn name) : IFabricCarrier
{
    private static readonly Wwn NodeOffset = new(0x1000000000000000ul);

    private ushort _oxId = 0x100;

    public FabricPort Port { get; private set; } = null!;

    public FcId Id => Port.Id;

    public Wwn Name => name;

    public Wwn Node => new(name.Value - 0x2000000000000000ul + NodeOffset.Value);

    public Queue<Received> Inbox { get; } = new();

    /// <summary>Whether RSCNs are answered as they come.</summary>
    public bool AnswersRscn { get; set; } = true;

    /// <summary>The pages of the RSCNs that came since this was cleared, as text.</summary>
    public List<string> Rscns { get; } = [];

    public LoginPayload Flogi() => new()
    {
        Command = ElsCommand.Flogi,
        Common = new CommonServiceParameters { BbCredit = 10, ReceiveDataFieldSize = 2048 },
        PortName = name,
        NodeName = Node,
        Class3 = new ClassServiceParameters { ServiceOptions = ClassServiceOptions.ClassValid },
    };

    public ElsReject? TryLogin(FabricPort? parent, bool sameAttachment, LoginPayload? flogi = null)
    {
        if (!rig.Fabric.TryLogin(flogi ?? Flogi(), parent, this, sameAttachment, out FabricPort port, out ElsReject reject)) return reject;
        Port = port;
        return null;
    }

    // ---- link services --------------------------------------------------------------------------------------------

    /// <summary>Sends an ELS and gives its answer.</summary>
    public Received Els<T>(FcId to, in T payload) where T : struct, IWirePayload => Els(to, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in payload)));

    public Received Els(FcId to, ReadOnlySpan<byte> payload)
    {
        Send(to, RCtl.ElsRequest, FcType.Els, payload);
        Received answer = Answer();
        Assert((answer.Header.RCtl, answer.Header.Type, answer.Header.SId) == (RCtl.ElsReply, FcType.Els, to), "an ELS is answered by an ELS");
        return answer;
    }

    public Received Plogi(FcId to)
    {
        LoginPayload plogi = Flogi();
        plogi.Command = ElsCommand.Plogi;
        return Els(to, plogi);
    }

    public void Scr(ScrFunction function = ScrFunction.Full)
    {
        Received answer = Els(FcId.FabricController, new ScrPayload { Command = ElsCommand.Scr, Function = function });
        Assert(answer.Payload[0] == (byte)ElsCommand.LsAcc, "SCR is accepted");
    }

    public Received Logo(FcId to) => Els(to, new LogoPayload { Command = ElsCommand.Logo, NPortId = Id, NPortName = name });

    // ---- generic services -----------------------------------------------------------------------------------------

    /// <summary>Sends a request to the name server and gives the body of the accept in hexadecimal, or the reject in words.</summary>
    public string Ns<T>(NameServerCommand command, in T body) where T : struct, IWirePayload =>
        Ct(FcId.DirectoryServer, CtPreamble.To(command), MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in body)));

    public string Ns(NameServerCommand command, string body) => Ct(FcId.DirectoryServer, CtPreamble.To(command), Convert.FromHexString(body));

    public string Fdmi(FdmiCommand command, ReadOnlySpan<byte> body) => Ct(FcId.ManagementServer, CtPreamble.To(command), body);

    public string Ct(FcId to, CtPreamble preamble, ReadOnlySpan<byte> body)
    {
        byte[] iu = new byte[CtPreamble.WireSize + body.Length];
        CtIu.Write(iu, preamble, body);
        Send(to, RCtl.UnsolicitedControl, FcType.Ct, iu);
        Received answer = Answer();
        if (answer.Header.Type != FcType.Ct) return "LS_RJT";
        Assert((answer.Header.RCtl, answer.Header.SId) == (RCtl.SolicitedControl, to), "a CT_IU is answered by a CT_IU");
        Assert(CtIu.TryRead(answer.Payload, out CtPreamble reply, out ReadOnlySpan<byte> accepted), "the answer has a preamble");
        Residual = reply.MaximumOrResidualSize;
        return reply.IsAccept ? Convert.ToHexString(accepted) : reply.Reject.ToString();
    }

    /// <summary>Of the last answer.</summary>
    public int Residual { get; private set; }

    public void RegisterFcp(byte feature)
    {
        NsRegisterFc4Types types = new() { Id = Id };
        types.Types.Set((byte)FcType.Fcp);
        Assert(Ns(NameServerCommand.RftId, types).Length == 0, "RFT_ID is accepted");
        Assert(Ns(NameServerCommand.RffId, new NsRegisterFc4Features { Id = Id, Features = feature, Fc4Type = FcType.Fcp }).Length == 0, "RFF_ID is accepted");
    }

    /// <summary>Identifiers of a list in an accept.</summary>
    public static IEnumerable<string> Ids(string body, int entrySize = 4)
    {
        for (int at = 0; at < body.Length; at += entrySize * 2) yield return body.Substring(at + 2, 6).ToLowerInvariant();
    }

    // ---- frames ---------------------------------------------------------------------------------------------------

    /// <summary>Sends one sequence, in frames of so many bytes of payload.</summary>
    public void Send(FcId to, RCtl rCtl, FcType type, ReadOnlySpan<byte> payload, int frameSize = 2048, FcId? from = null)
    {
        FcHeader header = new()
        {
            RCtl = rCtl,
            DId = to,
            SId = from ?? Id,
            Type = type,
            FCtl = FCtlValues.ExchangeRequest,
            OxId = new OxId(++_oxId),
            RxId = RxId.Unassigned,
        };
        byte[] wire = new byte[FcHeader.WireSize + FcFrame.MaxPayloadLength];
        bool first = true;
        do
        {
            int size = Math.Min(frameSize, payload.Length);
            FcHeader frameHeader = header;
            if (size < payload.Length) frameHeader.FCtl = FCtl.FirstSequence;
            int length = FcFrame.Write(wire, frameHeader, payload[..size]);
            Assert(FcFrame.TryRead(wire.AsSpan(0, length), out FcFrame frame) == FcFrameError.None, "the request is a frame");
            rig.Fabric.OnFrame(Port, frame, first);
            header.SeqCnt = (ushort)(header.SeqCnt + 1);
            payload = payload[size..];
            first = false;
        }
        while (!payload.IsEmpty);
    }

    public void Send(FabricPort to, FcHeader header, ReadOnlySpan<byte> payload)
    {
        Assert(to == Port && header.DId == to.Id, "the answer goes to who asked");
        Received received = new(header, payload.ToArray());
        if (header is { RCtl: RCtl.ElsRequest } && payload[0] == (byte)ElsCommand.Rscn) OnRscn(received);
        else Inbox.Enqueue(received);
    }

    private void OnRscn(Received rscn)
    {
        Assert(rscn.Header.SId == FcId.FabricController, "RSCN comes from the fabric controller");
        Assert(RscnPages.TryRead(rscn.Payload, out RscnPages pages), "RSCN has pages");
        while (pages.TryNext(out RscnPage page))
            Rscns.Add(page.AddressFormat == RscnAddressFormat.Port ? page.AffectedId.ToString() : page.AddressFormat.ToString());
        LastRscn = rscn;
        if (AnswersRscn) AnswerRscn(ElsCommand.LsAcc);
    }

    public Received? LastRscn { get; private set; }

    /// <summary>Answers the last RSCN.</summary>
    public void AnswerRscn(ElsCommand command)
    {
        FcHeader header = new()
        {
            RCtl = RCtl.ElsReply,
            DId = FcId.FabricController,
            SId = Id,
            Type = FcType.Els,
            FCtl = FCtlValues.ElsReply,
            OxId = LastRscn!.Header.OxId,
        };
        byte[] wire = new byte[FcHeader.WireSize + 8];
        int length = FcFrame.Write(wire, header, command == ElsCommand.LsAcc ? [2, 0, 0, 0] : [1, 0, 0, 0, 0, 9, 0, 0]);
        FcFrame.TryRead(wire.AsSpan(0, length), out FcFrame frame);
        rig.Fabric.OnFrame(Port, frame, firstOfSequence: true);
    }

    /// <summary>The pages of the RSCNs since the last call, once the fabric has had the time to send them.</summary>
    public IReadOnlyList<string> TakeRscns()
    {
        rig.Advance(TimeSpan.FromMilliseconds(250));
        string[] pages = [.. Rscns];
        Rscns.Clear();
        return pages;
    }

    // A thousand logins are measured through this: no assertion library here.
    private static void Assert(bool holds, string what)
    {
        if (!holds) throw new ConversationException(what);
    }

    private Received Answer()
    {
        Assert(Inbox.Count == 1, "every request has one answer");
        Received answer = Inbox.Dequeue();
        Assert(answer.Header.OxId == new OxId(_oxId), "the answer has the request's OX_ID");
        Assert(answer.Header.FCtl == FCtlValues.ElsReply, "the answer ends the exchange");
        return answer;
    }
}
