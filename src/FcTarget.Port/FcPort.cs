// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.Wire;

namespace FcTarget.Port;

// FC PORT - theory of operation
//   Job      Everything on one wire: takes Ethernet frames apart (FIP, FCoE, CRC, FC header) and hands them to the topology and the
//            N_Port; tells them of the link; collects what they send.
//   Owner    Its PortLoop. Other threads use Run's cancellation, Post, the counters, and RequestStop.
//   Always   Nothing from the wire throws: what is wrong with a frame is a counter. A throw in a handler is our bug; the frame is
//            dropped, Faults grows, and the logins are begun anew from a known state.
//   Proof    FcPortTests (garbage, truncation), all conversation tests

/// <summary>One FCoE port: a wire, its loop, a topology and an N_Port.</summary>
public sealed class FcPort : ILoopClient, ILoopWork
{
    private readonly IPortObserver? _observer;
    private readonly IVirtualLink _link;
    private readonly PointToPointLink? _pointToPoint;
    private Action? _onStopped;

    /// <param name="wire">The wire; the caller disposes it after the loop has ended.</param>
    /// <param name="options">What the port is.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="probes">The <c>fc</c> provider that this port fires.</param>
    /// <param name="observer">Hears of logins and faults; may be null.</param>
    public FcPort(IFrameWire wire, PortOptions options, TimeProvider clock, FcProvider probes, IPortObserver? observer = null)
    {
        _observer = observer;
        Loop = new PortLoop(wire, clock, _ => this);
        Local = new LocalPort(Loop, options, probes, Counters, observer);
        _link = options.Topology switch
        {
            Topology.PointToPoint => _pointToPoint = new PointToPointLink(Local),
            _ => new Vn2VnLink(Local),
        };
        Local.Link = _link;
        _leaveTimer = new LoopTimer(Loop.Timers, FinishStop);
    }

    public PortLoop Loop { get; }

    public LocalPort Local { get; }

    public PortCounters Counters { get; } = new();

    /// <summary>Makes the port an FCP target. Before the loop runs.</summary>
    public void AddTarget(TaskRouter router) => Local.Add(new FcpTarget(Local, router, Local.Options.MaxExchanges));

    // ---- the loop's events ----------------------------------------------------------------------------------------

    public void OnLink(bool up)
    {
        if (up && Local.Probes.IsEnabled(FcProbe.LinkUp)) Local.Probes.LinkUp(Local.Connection);
        if (!up && Local.Probes.IsEnabled(FcProbe.LinkDown)) Local.Probes.LinkDown(Local.Connection);
        _observer?.OnLink(up);
        if (!up || Local.MaxPayload > 0) _link.OnLink(up); // an MTU below 302 carries no FC frame
    }

    public bool OnTransmit()
    {
        bool more = !Local.Transmitter.FlushBacklog();
        foreach (IFc4 fc4 in Local.Fc4s) more |= fc4.Transmit();
        return more;
    }

    public void OnFault(Exception fault)
    {
        _observer?.OnFault(fault);
        _link.OnLink(false);
        if (Loop.Wire.IsLinkUp) _link.OnLink(true);
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
        if (vid != (Local.Options.Vlan?.Vid ?? 0))
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
        if (FipMessage.TryRead(ethernet.Payload, out FipMessage message) == FipError.None) _link.OnFip(ethernet, message);
        else Counters.FipMalformed++;
    }

    private void OnFcoe(in EthernetFrame ethernet)
    {
        // Whose frame it is comes before its CRC: on a shared Ethernet in promiscuous mode most frames may be somebody else's.
        if (ethernet.Payload.Length >= FcoeFrame.HeaderLength + FcHeader.WireSize
            && !_link.IsForUs(ethernet, DestinationOf(ethernet.Payload)))
        {
            Counters.NotForUs++;
            return;
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
        if (!fcoe.Sof.IsClass3())
        {
            Counters.ClassUnsupported++;
            return;
        }
        if (FcFrame.TryRead(fcoe.Frame, out FcFrame frame) != FcFrameError.None)
        {
            Counters.FcHeaderRefused++;
            return;
        }
        _pointToPoint?.LearnPeer(ethernet.Source);
        Local.OnFrame(frame, fcoe.Sof.InitiatesSequence(), ethernet.Source, fip: null);
    }

    private static FcId DestinationOf(ReadOnlySpan<byte> fcoe) =>
        System.Runtime.InteropServices.MemoryMarshal.Read<FcHeader>(fcoe[FcoeFrame.HeaderLength..]).DId;

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

    private readonly LoopTimer _leaveTimer;

    /// <summary>
    /// From any thread: log out of every remote port. <paramref name="onStopped"/> runs on the loop when they have answered, or
    /// after E_D_TOV.
    /// </summary>
    public void RequestStop(Action onStopped)
    {
        _onStopped = onStopped;
        Loop.Post(this);
    }

    public void RunOnLoop(int kind)
    {
        Local.Leave();
        _leaveDeadline = Loop.Timers.Now + Local.Options.EDTov;
        FinishStop();
    }

    private TimeSpan _leaveDeadline;

    private void FinishStop()
    {
        if (Local.HasSessions && Loop.Timers.Now < _leaveDeadline)
        {
            _leaveTimer.Set(TimeSpan.FromMilliseconds(10));
            return;
        }
        _onStopped?.Invoke();
        _onStopped = null;
    }
}
