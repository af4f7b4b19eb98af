// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Fabric.Services;
using FcTarget.Formats;
using FcTarget.Formats.GenericServices;
using X = FcTarget.Formats.GenericServices.CtRejectExplanation;

namespace FcTarget.Fabric.Fdmi;

/// <summary>
/// Fabric-Device Management Interface (FC-GS, FDMI) at FFFFFAh: what the HBAs of the fabric are, as they say themselves. Version 2 differs
/// from version 1 in attribute types only, and blocks are kept as they come. A link registers for itself: one HBA, and ports that are or
/// were logged in on it. Zoning does not apply: this is for management, and names no way to a port.
/// </summary>
internal sealed class FdmiServer : ICtServer
{
    /// <summary>Ports that one HBA may list.</summary>
    public const int MaxPorts = 256;

    private readonly FcFabric _fabric;
    private readonly SortedDictionary<ulong, HbaRecord> _hbas = [];
    private readonly Dictionary<FabricPort, HbaRecord> _byRegistrar = []; // the same,
    private readonly Dictionary<Wwn, HbaRecord> _byPort = [];             // and again: a login costs the same however many HBAs there are

    public FdmiServer(FcFabric fabric) => _fabric = fabric;

    public CtGsType Type => CtGsType.ManagementService;

    public byte Subtype => CtGsSubtype.Fdmi;

    /// <summary>A link is gone, and with it what it has registered.</summary>
    public void Forget(FabricPort root)
    {
        if (_byRegistrar.TryGetValue(root, out HbaRecord? hba)) Remove(hba);
    }

    public CtReject? Serve(FabricPort from, ushort command, ReadOnlySpan<byte> body, CtAnswer answer)
    {
        switch ((FdmiCommand)command)
        {
            case FdmiCommand.Grhl: return Grhl(answer);
            case FdmiCommand.Ghat: return Ghat(body, answer);
            case FdmiCommand.Grpl: return Grpl(body, answer);
            case FdmiCommand.Gpat: return Gpat(body, answer);
            case FdmiCommand.Rhba: return Rhba(from, body);
            case FdmiCommand.Rhat: return Rhat(from, body);
            case FdmiCommand.Rprt: return Rprt(from, body);
            case FdmiCommand.Rpa: return Rpa(from, body);
            case FdmiCommand.Dhba: return Dhba(from, body);
            case FdmiCommand.Dhat: return Dhat(from, body);
            case FdmiCommand.Dprt: return Dprt(from, body);
            case FdmiCommand.Dpa: return Dpa(from, body);
            default:
                _fabric.Counters.CtUnknownCommand++;
                return command >> 8 is 1 or 2 or 3 ? CtReject.CommandNotSupported : CtReject.InvalidCommandCode;
        }
    }

    // ---- queries --------------------------------------------------------------------------------------------------

    private CtReject? Grhl(CtAnswer answer)
    {
        if (_hbas.Count == 0) return CtReject.UnableToPerform(X.FdmiHbaNotRegistered);
        AddCount(answer, _hbas.Count);
        foreach (HbaRecord hba in _hbas.Values) answer.Add(new NsName(hba.Id));
        return null;
    }

    private CtReject? Ghat(ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsName id)) return CtReject.InvalidCtIuSize;
        if (!_hbas.TryGetValue(id.Name.Value, out HbaRecord? hba)) return CtReject.UnableToPerform(X.FdmiHbaNotRegistered);
        if (hba.Attributes.Length == 0) return CtReject.UnableToPerform(X.FdmiHbaAttributeNotRegistered);
        answer.Add(hba.Attributes);
        return null;
    }

    private CtReject? Grpl(ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsName id)) return CtReject.InvalidCtIuSize;
        if (!_hbas.TryGetValue(id.Name.Value, out HbaRecord? hba)) return CtReject.UnableToPerform(X.FdmiHbaNotRegistered);
        AddCount(answer, hba.Ports.Count);
        foreach (Wwn port in hba.Ports.Keys) answer.Add(new NsName(port));
        return null;
    }

    private CtReject? Gpat(ReadOnlySpan<byte> body, CtAnswer answer)
    {
        if (!CtIu.TryRead(body, out NsName name)) return CtReject.InvalidCtIuSize;
        if (!_byPort.TryGetValue(name.Name, out HbaRecord? hba)) return CtReject.UnableToPerform(X.FdmiPortNotRegistered);
        byte[] block = hba.Ports[name.Name];
        if (block.Length == 0) return CtReject.UnableToPerform(X.FdmiPortAttributeNotRegistered);
        answer.Add(block);
        return null;
    }

    // ---- registration ---------------------------------------------------------------------------------------------

    private CtReject? Rhba(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName id)) return CtReject.InvalidCtIuSize;
        if (!FdmiNames.TryRead(body[NsName.WireSize..], out FdmiNames ports, out ReadOnlySpan<byte> block)) return CtReject.InvalidCtIuSize;
        if (_byRegistrar.ContainsKey(from.Root) || _hbas.ContainsKey(id.Name.Value)) return CtReject.UnableToPerform(X.FdmiHbaAlreadyRegistered);
        if (ReadBlock(block, ofPort: false, out byte[] attributes) is { } reject) return reject;
        HbaRecord hba = new(id.Name, from.Root) { Attributes = attributes };
        while (ports.TryNext(out Wwn port))
        {
            if (hba.Ports.Count == MaxPorts) return CtReject.LogicalError;
            if (!IsFree(port, hba)) return Foreign();
            hba.Ports[port] = [];
        }
        if (hba.Ports.Count == 0) return CtReject.UnableToPerform(X.FdmiPortListMissing);
        if (hba.Size > hba.Room) return CtReject.LogicalError;
        _hbas.Add(id.Name.Value, hba);
        _byRegistrar.Add(hba.Registrar, hba);
        foreach (Wwn port in hba.Ports.Keys) _byPort.Add(port, hba);
        return null;
    }

    private void Remove(HbaRecord hba)
    {
        _hbas.Remove(hba.Id.Value);
        _byRegistrar.Remove(hba.Registrar);
        foreach (Wwn port in hba.Ports.Keys) _byPort.Remove(port);
    }

    private CtReject? Rhat(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName id)) return CtReject.InvalidCtIuSize;
        if (OwnHba(from, id.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        if (ReadBlock(body[NsName.WireSize..], ofPort: false, out byte[] attributes) is { } reject) return reject;
        if (hba.Size - hba.Attributes.Length + attributes.Length > hba.Room) return CtReject.LogicalError;
        hba.Attributes = attributes;
        return null;
    }

    private CtReject? Rprt(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName id) || !CtIu.TryRead(body[NsName.WireSize..], out NsName port)) return CtReject.InvalidCtIuSize;
        if (OwnHba(from, id.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        if (!IsFree(port.Name, hba)) return Foreign();
        if (!hba.Ports.ContainsKey(port.Name) && hba.Ports.Count == MaxPorts) return CtReject.LogicalError;
        return SetPort(hba, port.Name, body[(2 * NsName.WireSize)..]);
    }

    private CtReject? Rpa(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName port)) return CtReject.InvalidCtIuSize;
        if (OwnPort(from, port.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        return SetPort(hba, port.Name, body[NsName.WireSize..]);
    }

    private CtReject? SetPort(HbaRecord hba, Wwn port, ReadOnlySpan<byte> block)
    {
        if (ReadBlock(block, ofPort: true, out byte[] attributes) is { } reject) return reject;
        if (hba.Size - hba.Ports.GetValueOrDefault(port, []).Length + attributes.Length > hba.Room) return CtReject.LogicalError;
        hba.Ports[port] = attributes;
        _byPort[port] = hba;
        return null;
    }

    // ---- deregistration -------------------------------------------------------------------------------------------

    private CtReject? Dhba(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName id)) return CtReject.InvalidCtIuSize;
        if (OwnHba(from, id.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        Remove(hba);
        return null;
    }

    private CtReject? Dhat(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName id)) return CtReject.InvalidCtIuSize;
        if (OwnHba(from, id.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        hba.Attributes = [];
        return null;
    }

    private CtReject? Dprt(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName port)) return CtReject.InvalidCtIuSize;
        if (OwnPort(from, port.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        hba.Ports.Remove(port.Name);
        _byPort.Remove(port.Name);
        return null;
    }

    private CtReject? Dpa(FabricPort from, ReadOnlySpan<byte> body)
    {
        if (!CtIu.TryRead(body, out NsName port)) return CtReject.InvalidCtIuSize;
        if (OwnPort(from, port.Name, out HbaRecord hba) is { } notOwn) return notOwn;
        hba.Ports[port.Name] = [];
        return null;
    }

    // ---- whose ----------------------------------------------------------------------------------------------------

    private CtReject? OwnHba(FabricPort from, Wwn id, out HbaRecord hba)
    {
        if (!_hbas.TryGetValue(id.Value, out hba!)) return CtReject.UnableToPerform(X.FdmiHbaNotRegistered);
        return hba.Registrar == from.Root ? null : Foreign();
    }

    private CtReject? OwnPort(FabricPort from, Wwn port, out HbaRecord hba)
    {
        bool own = _byPort.TryGetValue(port, out hba!) && hba.Registrar == from.Root;
        return own ? null : CtReject.UnableToPerform(X.FdmiPortNotRegistered);
    }

    /// <summary>A port name that nobody else has logged in with or registered.</summary>
    private bool IsFree(Wwn port, HbaRecord hba) =>
        (_fabric.Find(port) is not { } owner || owner.Root == hba.Registrar)
        && (!_byPort.TryGetValue(port, out HbaRecord? of) || of.Registrar == hba.Registrar);

    private CtReject Foreign()
    {
        _fabric.Counters.CtForeignRegistrations++;
        return CtReject.UnableToPerform(X.NoAdditionalExplanation);
    }

    // ---- blocks ---------------------------------------------------------------------------------------------------

    private static CtReject? ReadBlock(ReadOnlySpan<byte> block, bool ofPort, out byte[] kept)
    {
        kept = [];
        if (!FdmiAttributes.TryRead(block, out FdmiAttributes attributes))
            return CtReject.UnableToPerform(ofPort ? X.FdmiInvalidPortAttributeBlockLength : X.FdmiInvalidHbaAttributeBlockLength);
        int length = sizeof(uint);
        HashSet<ushort> seen = [];
        while (attributes.TryNext(out ushort type, out ReadOnlySpan<byte> value))
        {
            if (!seen.Add(type)) return CtReject.UnableToPerform(ofPort ? X.FdmiPortAttributeRepeated : X.FdmiHbaAttributeRepeated);
            length += FdmiAttributeHeader.WireSize + value.Length;
        }
        if (seen.Count > 0) kept = block[..length].ToArray();
        return null;
    }

    private static void AddCount(CtAnswer answer, int count)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)count);
        answer.Add(bytes);
    }
}
