// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;
using FcTarget.Stmf;

namespace FcTarget.Port;

// LOCAL PORT - theory of operation
//   Job      An N_Port of ours: address, names, remote ports, link services. FC frames come in by OnFrame; TYPE decides: ELS and BLS are
//            answered here, FCP goes to the FC-4 functions.
//   Owner    The port loop.
//   Files    LocalPort.cs: the port and its address.  .RemotePorts.cs: whom it knows.  .Frames.cs: what a frame is, by TYPE.
//            .Els.cs: ELS requests of others.  .Diagnostics.cs: those that only ask.  .Answers.cs: answers, and our login parameters.
//   Always   Id is None while the topology (IVirtualLink) has no address for us; then nothing is answered.
//   Proof    LoginConversationTests, ElsConversationTests

/// <summary>An N_Port of ours.</summary>
public sealed partial class LocalPort
{
    private readonly Dictionary<uint, RemotePort> _remotes = [];
    private readonly Dictionary<Wwn, RemotePort> _byName = []; // where a port of that name was met last
    private SequenceAssembler? _assembler;   // made when the first sequence of several frames comes
    private SequenceAssembler? _ctAssembler; // likewise: lists of the name server are longer
    private readonly TimeSpan[] _strangerTold = new TimeSpan[64];
    private readonly List<IFc4> _fc4s = [];
    private RemotePort? _lastFound;
    private int _fabricPayload = FcFrame.MaxPayloadLength;

    internal LocalPort(FcPort port, PortOptions options)
    {
        Port = port;
        Loop = port.Loop;
        Options = options;
        Probes = port.Probes;
        Counters = port.Counters;
        Observer = port.Observer;
        Transmitter = port.Transmitter;
        PortName = options.PortName.IsNone ? Wwn.PortNameOf(Loop.Wire.Mac) : options.PortName;
        NodeName = options.NodeName.IsNone ? Wwn.NodeNameOf(Loop.Wire.Mac) : options.NodeName;
        ProbeInfo = new PortProbeInfo(PortName.ToString(), NodeName.ToString(), options.SymbolicNodeName, options.SymbolicPortName);
        Connection = new ConnProbeInfo(ProbeInfo, null);
        Els = new ElsOriginator(this);
        EDTov = options.EDTov;
        RATov = options.RATov;
        Array.Fill(_strangerTold, TimeSpan.MinValue);
    }

    /// <summary>The wire it is on, and what it shares with our other N_Ports there.</summary>
    public FcPort Port { get; }

    public PortLoop Loop { get; }

    public PortOptions Options { get; }

    public FcProvider Probes { get; }

    /// <summary>Those of the wire.</summary>
    public PortCounters Counters { get; }

    public FrameTransmitter Transmitter { get; }

    public Wwn PortName { get; }

    public Wwn NodeName { get; }

    /// <summary>N_Port_ID; <see cref="FcId.None"/> while the port has none.</summary>
    public FcId Id { get; private set; }

    /// <summary>Largest payload of a frame on this wire, bytes: 2112, or what the MTU carries (FC-BB-6).</summary>
    public int MaxPayload => Formats.Fcoe.FcoeSize.DataFieldForMtu(Loop.Wire.Mtu);

    /// <summary>Largest payload of a frame we may send: <see cref="MaxPayload"/>, or what the fabric takes if that is less.</summary>
    internal int MaxSentPayload => Math.Min(MaxPayload, _fabricPayload);

    /// <summary>E_D_TOV in force: the fabric's, else that of the options.</summary>
    public TimeSpan EDTov { get; private set; }

    /// <summary>R_A_TOV in force, likewise.</summary>
    public TimeSpan RATov { get; private set; }

    /// <summary>How long an ELS or CT request of ours waits for its answer: twice E_D_TOV.</summary>
    internal TimeSpan ElsTimeout => EDTov * 2;

    /// <summary>The login with the fabric; null where there is none.</summary>
    internal FabricSession? Fabric { get; set; }

    /// <summary>The ports we know, logged in or not.</summary>
    public IReadOnlyCollection<RemotePort> RemotePorts => _remotes.Values;

    internal IPortObserver? Observer { get; }

    internal IVirtualLink Link { get; set; } = null!;

    internal ElsOriginator Els { get; }

    internal PortProbeInfo ProbeInfo { get; }

    internal ConnProbeInfo Connection { get; }

    /// <summary>A list and not an interface of one: it is walked on the data path, where an enumerator must not be boxed.</summary>
    internal List<IFc4> Fc4s => _fc4s;

    internal FcpServiceParameters FcpParameters
    {
        get
        {
            FcpServiceParameters all = FcpServiceParameters.None;
            foreach (IFc4 fc4 in _fc4s) all |= fc4.ServiceParameters;
            return all;
        }
    }

    /// <summary>Whether an FC-4 function of ours looks for targets.</summary>
    internal bool IsInitiator => (FcpParameters & FcpServiceParameters.InitiatorFunction) != 0;

    /// <summary>Gives the port an FC-4 function. Before the loop runs.</summary>
    public void Add(IFc4 fc4) => _fc4s.Add(fc4);

    /// <summary>Makes the port an FCP target. Before its login begins.</summary>
    /// <param name="router">Takes the commands.</param>
    /// <param name="relativeTargetPort">Relative target port identifier (SPC-4 3.1): no two ports with one router have the same.</param>
    public void AddTarget(TaskRouter router, ushort relativeTargetPort = 1) =>
        Add(new FcpTarget(this, router, Options.MaxExchanges, relativeTargetPort));

    /// <summary>The remote port with this N_Port_ID, or null.</summary>
    public RemotePort? Find(FcId id)
    {
        if (_lastFound is { } last && last.Id == id) return last;
        return _remotes.TryGetValue(id.Value, out RemotePort? found) ? _lastFound = found : null;
    }

    /// <summary>A target has something for initiators, an initiator for targets.</summary>
    internal bool PairsWith(FcpServiceParameters theirs)
    {
        FcpServiceParameters ours = FcpParameters;
        return ((ours & FcpServiceParameters.TargetFunction) != 0 && (theirs & FcpServiceParameters.InitiatorFunction) != 0)
            || ((ours & FcpServiceParameters.InitiatorFunction) != 0 && (theirs & FcpServiceParameters.TargetFunction) != 0);
    }

    // ---- the address ----------------------------------------------------------------------------------------------

    /// <summary>The fabric has said its time-outs; null: ours stay in force.</summary>
    internal void TakeTimeouts(TimeSpan? eDTov, TimeSpan? rATov)
    {
        EDTov = eDTov ?? Options.EDTov;
        RATov = rATov ?? Options.RATov;
    }

    /// <summary>The fabric takes frames with a payload of so many bytes at most.</summary>
    internal void LimitPayload(int bytes) => _fabricPayload = bytes;

    /// <summary>The topology has an address for us.</summary>
    internal void GoOnline(FcId id)
    {
        Id = id;
        ProbeInfo.Update(hardAddress: 0);
        Observer?.OnAddress(id);
    }

    /// <summary>The address is gone, and with it everybody we were logged in with.</summary>
    internal void GoOffline()
    {
        foreach (RemotePort remote in _remotes.Values.ToList()) remote.Handle(LoginEvent.Gone);
        Els.CancelAll();
        _assembler?.Clear();
        _ctAssembler?.Clear();
        TakeTimeouts(null, null);
        LimitPayload(FcFrame.MaxPayloadLength);
        if (Id == FcId.None) return;
        Id = FcId.None;
        Observer?.OnAddress(FcId.None);
    }

    /// <summary>The port is on its way out: it logs in with nobody any more.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>It has left and is not on the wire, until <see cref="FcPort.BringOnline"/>.</summary>
    public bool IsOffline { get; private set; }

    /// <summary>Logs out of every remote port; done when <see cref="HasSessions"/> is false.</summary>
    internal void Leave()
    {
        IsLeaving = true;
        foreach (RemotePort remote in _remotes.Values.ToList()) remote.Handle(LoginEvent.Leave);
    }

    /// <summary>The logins of other N_Ports of ours with a fabric hang on this one's: they are taken offline before it.</summary>
    public bool CarriesOthers => Link.CarriesOthers;

    /// <summary>The port has left and is kept.</summary>
    internal void Park()
    {
        GoOffline();
        Fabric?.Dispose();
        Fabric = null;
        IsOffline = true;
    }

    /// <summary>The port may log in again.</summary>
    internal void Unpark() => IsOffline = IsLeaving = false;

    /// <summary>FCP exchanges that are open, also those of sessions that ended.</summary>
    public int OpenExchanges => _fc4s.Sum(static f => f.OpenExchanges);

    /// <summary>The port has left and is forgotten: its native memory is freed.</summary>
    internal void Discard()
    {
        Fabric?.Dispose();
        foreach (RemotePort remote in _remotes.Values) remote.Discard();
        _remotes.Clear();
        _byName.Clear();
        _lastFound = null;
        Connection.Dispose();
        ProbeInfo.Dispose();
    }

    internal bool HasSessions => _remotes.Values.Any(r => r.State != LoginState.Idle);
}
