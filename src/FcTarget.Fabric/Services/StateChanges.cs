// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric.Services;

// REGISTERED STATE CHANGE NOTIFICATION - theory of operation
//   Job      Tell the ports that did SCR which ports they should ask the name server about again.
//   Whom     Those that may talk to the port that changed. A change of zoning tells the two ports that gain or lose sight of each other.
//   When     Changes are collected for RscnHold and then told together: FLOGI and the registrations that follow are one page, and a
//            thousand logins at once are one RSCN to each port. Above MaxPages it has one page of format "fabric": look at everything.
//   Cost     A change costs the same however many ports there are; the end of a hold a look at each port that sees a change, or where
//            there are more than MaxPages of them, a look of each port at so many changes.
//   Loss     One RSCN a port is under way; it is sent again when twice E_D_TOV passes without an answer, RscnAttempts times in all. What
//            changes meanwhile waits for the next one.
//   Read     FC-LS-3, RSCN and SCR
//   Proof    StateChangeTests

/// <summary>Sends RSCN. See the theory above.</summary>
internal sealed class StateChanges
{
    /// <summary>More changed ports than this are not listed one by one.</summary>
    public const int MaxPages = 32;

    private readonly FcFabric _fabric;
    private readonly Dictionary<FabricPort, Change> _changed = [];
    private readonly List<RscnSubscription> _toTell = []; // those with something new
    private readonly LoopTimer _hold;
    private ushort _oxId;

    public StateChanges(FcFabric fabric)
    {
        _fabric = fabric;
        _hold = new LoopTimer(fabric.Timers, Tell);
    }

    /// <summary>SCR.</summary>
    public void Register(FabricPort port, ScrFunction function)
    {
        if (function == ScrFunction.Clear)
        {
            Forget(port);
            return;
        }
        port.Rscn ??= new RscnSubscription(_fabric.Timers, OnTimeout, port);
        port.Rscn.Function = function;
    }

    public void Forget(FabricPort port)
    {
        port.Rscn?.End();
        port.Rscn = null;
    }

    /// <summary>Something about a port has changed: those that may see it are told.</summary>
    /// <param name="subject">The port.</param>
    /// <param name="qualifier">What happened.</param>
    /// <param name="byPort">The port said so itself, by RSCN; otherwise the fabric noticed.</param>
    public void Of(FabricPort subject, RscnEventQualifier qualifier, bool byPort = false)
    {
        ScrFunction kind = byPort ? ScrFunction.NxPortDetected : ScrFunction.FabricDetected;
        if (_changed.TryGetValue(subject, out Change earlier)) _changed[subject] = new Change(Merge(earlier.Qualifier, qualifier), earlier.Kind | kind);
        else _changed.Add(subject, new Change(qualifier, kind));
        _hold.SetIfIdle(_fabric.Options.RscnHold);
    }

    /// <summary>Two ports see each other from now on, or no longer.</summary>
    public void BetweenTwo(FabricPort a, FabricPort b)
    {
        if (a.Rscn is { } ofA && (ofA.Function & ScrFunction.FabricDetected) != 0) Add(ofA, b.Id, RscnEventQualifier.ChangedServiceObject);
        if (b.Rscn is { } ofB && (ofB.Function & ScrFunction.FabricDetected) != 0) Add(ofB, a.Id, RscnEventQualifier.ChangedServiceObject);
        _hold.SetIfIdle(_fabric.Options.RscnHold);
    }

    /// <summary>Finds out who is to be told of what has changed up to now, by the zoning in force.</summary>
    public void Collect()
    {
        if (_changed.Count <= MaxPages)
        {
            foreach ((FabricPort subject, Change change) in _changed)
                foreach (PortSet peers in _fabric.Zoning.PeersOf(subject))
                    for (int i = 0; i < peers.Count; i++) Add(peers[i], subject, change);
        }
        else
        {
            foreach (FabricPort port in _fabric.Ports)
                foreach ((FabricPort subject, Change change) in _changed)
                {
                    if (port.Rscn is null or { Everything: true }) break;
                    if (_fabric.MayTalk(port, subject)) Add(port, subject, change);
                }
        }
        _changed.Clear();
    }

    /// <summary>A port that may talk to the subject: it is told if it wants to know.</summary>
    private void Add(FabricPort port, FabricPort subject, in Change change)
    {
        if (port.Rscn is { } rscn && (rscn.Function & change.Kind) != 0 && port.Id != subject.Id) Add(rscn, subject.Id, change.Qualifier);
    }

    /// <summary>LS_ACC or LS_RJT to an RSCN.</summary>
    public void OnReply(FabricPort from, in FcHeader header, ElsCommand command)
    {
        if (from.Rscn is not { Outstanding.Length: > 0 } rscn || rscn.OxId != header.OxId)
        {
            _fabric.Counters.FramesUnexpected++;
            return;
        }
        if (command == ElsCommand.LsAcc) _fabric.Counters.RscnsAccepted++;
        else _fabric.Counters.RscnsRejected++;
        Next(rscn);
    }

    private void Tell()
    {
        Collect();
        foreach (RscnSubscription rscn in _toTell)
            if (rscn.Port.Rscn == rscn) TellIfIdle(rscn); // not one that has logged out, or registered anew, since
        _toTell.Clear();
    }

    private void Add(RscnSubscription rscn, FcId changed, RscnEventQualifier qualifier)
    {
        if (rscn.Everything) return;
        if (rscn.Changed.Count == 0) _toTell.Add(rscn);
        rscn.Changed[changed] = rscn.Changed.TryGetValue(changed, out RscnEventQualifier earlier) ? Merge(earlier, qualifier) : qualifier;
        rscn.Everything = rscn.Changed.Count > MaxPages;
    }

    private static RscnEventQualifier Merge(RscnEventQualifier a, RscnEventQualifier b) => a == b ? a : RscnEventQualifier.NotSpecified;

    private void TellIfIdle(RscnSubscription rscn)
    {
        if (rscn.Outstanding.Length > 0 || rscn.Changed.Count == 0) return;
        Span<RscnPage> pages = stackalloc RscnPage[MaxPages];
        int count = 0;
        if (rscn.Everything) pages[count++] = new RscnPage { AddressFormat = RscnAddressFormat.Fabric };
        else
            foreach ((FcId id, RscnEventQualifier qualifier) in rscn.Changed) pages[count++] = new RscnPage { AffectedId = id, EventQualifier = qualifier };
        rscn.Changed.Clear();
        rscn.Everything = false;

        byte[] payload = new byte[RscnHeader.WireSize + (count * RscnPage.WireSize)];
        RscnPages.Write(payload, pages[..count]);
        rscn.Outstanding = payload;
        rscn.Attempts = 0;
        Send(rscn);
        _fabric.Counters.RscnsSent++;
    }

    private void Send(RscnSubscription rscn)
    {
        rscn.OxId = new OxId(_oxId = _oxId == 0xFFFE ? (ushort)0 : (ushort)(_oxId + 1)); // FFFFh is no OX_ID
        rscn.Attempts++;
        rscn.Reply.Set(_fabric.Options.EDTov * 2);
        _fabric.Send(rscn.Port, new FcHeader
        {
            RCtl = RCtl.ElsRequest,
            DId = rscn.Port.Id,
            SId = FcId.FabricController,
            Type = FcType.Els,
            FCtl = FCtlValues.ExchangeRequest,
            OxId = rscn.OxId,
            RxId = RxId.Unassigned,
        }, rscn.Outstanding);
    }

    private void OnTimeout(RscnSubscription rscn)
    {
        if (rscn.Attempts < _fabric.Options.RscnAttempts)
        {
            _fabric.Counters.RscnsSentAgain++;
            Send(rscn);
            return;
        }
        _fabric.Counters.RscnsUnanswered++;
        Next(rscn);
    }

    private void Next(RscnSubscription rscn)
    {
        rscn.Reply.Cancel();
        rscn.Outstanding = [];
        TellIfIdle(rscn);
    }

    private readonly record struct Change(RscnEventQualifier Qualifier, ScrFunction Kind);
}
