// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Fdmi;
using FcTarget.Fabric.Services;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric;

// FABRIC - theory of operation
//   Job      Everything about a fabric that is not Ethernet: who is logged in, with which N_Port_ID, who may talk to whom, and the
//            services at the well-known addresses. A topology brings logins and frames, and carries the answers.
//   Parts    AddressBook (N_Port_ID of an N_Port_Name), FabricZoning, StateChanges (RSCN), LinkServices (ELS at FFFFFAh, FCh, FDh, FEh),
//            CommonTransport with NameServer and FdmiServer.
//   Owner    The port loop. The state file is written on another thread.
//   Life     TryLogin -> FabricPort -> Logout. A port that logs in anew begins anew: its old login ends first, with everything that hung
//            on it. The ports behind a FLOGI (FDISC) end with it, and before it.
//   Always   Every port of Ports has an N_Port_ID and an N_Port_Name that no other one has.
//   Missing  More than one switch: no E_Ports, no FC-SW.
//   Read     FC-LS-3 (FLOGI, FDISC, LOGO), FC-GS, docs/fabric.md
//   Proof    FabricLoginTests, FabricStateTests, NameServer*Tests, FdmiServerTests, ManyLoginsTests, StateChangeTests, ZoningTests, FabricHostilityTests

/// <summary>A fabric of one switch. See the theory above. All calls on the loop.</summary>
public sealed partial class FcFabric : IDisposable
{
    /// <summary>New addresses wait this long for each other before the state file is written.</summary>
    private static readonly TimeSpan SaveDelay = TimeSpan.FromMilliseconds(100);

    private readonly PortSet _inOrder = new();
    private readonly Dictionary<uint, FabricPort> _byId = [];
    private readonly Dictionary<Wwn, FabricPort> _byName = [];
    private readonly IFabricObserver? _observer;
    private readonly AddressBook _addresses;
    private readonly StateWriter? _stateWriter;
    private readonly LoopTimer _save;
    private readonly LinkServices _linkServices;
    private readonly CommonTransport _commonTransport;
    private readonly FdmiServer _fdmi;
    private byte _seqId;

    /// <param name="options">What the fabric is.</param>
    /// <param name="timers">The loop's.</param>
    /// <param name="observer">Who hears of logins; null: nobody.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The state file cannot be read, or is damaged.</exception>
    public FcFabric(FabricOptions options, TimerQueue timers, IFabricObserver? observer = null)
    {
        if (options.DomainId is < FabricOptions.MinDomainId or > FabricOptions.MaxDomainId)
            throw new ArgumentException($"Domain_ID {options.DomainId} is not {FabricOptions.MinDomainId} to {FabricOptions.MaxDomainId}.", nameof(options));
        if (options.MaxAddresses is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"MaxAddresses {options.MaxAddresses} is not 1 to {ushort.MaxValue}.", nameof(options));
        Options = options;
        Timers = timers;
        _observer = observer;
        FabricState state = options.StateFile is { } file ? FabricState.Load(file) : FabricState.Empty;
        _save = new LoopTimer(timers, SaveState);
        if (options.StateFile is { } path)
            _stateWriter = new StateWriter(path, fault => _observer?.OnStateNotSaved(fault));
        _addresses = new AddressBook(options.DomainId, options.MaxAddresses, state.ReadAddresses());
        Zoning = new FabricZoning(this, state.Zoning ?? options.Zoning);
        StateChanges = new StateChanges(this);
        _linkServices = new LinkServices(this);
        _fdmi = new FdmiServer(this);
        _commonTransport = new CommonTransport(this, new NameServer(this), _fdmi);
    }

    public FabricOptions Options { get; }

    /// <summary>Fabric_Name.</summary>
    public Wwn FabricName => Options.FabricName.IsNone ? Options.SwitchName : Options.FabricName;

    public FabricZoning Zoning { get; }

    public FabricCounters Counters { get; } = new();

    /// <summary>The ports that are logged in, by N_Port_ID.</summary>
    public IReadOnlyList<FabricPort> Ports => _inOrder;

    /// <summary>The same, by what the name server is asked for.</summary>
    internal PortIndex Index { get; } = new();

    internal TimerQueue Timers { get; }

    internal StateChanges StateChanges { get; }

    public FabricPort? Find(FcId id) => _byId.GetValueOrDefault(id.Value);

    public FabricPort? Find(Wwn portName) => _byName.GetValueOrDefault(portName);

    /// <summary>Whether frames may pass between two ports. Allocates nothing.</summary>
    public bool MayTalk(FabricPort a, FabricPort b) => Zoning.MayTalk(a, b);

    /// <summary>Every port in plain words, by N_Port_ID.</summary>
    public IReadOnlyList<FabricPortInfo> Describe() => [.. Ports.Select(p => FabricPortInfo.Of(p, Timers.Now, Zoning.ZonesOf(p)))];

    /// <summary>Writes what the state file lacks, and waits for it.</summary>
    public void Dispose()
    {
        if (_save.IsSet) SaveState();
        _stateWriter?.Dispose();
    }

    // ---- frames to well-known addresses ---------------------------------------------------------------------------

    /// <summary>A frame to a well-known address, whole and with the right CRC.</summary>
    /// <param name="from">The login it belongs to.</param>
    /// <param name="frame">The frame; its payload lives only for the call.</param>
    /// <param name="firstOfSequence">SOFi3: the first frame of its sequence.</param>
    public void OnFrame(FabricPort from, in FcFrame frame, bool firstOfSequence)
    {
        FcHeader header = frame.Header;
        if (!from.IsLoggedIn || header.SId != from.Id || !header.DId.IsWellKnown)
        {
            Counters.FramesUnexpected++;
            return;
        }
        if (header is { Type: FcType.Bls, RCtl: RCtl.Abts })
        {
            OnAbts(from, header);
            return;
        }
        bool els = header is { Type: FcType.Els, RCtl: RCtl.ElsRequest or RCtl.ElsReply };
        if (!els && header is not { Type: FcType.Ct, RCtl: RCtl.UnsolicitedControl })
        {
            Counters.FramesUnexpected++;
            return;
        }
        ReadOnlySpan<byte> payload = frame.Payload;
        if (!firstOfSequence || !header.FCtl.Has(FCtl.EndSequence))
        {
            from.Assembler ??= new SequenceAssembler(sequences: 2, maxLength: 8 * 1024);
            payload = from.Assembler.Complete(frame, firstOfSequence);
            if (payload.IsEmpty) return; // more of it to come
        }
        if (!els) _commonTransport.OnRequest(from, header, payload);
        else if (header.RCtl == RCtl.ElsRequest) _linkServices.OnRequest(from, header, payload);
        else if (ElsPayload.TryReadCommand(payload, out ElsCommand command)) StateChanges.OnReply(from, header, command);
        else Counters.FramesUnexpected++;
    }

    // Every request is answered before the next frame is looked at, so there is nothing left to abort.
    private void OnAbts(FabricPort from, in FcHeader abts)
    {
        Counters.AbtsReceived++;
        BaAccPayload accept = BaAccPayload.ForExchange(abts.OxId, abts.RxId);
        Send(from, new FcHeader
        {
            RCtl = RCtl.BaAcc,
            DId = abts.SId,
            SId = abts.DId,
            Type = FcType.Bls,
            FCtl = abts.FCtl.Has(FCtl.ExchangeResponder) ? FCtlValues.BasicReplyByOriginator : FCtlValues.BasicReplyByResponder,
            SeqId = abts.SeqId,
            OxId = abts.OxId,
            RxId = abts.RxId,
        }, WireBytes.Of(accept));
    }

    internal void Reply(FabricPort to, in FcHeader request, RCtl rCtl, FcType type, ReadOnlySpan<byte> payload) => Send(to, new FcHeader
    {
        RCtl = rCtl,
        DId = request.SId,
        SId = request.DId,
        Type = type,
        FCtl = FCtlValues.ElsReply,
        SeqId = _seqId = SequenceId.Next(_seqId),
        OxId = request.OxId,
        RxId = request.RxId,
    }, payload);

    internal void Reject(FabricPort to, in FcHeader request, ElsReject reason)
    {
        Counters.ElsRejected++;
        LsRjtPayload reject = new(reason);
        Reply(to, request, RCtl.ElsReply, FcType.Els, WireBytes.Of(reject));
    }

    internal void Send(FabricPort to, in FcHeader header, ReadOnlySpan<byte> payload) => to.Carrier.Send(to, header, payload);

    /// <summary>Has the state file written.</summary>
    internal void SaveState()
    {
        _save.Cancel();
        if (_stateWriter is null) return;
        KeyValuePair<Wwn, FcId>[] addresses = [.. _addresses.All];
        ZoningConfiguration zoning = Zoning.Configuration;
        _stateWriter.Write(() => FabricState.Of(addresses, zoning).Write());
    }
}
