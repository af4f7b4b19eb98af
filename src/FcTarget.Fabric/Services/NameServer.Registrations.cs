// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using X = FcTarget.Formats.GenericServices.CtRejectExplanation;

namespace FcTarget.Fabric.Services;

internal sealed partial class NameServer
{
    private CtReject? Register(FabricPort from, NameServerCommand command, ReadOnlySpan<byte> body)
    {
        switch (command)
        {
            case NameServerCommand.RpnId: return RpnId(from, body);
            case NameServerCommand.RnnId: return RnnId(from, body);
            case NameServerCommand.RcsId: return RcsId(from, body);
            case NameServerCommand.RftId: return RftId(from, body);
            case NameServerCommand.RspnId: return RspnId(from, body);
            case NameServerCommand.RptId: return RptId(from, body);
            case NameServerCommand.RffId: return RffId(from, body);
            case NameServerCommand.RsnnNn: return RsnnNn(from, body);
            case NameServerCommand.DaId: return DaId(from, body);
            default:
                // Get, register and deregister are 01xxh, 02xxh and 03xxh; the standard has more of them than anybody sends.
                _fabric.Counters.CtUnknownCommand++;
                return (ushort)command >> 8 is 1 or 2 or 3 ? CtReject.CommandNotSupported : CtReject.InvalidCommandCode;
        }
    }

    /// <summary>The name is that of the login already; another one would be somebody else's.</summary>
    private CtReject? RpnId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsRegisterName request)) return CtReject.InvalidCtIuSize;
        return NotOwn(from, request.Id) ?? (request.Name == from.PortName ? null : Foreign());
    }

    private CtReject? RnnId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsRegisterName request)) return CtReject.InvalidCtIuSize;
        if (NotOwn(from, request.Id) is { } reject) return reject;
        if (request.Name.IsNone) return CtReject.LogicalError;
        return Change(from, from.NodeName != request.Name, () => from.NodeName = request.Name);
    }

    private CtReject? RcsId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsRegisterClassesOfService request)) return CtReject.InvalidCtIuSize;
        NsClasses classes = request.Object.Classes;
        return NotOwn(from, request.Id) ?? Change(from, from.Classes != classes, () => from.Classes = classes);
    }

    private CtReject? RftId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsRegisterFc4Types request)) return CtReject.InvalidCtIuSize;
        Fc4Types types = request.Types;
        bool differ = from.Types is not { } old || !((ReadOnlySpan<UInt32BE>)old).SequenceEqual(types);
        return NotOwn(from, request.Id) ?? Change(from, differ, () => from.Types = types);
    }

    private CtReject? RffId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsRegisterFc4Features request)) return CtReject.InvalidCtIuSize;
        Fc4Features features = from.Features ?? default;
        bool differ = from.Features is null || features.Of((byte)request.Fc4Type) != (request.Features & 0xF);
        features.Set((byte)request.Fc4Type, request.Features);
        return NotOwn(from, request.Id) ?? Change(from, differ, () => from.Features = features);
    }

    private CtReject? RptId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsRegisterPortType request)) return CtReject.InvalidCtIuSize;
        return NotOwn(from, request.Id) ?? Change(from, from.PortType != request.PortType, () => from.PortType = request.PortType);
    }

    // A symbolic name is for people: no port does anything else when it changes, so nobody is told.

    private CtReject? RspnId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsPortId request) || !SymbolicName.TryRead(body[NsPortId.WireSize..], out string name)) return CtReject.InvalidCtIuSize;
        return NotOwn(from, request.Id) ?? Change(from, differs: false, () => from.SymbolicPortName = name);
    }

    private CtReject? RsnnNn(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName request) || !SymbolicName.TryRead(body[NsName.WireSize..], out string name)) return CtReject.InvalidCtIuSize;
        if (from.NodeName == request.Name) return Change(from, differs: false, () => from.SymbolicNodeName = name);
        foreach (FabricPort _ in VisibleTo(from, _fabric.Index.OfNode(request.Name))) return Foreign();
        return CtReject.UnableToPerform(X.NodeNameNotRegistered);
    }

    private CtReject? DaId(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsPortId request)) return CtReject.InvalidCtIuSize;
        return NotOwn(from, request.Id) ?? Change(from, differs: true, from.Deregister);
    }

    private CtReject? NotOwn(FabricPort from, FcId id)
    {
        if (id == from.Id) return null;
        return Visible(from, _fabric.Find(id)) is null ? CtReject.UnableToPerform(X.PortIdentifierNotRegistered) : Foreign();
    }

    private CtReject Foreign()
    {
        _fabric.Counters.CtForeignRegistrations++;
        return CtReject.AccessDenied;
    }

    private CtReject? Change(FabricPort port, bool differs, Action change)
    {
        if (!differs)
        {
            change();
            return null;
        }
        _fabric.Index.Remove(port);
        change();
        _fabric.Index.Add(port);
        _fabric.StateChanges.Of(port, RscnEventQualifier.ChangedNameServerObject);
        return null;
    }
}
