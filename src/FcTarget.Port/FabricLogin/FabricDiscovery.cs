// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

// FABRIC DISCOVERY - theory of operation
//   Job      Know from the name server whom an initiator function of ours is to log in with, which remote ports have gone, and what those
//            that are logged in are called.
//   Queries  GPN_FT lists the FCP ports; GFF_ID says which are targets; GPN_ID says whether a port is still there; GSPN_ID and GSNN_NN are
//            the names that the probes show. A few are under way at once, the others wait in line, each once.
//   RSCN     About one port: GPN_ID of it. About more: GPN_FT, which for a target says at once of most that they are still there; GPN_ID
//            of each port we know there and that is not listed, for an initiator of all.
//   Always   A port is gone when the name server says so, or says that another has its address: never because of silence.
//   Proof    FabricSessionTests

/// <summary>What one N_Port of ours asks the name server about others.</summary>
internal sealed class FabricDiscovery
{
    /// <summary>Queries under way at once: a fraction of the backlog for link services.</summary>
    private const int MaxOutstanding = 16;

    /// <summary>Queries in line: one of each kind for more ports than can be known.</summary>
    private const int MaxWaiting = 16 * 1024;

    private const int MaxAttempts = 3;

    private readonly LocalPort _local;
    private readonly FabricSession _session;
    private readonly Queue<Query> _waiting = new();
    private readonly HashSet<Query> _inLine = [];
    private readonly LoopTimer _listAgain;
    private int _outstanding;

    public FabricDiscovery(LocalPort local, FabricSession session)
    {
        _local = local;
        _session = session;
        _listAgain = new LoopTimer(local.Loop.Timers, () => Ask(new Query(NameServerCommand.GpnFt)));
    }

    /// <summary>The port is registered.</summary>
    public void Start()
    {
        foreach (RemotePort remote in _local.RemotePorts)
            if (remote.IsLoggedIn) LearnNames(remote);
        if (_local.IsInitiator) Ask(new Query(NameServerCommand.GpnFt));
    }

    /// <summary>Forgets what was to be asked; answers that are under way have been cancelled.</summary>
    public void Stop()
    {
        _waiting.Clear();
        _inLine.Clear();
        _listAgain.Cancel();
        _outstanding = 0;
    }

    /// <summary>Something has changed.</summary>
    public void OnRscn(in RscnPage page)
    {
        FcId affected = page.AffectedId;
        if (page.AddressFormat == RscnAddressFormat.Port)
        {
            bool known = _local.Find(affected) is { IsResting: false };
            if (affected != _local.Id && (known || _local.IsInitiator)) Ask(new Query(NameServerCommand.GpnId) { Id = affected });
            return;
        }
        int ignored = page.AddressFormat switch { RscnAddressFormat.Area => 8, RscnAddressFormat.Domain => 16, _ => 24 };
        if (_local.IsInitiator)
        {
            foreach (RemotePort remote in _local.RemotePorts)
                if (!remote.IsResting && remote.Id.Value >> ignored == affected.Value >> ignored)
                    Ask(new Query(NameServerCommand.GpnId) { Id = remote.Id });
        }
        Ask(new Query(NameServerCommand.GpnFt));
    }

    /// <summary>Asks for the symbolic names of a port.</summary>
    public void LearnNames(RemotePort remote)
    {
        Ask(new Query(NameServerCommand.GspnId) { Id = remote.Id, Name = remote.PortName });
        Ask(new Query(NameServerCommand.GsnnNn) { Id = remote.Id, Name = remote.NodeName });
    }

    // ---- the line -------------------------------------------------------------------------------------------------

    private void Ask(in Query query)
    {
        if (_waiting.Count >= MaxWaiting || !_inLine.Add(query with { Attempts = 0 })) return;
        _waiting.Enqueue(query);
        SendMore();
    }

    private void SendMore()
    {
        Span<byte> iu = stackalloc byte[CtPreamble.WireSize + NsName.WireSize];
        while (_outstanding < MaxOutstanding && _waiting.TryDequeue(out Query query))
        {
            _inLine.Remove(query with { Attempts = 0 });
            _outstanding++;
            _local.Els.SendCt(FcId.DirectoryServer, iu[..Write(iu, query)], (ElsOutcome outcome, in FcHeader _, ReadOnlySpan<byte> reply) =>
            {
                _outstanding--;
                OnReply(query, outcome, reply);
                SendMore();
            });
        }
    }

    private static int Write(Span<byte> iu, in Query query)
    {
        CtPreamble preamble = CtPreamble.To(query.Command);
        return query.Command switch
        {
            NameServerCommand.GpnFt => CtIu.Write(iu, preamble, new NsScope { Fc4Type = FcType.Fcp }),
            NameServerCommand.GsnnNn => CtIu.Write(iu, preamble, new NsName(query.Name)),
            _ => CtIu.Write(iu, preamble, new NsPortId(query.Id)),
        };
    }

    private void OnReply(in Query query, ElsOutcome outcome, ReadOnlySpan<byte> reply)
    {
        if (FabricSession.IsTransient(outcome, reply))
        {
            if (query.Attempts + 1 < MaxAttempts) Ask(query with { Attempts = query.Attempts + 1 });
            else if (query.Command == NameServerCommand.GpnFt) _listAgain.Set(_local.RATov);
            return;
        }
        CtIu.TryRead(reply, out CtPreamble _, out ReadOnlySpan<byte> body);
        bool accepted = outcome == ElsOutcome.Accepted;
        switch (query.Command)
        {
            case NameServerCommand.GpnFt:
                OnList(accepted ? body : default);
                break;
            case NameServerCommand.GpnId:
                OnPortName(query.Id, accepted && CtIu.TryRead(body, out NsName name) ? name.Name : Wwn.None);
                break;
            case NameServerCommand.GffId:
                // A port that has not registered its features gets the benefit of the doubt: PRLI will tell.
                byte features = accepted && CtIu.TryRead(body, out Fc4Features all) ? all.Of((byte)FcType.Fcp) : (byte)0;
                if (features == 0 || (features & Fc4Features.FcpTarget) != 0) LogIn(query.Id, query.Name);
                break;
            default:
                if (accepted && SymbolicName.TryRead(body, out string text)) OnName(query, text);
                break;
        }
    }

    // ---- answers --------------------------------------------------------------------------------------------------

    private void OnList(ReadOnlySpan<byte> body)
    {
        HashSet<uint> listed = [];
        NsEntries<NsPortIdAndName> entries = new(body);
        while (entries.TryNext(out NsPortIdAndName entry))
        {
            if (entry.Id == _local.Id || entry.Name == _local.PortName || !listed.Add(entry.Id.Value)) continue;
            if (_local.Find(entry.Id) is { IsResting: false } known && known.PortName == entry.Name) continue;
            if (_local.IsInitiator) Ask(new Query(NameServerCommand.GffId) { Id = entry.Id, Name = entry.Name });
            else listed.Remove(entry.Id.Value); // no host of ours, or another than it was
        }
        // A target that is not listed is no FCP port any more, or not for us: asked for by itself, in case the list was cut.
        foreach (RemotePort remote in _local.RemotePorts)
            if (!remote.IsResting && !listed.Contains(remote.Id.Value)) Ask(new Query(NameServerCommand.GpnId) { Id = remote.Id });
    }

    /// <summary>Who has this address now; None: nobody that we may know of.</summary>
    private void OnPortName(FcId id, Wwn name)
    {
        RemotePort? known = _local.Find(id) is { IsResting: false } found ? found : null;
        if (known is not null && known.PortName != name && !(known.PortName.IsNone && !name.IsNone))
        {
            known.Handle(LoginEvent.Gone);
            known = null;
        }
        if (name.IsNone || !_local.IsInitiator || name == _local.PortName) return;
        // Still there, but perhaps restarted: ADISC finds out whether it knows us.
        if (known is { IsLoggedIn: true, InitiatorSession: not null }) known.Verify();
        else if (known is null) Ask(new Query(NameServerCommand.GffId) { Id = id, Name = name });
    }

    private void LogIn(FcId id, Wwn name)
    {
        if (_local.IsLeaving || _local.Meet(id, name, Wwn.None) is not { } remote) return;
        if (remote.IsResting) _session.BeginLogin(remote);
    }

    private void OnName(in Query query, string text)
    {
        if (_local.Find(query.Id) is not { IsLoggedIn: true } remote) return;
        if (query.Command == NameServerCommand.GspnId && remote.PortName == query.Name) remote.ProbeInfo.Update(symbolicPortName: text);
        if (query.Command == NameServerCommand.GsnnNn && remote.NodeName == query.Name) remote.ProbeInfo.Update(symbolicNodeName: text);
    }

    /// <summary>A query; those that are alike stand in line once.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Query(NameServerCommand Command)
    {
        public FcId Id { get; init; }

        public Wwn Name { get; init; }

        public int Attempts { get; init; }
    }
}
