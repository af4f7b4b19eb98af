// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.GenericServices;
using X = FcTarget.Formats.GenericServices.CtRejectExplanation;

namespace FcTarget.Fabric.Services;

// NAME SERVER - theory of operation
//   Job      Answer who is in the fabric, at FFFFFCh. A port is there from FLOGI on with its names, its classes and its type; FC-4 TYPEs,
//            features and symbolic names are there once it has registered them.
//   Data     The objects of a port live in its FabricPort and go with it; there is no other store. PortIndex finds the ports by them.
//   Cost     A query costs what its answer is long; GA_NXT a binary search.
//   Zoning   A client sees itself and the ports it may talk to. Of all others the answer is as if they did not exist.
//   Rights   A port registers for itself only.
//   Read     FC-GS, name server
//   Proof    NameServerQueryTests, NameServerRegistrationTests, ZoningTests

/// <summary>The name server's queries. See the theory above; registrations are in the other part.</summary>
internal sealed partial class NameServer : ICtServer
{
    private readonly FcFabric _fabric;

    public NameServer(FcFabric fabric) => _fabric = fabric;

    public CtGsType Type => CtGsType.DirectoryService;

    public byte Subtype => CtGsSubtype.NameServer;

    public CtReject? Serve(FabricPort from, ushort command, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        switch ((NameServerCommand)command)
        {
            case NameServerCommand.GaNxt: return GaNxt(from, body, answer);
            case NameServerCommand.GidA: return GidA(from, body, answer);

            case NameServerCommand.GpnId: return OfId<NsName>(from, body, answer, static p => new NsName(p.PortName));
            case NameServerCommand.GnnId: return OfId<NsName>(from, body, answer, NodeNameOf, X.NodeNameNotRegistered);
            case NameServerCommand.GcsId: return OfId<NsClassesOfService>(from, body, answer, static p => new NsClassesOfService { Classes = p.Classes });
            case NameServerCommand.GftId: return OfId<Fc4Types>(from, body, answer, static p => p.Types, X.Fc4TypesNotRegistered);
            case NameServerCommand.GspnId:
                return OfId<SymbolicNameObject>(from, body, answer, static p => NameOrNull(p.SymbolicPortName), X.SymbolicPortNameNotRegistered);
            case NameServerCommand.GptId: return OfId<NsPortTypeObject>(from, body, answer, static p => new NsPortTypeObject { PortType = p.PortType });
            case NameServerCommand.GfpnId: return OfId<NsName>(from, body, answer, p => new NsName(_fabric.FPortNameOf(p)));
            case NameServerCommand.GffId: return OfId<Fc4Features>(from, body, answer, static p => p.Features, X.Fc4FeaturesNotRegistered);

            case NameServerCommand.GidPn: return GidPn(from, body, answer);
            case NameServerCommand.GidNn: return GidNn(from, body, answer);
            case NameServerCommand.GsnnNn: return GsnnNn(from, body, answer);

            case NameServerCommand.GidFt: return ByType(from, body, answer, static p => new NsPortId(p.Id));
            case NameServerCommand.GpnFt: return ByType(from, body, answer, static p => new NsPortIdAndName { Id = p.Id, Name = p.PortName });
            case NameServerCommand.GnnFt: return ByType(from, body, answer, static p => new NsPortIdAndName { Id = p.Id, Name = p.NodeName });
            case NameServerCommand.GidPt: return GidPt(from, body, answer);
            case NameServerCommand.GidFf: return GidFf(from, body, answer);

            default: return Register(from, (NameServerCommand)command, body);
        }
    }

    // ---- by identifier --------------------------------------------------------------------------------------------

    private CtReject? OfId<T>(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer, Func<FabricPort, T?> of, X missing = X.NoAdditionalExplanation)
        where T : struct, IWirePayload
    {
        if (!CtIu.TryRead(body, out NsPortId request)) return CtReject.InvalidCtIuSize;
        if (Visible(from, _fabric.Find(request.Id)) is not { } port) return CtReject.UnableToPerform(X.PortIdentifierNotRegistered);
        if (of(port) is not { } value) return CtReject.UnableToPerform(missing);
        answer.Add(value);
        return null;
    }

    private CtReject? GaNxt(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsPortId request)) return CtReject.InvalidCtIuSize;
        // The next higher identifier; above the highest comes the lowest again, so that a client can walk around the ring.
        FabricPort lowest = from, next = from;
        foreach (PortSet peers in _fabric.Zoning.PeersOf(from))
        {
            if (peers[0].Id.Value < lowest.Id.Value) lowest = peers[0];
            int at = peers.FirstAfter(request.Id);
            if (at < peers.Count && (next.Id.Value <= request.Id.Value || peers[at].Id.Value < next.Id.Value)) next = peers[at];
        }
        FabricPort found = next.Id.Value > request.Id.Value ? next : lowest;
        NsAllObjects all = new()
        {
            PortType = found.PortType,
            Id = found.Id,
            PortName = found.PortName,
            SymbolicPortName = new SymbolicNameObject(found.SymbolicPortName ?? ""),
            NodeName = found.NodeName,
            SymbolicNodeName = new SymbolicNameObject(found.SymbolicNodeName ?? ""),
            Types = found.Types ?? default,
            FabricPortName = _fabric.FPortNameOf(found),
        };
        all.Classes.Classes = found.Classes;
        answer.Add(all);
        return null;
    }

    /// <summary>No scope: the domains. A domain: its areas. A domain and an area: their ports.</summary>
    private CtReject? GidA(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsScope scope)) return CtReject.InvalidCtIuSize;
        uint mask = scope.DomainId == 0 ? 0xFF0000u : scope.AreaId == 0 ? 0xFFFF00u : 0xFFFFFFu, last = 0;
        foreach (FabricPort port in VisibleTo(from))
        {
            uint id = port.Id.Value & mask;
            if (!InScope(port, scope.DomainId, scope.AreaId) || id == last) continue;
            last = id;
            answer.AddEntry(new NsPortId(new FcId(id)));
        }
        return answer.EndList() ? null : CtReject.UnableToPerform(X.NoObjectInScope);
    }

    // ---- by name --------------------------------------------------------------------------------------------------

    private CtReject? GidPn(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsName request)) return CtReject.InvalidCtIuSize;
        if (Visible(from, _fabric.Find(request.Name)) is not { } port) return CtReject.UnableToPerform(X.PortNameNotRegistered);
        answer.Add(new NsPortId(port.Id));
        return null;
    }

    private CtReject? GidNn(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsName request)) return CtReject.InvalidCtIuSize;
        foreach (FabricPort port in VisibleTo(from, _fabric.Index.OfNode(request.Name))) answer.AddEntry(new NsPortId(port.Id));
        return answer.EndList() ? null : CtReject.UnableToPerform(X.NodeNameNotRegistered);
    }

    private CtReject? GsnnNn(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsName request)) return CtReject.InvalidCtIuSize;
        X missing = X.NodeNameNotRegistered;
        foreach (FabricPort port in VisibleTo(from, _fabric.Index.OfNode(request.Name)))
        {
            missing = X.SymbolicNodeNameNotRegistered;
            if (NameOrNull(port.SymbolicNodeName) is not { } name) continue;
            answer.Add(name);
            return null;
        }
        return CtReject.UnableToPerform(missing);
    }

    // ---- by TYPE, port type, features -----------------------------------------------------------------------------

    private CtReject? ByType<T>(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer, Func<FabricPort, T> entry) where T : struct, INsEntry
    {
        if (!CtIu.TryRead(body, out NsScope scope)) return CtReject.InvalidCtIuSize;
        foreach (FabricPort port in VisibleTo(from, _fabric.Index.OfType((byte)scope.Fc4Type)))
            if (InScope(port, scope.DomainId, scope.AreaId)) answer.AddEntry(entry(port));
        return answer.EndList() ? null : CtReject.UnableToPerform(X.Fc4TypesNotRegistered);
    }

    private CtReject? GidPt(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsScope scope)) return CtReject.InvalidCtIuSize;
        foreach (FabricPort port in VisibleTo(from))
        {
            bool fits = port.PortType == scope.PortType
                || (scope.PortType == NsPortType.NxPort && port.PortType is NsPortType.NPort or NsPortType.NlPort);
            if (fits && InScope(port, scope.DomainId, scope.AreaId)) answer.AddEntry(new NsPortId(port.Id));
        }
        return answer.EndList() ? null : CtReject.UnableToPerform(X.PortTypeNotRegistered);
    }

    private CtReject? GidFf(FabricPort from, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsFeatureScope scope)) return CtReject.InvalidCtIuSize;
        PortSet? ports = scope.Features == 0 ? null : _fabric.Index.OfFeatures((byte)scope.Fc4Type, scope.Features);
        foreach (FabricPort port in VisibleTo(from, ports))
            if (HasFeatures(port, scope) && InScope(port, scope.DomainId, scope.AreaId)) answer.AddEntry(new NsPortId(port.Id));
        return answer.EndList() ? null : CtReject.UnableToPerform(X.Fc4FeaturesNotRegistered);
    }

    // ---- who is seen ----------------------------------------------------------------------------------------------

    /// <summary>The ports that a client sees, by N_Port_ID.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="which">Those of them; null: all.</param>
    private IEnumerable<FabricPort> VisibleTo(FabricPort from, PortSet? which = null)
    {
        // The shorter of the two is walked: those with the object, or those in the zones of the client.
        if (which is not null && !IsShorterThan(which.Count, _fabric.Zoning.PeersOf(from))) return which.Where(port => _fabric.MayTalk(from, port));
        PortSet[] peers = [.. _fabric.Zoning.PeersOf(from)];
        IEnumerable<FabricPort> all = peers.Length switch
        {
            0 => [from],
            1 => peers[0],
            _ => peers.SelectMany(static set => set).Distinct().OrderBy(static port => port.Id.Value),
        };
        return which is null ? all : all.Where(which.Contains);
    }

    private static bool IsShorterThan(int count, IEnumerable<PortSet> sets)
    {
        foreach (PortSet set in sets)
            if ((count -= set.Count) <= 0) return false;
        return true;
    }

    private static bool HasFeatures(FabricPort port, in NsFeatureScope scope) =>
        port.Features is { } features && (features.Of((byte)scope.Fc4Type) & scope.Features) == scope.Features;

    private FabricPort? Visible(FabricPort from, FabricPort? port) => port is not null && _fabric.MayTalk(from, port) ? port : null;

    // A scope of zero is everything; an area means something within a domain only.
    private static bool InScope(FabricPort port, byte domain, byte area) =>
        domain == 0 || (port.Id.Value >> 16 == domain && (area == 0 || (byte)(port.Id.Value >> 8) == area));

    private static NsName? NodeNameOf(FabricPort port) => port.NodeName.IsNone ? null : new NsName(port.NodeName);

    private static SymbolicNameObject? NameOrNull(string? name) => name is null ? null : new SymbolicNameObject(name);
}
