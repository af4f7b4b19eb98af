// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.Wire;

namespace FcTarget.Port;

// FC PORT - theory of operation
//   Job      Everything on one wire: takes Ethernet frames apart (FIP, FCoE, CRC, FC header) and hands them to the topology and by
//            it to our N_Ports; tells them of the link; collects what they send.
//   Owner    Its PortLoop. Other threads use Run's cancellation, Post, the counters, and RequestStop.
//   Always   Nothing from the wire throws: what is wrong with a frame is a counter. A throw in a handler is our bug; the frame is
//            dropped, Faults grows, and the logins are begun anew from a known state.
//   Proof    FcPortTests (garbage, truncation), all conversation tests

/// <summary>One FCoE port: a wire, its loop, a topology and our N_Ports on it.</summary>
public sealed class FcPort : ILoopClient, ILoopWork
{
    private readonly List<LocalPort> _locals = [];
    private readonly ITopology _topology;
    private Action? _onStopped;
    private uint _nextOxId;
    private bool _linkUp;

    /// <param name="wire">The wire; the caller disposes it after the loop has ended.</param>
    /// <param name="options">What the port is.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="probes">The <c>fc</c> provider that this port fires.</param>
    /// <param name="observer">Hears of logins and faults; may be null.</param>
    /// <param name="topology">Makes the topology, where that is not for this assembly to know; null: as the options say.</param>
    public FcPort(
        IFrameWire wire, PortOptions options, TimeProvider clock, FcProvider probes, IPortObserver? observer = null,
        Func<FcPort, ITopology>? topology = null)
    {
        Observer = observer;
        Probes = probes;
        Loop = new PortLoop(wire, clock, _ => this);
        Transmitter = new FrameTransmitter(wire, Counters);
        _topology = topology is not null ? topology(this) : options.Topology switch
        {
            Topology.PointToPoint => new ENodeTopology(options.Vlan, static local => new PointToPointLink(local)),
            Topology.Fabric => new FabricTopology(this, options),
            Topology.Vn2Vn => new ENodeTopology(options.Vlan, static local => new Vn2VnLink(local)),
            _ => throw new ArgumentException($"Topology {options.Topology} is made by the caller.", nameof(topology)),
        };
        Local = AddLocal(options);
    }

    public PortLoop Loop { get; }

    /// <summary>The first N_Port, which is there as long as the wire is.</summary>
    public LocalPort Local { get; }

    /// <summary>Our N_Ports on this wire, <see cref="Local"/> first. On the loop, or before it runs.</summary>
    public IReadOnlyList<LocalPort> Locals => _locals;

    public PortCounters Counters { get; } = new();

    public FrameTransmitter Transmitter { get; }

    internal FcProvider Probes { get; }

    /// <summary>What the bursts of write data on this wire may ask for.</summary>
    internal BurstCredit Credit { get; } = new();

    /// <summary>The FC-4 functions that have something to send.</summary>
    internal TransmitQueue<TransmitTurn> SendLine { get; } = new();

    internal IPortObserver? Observer { get; }

    /// <summary>
    /// Adds an N_Port on this wire (NPIV), whose login begins at once when the link is up. On the loop, or before it runs.
    /// </summary>
    /// <param name="options">Its names, and what else concerns one N_Port; they are its own, or those of the wire's MAC address.</param>
    /// <param name="prepare">
    /// Gives the N_Port its FC-4 functions, before its login begins; null where that is done before the loop runs.
    /// </param>
    /// <exception cref="ArgumentException">There is an N_Port of this name on the wire.</exception>
    public LocalPort AddLocal(PortOptions options, Action<LocalPort>? prepare = null)
    {
        LocalPort local = new(this, options);
        if (_locals.Exists(other => other.PortName == local.PortName))
            throw new ArgumentException($"There is an N_Port {local.PortName.ToColonString()} on {Loop.Wire.Name} already.", nameof(options));
        prepare?.Invoke(local);
        _locals.Add(local);
        if (_linkUp && Probes.IsEnabled(FcProbe.LinkUp)) Probes.LinkUp(local.Connection);
        local.Link = _topology.Attach(local);
        return local;
    }

    /// <summary>
    /// Takes an N_Port away: LOGO to its remote ports and to the fabric, then it is gone, and with it all that it had. On the loop. The
    /// others notice nothing.
    /// </summary>
    /// <param name="local">Not <see cref="Local"/>, which is there as long as the wire is.</param>
    /// <param name="onDone">
    /// Runs on the loop when nothing is left of it: its peers have answered, or have not within twice E_D_TOV, and its logical units have
    /// let go of its last command. May be null.
    /// </param>
    /// <exception cref="ArgumentException">It is the first N_Port, or not one of this wire.</exception>
    public void RemoveLocal(LocalPort local, Action? onDone = null)
    {
        if (local == Local || !_locals.Contains(local))
            throw new ArgumentException("Only a further N_Port of this wire can be removed.", nameof(local));
        if (local.IsOffline) Forget(local, onDone);
        else if (!local.IsLeaving) _ = new Departure([local], () => Forget(local, onDone));
    }

    /// <summary>
    /// Takes an N_Port off the wire: LOGO to its remote ports and to the fabric. It stays, and all that it is, until
    /// <see cref="BringOnline"/>. On the loop, or before it runs. The others notice nothing.
    /// </summary>
    /// <param name="local">An N_Port of this wire that is online.</param>
    /// <param name="onDone">Runs on the loop when its peers have answered, or have not within twice E_D_TOV; perhaps before this returns.</param>
    /// <exception cref="ArgumentException">It is none, or <see cref="LocalPort.CarriesOthers"/>.</exception>
    public void TakeOffline(LocalPort local, Action? onDone = null)
    {
        if (!_locals.Contains(local) || local.IsLeaving || local.CarriesOthers)
            throw new ArgumentException("It is no N_Port of this wire that is online.", nameof(local));
        _ = new Departure([local], () =>
        {
            _topology.Detach(local);
            local.Park();
            if (_linkUp && Probes.IsEnabled(FcProbe.LinkDown)) Probes.LinkDown(local.Connection);
            onDone?.Invoke();
        });
    }

    /// <summary>Puts an N_Port back on the wire; its login begins at once when the link is up. On the loop, or before it runs.</summary>
    /// <exception cref="ArgumentException">It is not offline.</exception>
    public void BringOnline(LocalPort local)
    {
        if (!local.IsOffline) throw new ArgumentException("The N_Port is not offline.", nameof(local));
        local.Unpark();
        if (_linkUp && Probes.IsEnabled(FcProbe.LinkUp)) Probes.LinkUp(local.Connection);
        local.Link = _topology.Attach(local);
    }

    private void Forget(LocalPort local, Action? onDone)
    {
        if (_locals.Remove(local) && !local.IsOffline)
        {
            _topology.Detach(local);
            local.GoOffline();
            if (_linkUp && Probes.IsEnabled(FcProbe.LinkDown)) Probes.LinkDown(local.Connection);
        }
        if (local.OpenExchanges > 0)
        {
            // What probes say of a command is in the port's native memory.
            new LoopTimer(Loop.Timers, () => Forget(local, onDone)).Set(Departure.Interval);
            return;
        }
        local.Discard();
        onDone?.Invoke();
    }

    /// <summary>The wire is no more, and its loop runs no more: the native memory of its N_Ports is freed.</summary>
    public void Discard()
    {
        foreach (LocalPort local in _locals) local.Discard();
    }

    /// <summary>
    /// OX_ID for the next link service or generic service request of any N_Port on this wire: FIP answers a FLOGI that carries no address
    /// yet, and then the OX_ID tells whose it was.
    /// </summary>
    internal ushort NextOxId() => (ushort)(ElsOriginator.FirstOxId + (_nextOxId++ % ElsOriginator.Capacity));

    /// <summary>Makes the first N_Port an FCP target. Before the loop runs.</summary>
    public void AddTarget(TaskRouter router, ushort relativeTargetPort = 1) => Local.AddTarget(router, relativeTargetPort);

    // ---- the loop's events ----------------------------------------------------------------------------------------

    public void OnLink(bool up)
    {
        if (_linkUp && !up) Counters.LinkFailures++;
        _linkUp = up;
        foreach (LocalPort local in _locals)
        {
            if (local.IsOffline) continue;
            if (up && Probes.IsEnabled(FcProbe.LinkUp)) Probes.LinkUp(local.Connection);
            if (!up && Probes.IsEnabled(FcProbe.LinkDown)) Probes.LinkDown(local.Connection);
        }
        Observer?.OnLink(up);
        if (!up || Local.MaxPayload > 0) _topology.OnLink(up); // an MTU below 302 carries no FC frame
    }

    public bool OnTransmit() => !Transmitter.FlushBacklog() | TransmitTurn.Take(SendLine);

    public void OnFault(Exception fault)
    {
        Observer?.OnFault(fault);
        _topology.OnLink(false);
        if (Loop.Wire.IsLinkUp) _topology.OnLink(true);
    }

    public void OnFrame(ReadOnlySpan<byte> bytes)
    {
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet))
        {
            Counters.EthernetTooShort++;
            return;
        }
        // VID 0 is a priority tag: the frame belongs to no VLAN (802.1Q).
        int vid = ethernet.HasVlan ? ethernet.Vlan!.Value.Vid : 0;
        if (!_topology.Serves(vid))
        {
            Counters.NotForUs++;
            return;
        }
        switch (ethernet.EtherType)
        {
            case EtherType.Fcoe:
                OnFcoe(ethernet);
                break;
            case EtherType.Fip:
                OnFip(ethernet);
                break;
            default:
                Counters.EtherTypeUnknown++;
                break;
        }
    }

    private void OnFip(in EthernetFrame ethernet)
    {
        if (FipMessage.TryRead(ethernet.Payload, out FipMessage message) == FipError.None) _topology.OnFip(ethernet, message);
        else Counters.FipMalformed++;
    }

    private void OnFcoe(in EthernetFrame ethernet)
    {
        // Whose frame it is comes before its CRC: on a shared Ethernet in promiscuous mode most frames may be somebody else's.
        IFcoeReceiver? receiver = null;
        if (ethernet.Payload.Length >= FcoeFrame.HeaderLength + FcHeader.WireSize)
        {
            receiver = _topology.ReceiverOf(ethernet, MemoryMarshal.Read<FcHeader>(ethernet.Payload[FcoeFrame.HeaderLength..]));
            if (receiver is null)
            {
                Counters.NotForUs++;
                return;
            }
        }
        FcoeError error = FcoeFrame.TryRead(ethernet.Payload, verifyCrc: true, out FcoeFrame fcoe);
        if (error != FcoeError.None)
        {
            Count(error);
            return;
        }
        if (fcoe.Eof.MarksFrameInvalid())
        {
            Counters.FrameMarkedInvalid++;
            return;
        }
        if (FcFrame.TryRead(fcoe.Frame, out FcFrame frame) != FcFrameError.None)
        {
            Counters.FcHeaderRefused++;
            return;
        }
        // A frame too short for a receiver is too short for FCoE.
        if (fcoe.Sof.IsClass3()) receiver!.OnFrame(ethernet, fcoe, frame);
        else Refuse(ethernet, fcoe.Sof, frame.Header, receiver!);
    }

    /// <summary>
    /// A frame of a class that we do not have. In class 2 each frame has its answer (FC-FS-3, P_RJT); class F is discarded by all but
    /// switches, and classes 1, 4 and 6 are obsolete.
    /// </summary>
    private void Refuse(in EthernetFrame ethernet, Sof sof, in FcHeader header, IFcoeReceiver receiver)
    {
        Counters.ClassUnsupported++;
        if (!sof.IsClass2() || !LinkReject.Answers(header) || ethernet.Source.IsGroup || ethernet.Destination.IsGroup) return;
        if (receiver.RejectionOf(ethernet, header) is not { } reject) return;
        Counters.LinkRejectsSent++;
        Transmitter.TrySendLinkControl(new LinkAddress(ethernet.Source, ethernet.Destination, ethernet.Vlan), reject.To(header));
    }

    private void Count(FcoeError error)
    {
        switch (error)
        {
            case FcoeError.TooShort: Counters.FcoeTooShort++; break;
            case FcoeError.BadVersion: Counters.FcoeBadVersion++; break;
            case FcoeError.BadSof or FcoeError.BadEof: Counters.FcoeBadSofOrEof++; break;
            case FcoeError.BadLength: Counters.FcoeBadLength++; break;
            default: Counters.FcoeBadCrc++; break;
        }
    }

    // ---- leaving --------------------------------------------------------------------------------------------------

    /// <summary>
    /// From any thread: log out of every remote port and of the fabric. <paramref name="onStopped"/> runs on the loop when they have
    /// answered, or after twice E_D_TOV.
    /// </summary>
    public void RequestStop(Action onStopped)
    {
        _onStopped = onStopped;
        Loop.Post(this);
    }

    public void RunOnLoop(int kind)
    {
        LocalPort[] online = [.. _locals.Where(static local => !local.IsOffline)];
        if (online.Length == 0) OnLeft();
        else _ = new Departure(online, OnLeft);
    }

    private void OnLeft()
    {
        _topology.Leave();
        _onStopped?.Invoke();
        _onStopped = null;
    }
}
