// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests.Fuzz;

/// <summary>
/// An ENode that says whatever comes to its mind: frames that are well formed and in no order, with its own addresses and with others'.
/// It sends from its own MAC addresses only: who may use another's cable, no switch can tell apart. And it leaves alone what FCP lets any
/// initiator do to all: resets, reservations, ACA, tasks that come before all others and never end, and writing blocks that are somebody else's.
/// </summary>
internal sealed class Rogue
{
    private static readonly ElsCommand[] ElsCommands = Enum.GetValues<ElsCommand>();
    private static readonly NameServerCommand[] NameServerCommands = Enum.GetValues<NameServerCommand>();
    private static readonly FdmiCommand[] FdmiCommands = Enum.GetValues<FdmiCommand>();
    private static readonly RCtl[] FcpRoutes = [FcpIu.Cmnd, FcpIu.Data, FcpIu.XferRdy, FcpIu.Rsp, FcpIu.Conf];

    private readonly SwitchRig _rig;
    private readonly VerifiedHost _victim;
    private readonly Random _random;
    private readonly ulong _number;
    private (OxId OxId, RxId RxId) _open; // the exchange that the target spoke in last

    public Rogue(SwitchRig rig, int number, VerifiedHost victim, Random random)
    {
        _rig = rig;
        _number = (ulong)number;
        _victim = victim;
        _random = random;
        Peer = rig.AddPeer(number);
    }

    public RawPeer Peer { get; }

    private FcId TargetId => _rig.Port.Local.Id;

    private FcId AnyId => _random.Next(8) switch
    {
        0 => _victim.Peer.Id,
        1 => new FcId((uint)_random.Next(0x1000000)),
        2 => FcId.None,
        3 or 4 => TargetId,
        _ => Peer.Id,
    };

    private FcId AnyDestination => _random.Next(8) switch
    {
        0 => FcId.FPortController,
        1 => FcId.FabricController,
        2 => FcId.DirectoryServer,
        3 => new FcId(0xFFFFFAu),
        4 => _victim.Peer.Id,
        5 => new FcId(0xFFFFF0u + (uint)_random.Next(16)),
        _ => TargetId,
    };

    private Wwn AnyName => _random.Next(6) switch
    {
        0 => _victim.Peer.PortName,
        1 => _rig.Port.Local.PortName,
        2 => Wwn.None,
        _ => new Wwn(0x2000_0200_0000_0000ul + (_number << 16) + (ulong)_random.Next(40)),
    };

    private OxId AnyOxId => new((ushort)(_random.Next(4) == 0 ? _random.Next(0x10000) : 0x100 + _random.Next(64)));

    private RxId AnyRxId => new((ushort)(_random.Next(2) == 0 ? 0xFFFF : _random.Next(0x10000)));

    /// <summary>One frame, or a login.</summary>
    public void Acts()
    {
        bool isLoggedIn = _rig.Switch.Fabric.Find(Peer.Id)?.PortName == Peer.PortName;
        switch (isLoggedIn ? _random.Next(200) / 10 : _random.Next(6))
        {
            case 0: LogsIn(); break;
            case 1: SendsFip(); break;
            case 2 when _random.Next(4) == 0: SendsFipLinkService(); break;
            case < 7: SendsEls(); break;
            case < 11: SendsCt(); break;
            case < 16: SendsCommand(); break;
            case < 19: SendsFcp(); break;
            default: SendsNoise(); break;
        }
        if (Peer.Heard.LastOrDefault(f => f.IsFc && f.Header.Type == FcType.Fcp) is { } heard) _open = (heard.Header.OxId, heard.Header.RxId);
        Peer.Ignores();
    }

    /// <summary>What a host does, as far as it gets.</summary>
    private void LogsIn()
    {
        Peer.PortName = _random.Next(4) == 0 ? AnyName : Wwn.PortNameOf(Peer.ENode);
        OxId oxId = Peer.SendsFabricLogin(_random.Next(5) == 0 ? ElsCommand.Fdisc : ElsCommand.Flogi);
        if (!Peer.Heard.Any(f => f.IsFc && f.Els == ElsCommand.LsAcc && f.Header.OxId == oxId)) return;
        Peer.TakesAddress(oxId);
        Peer.Target = TargetId;
        Peer.SendsEls(Peer.LoginPayload(ElsCommand.Plogi), to: FcId.DirectoryServer);
        Peer.SendsPlogi();
        Peer.SendsPrli();
        if (_random.Next(2) == 0) Peer.SendsEls(new ScrPayload { Command = ElsCommand.Scr, Function = ScrFunction.Full }, to: FcId.FabricController);
    }

    private void SendsFip()
    {
        switch (_random.Next(5))
        {
            case 0: Peer.SendsSolicitation(); break;
            case 1: Peer.SendsVlanRequest(); break;
            case 2: Peer.SendsKeepAlive(); break;
            case 3 when Peer.GrantedMac != MacAddress.None: Peer.SendsKeepAlive(vnPort: true); break;
            default:
                byte[] frame = new byte[256];
                FipWriter fip = FipWriter.Begin(frame, SwitchRig.FcfMac, Peer.ENode, (FipOperation)_random.Next(6), (byte)_random.Next(5));
                fip.Add(new FipMacAddressDescriptor { MacAddress = _random.Next(4) == 0 ? _victim.Peer.ENode : Peer.ENode });
                for (int i = _random.Next(4); i > 0; i--)
                    fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = _victim.Peer.GrantedMac, AddressIdentifier = AnyId, PortName = AnyName });
                Peer.SendsBytes(frame.AsSpan(0, fip.Finish()));
                break;
        }
    }

    private void SendsFipLinkService()
    {
        FipDescriptorType type = FipDescriptorType.Flogi + (byte)_random.Next(3);
        Peer.SendsToFPort(type, RawPeer.ElsHeader(AnyOxId), ElsPayloadOf(ElsCommands[_random.Next(ElsCommands.Length)]), AnyId, Peer.ENode);
    }

    private void SendsEls()
    {
        FcHeader header = RawPeer.ElsHeader(AnyOxId) with { SId = AnyId, DId = AnyDestination, RxId = AnyRxId };
        if (_random.Next(6) == 0) header.RCtl = RCtl.ElsReply;
        if (_random.Next(10) == 0) header.FCtl = (FCtl)_random.Next(0x1000000);
        if (_random.Next(10) == 0) header.SeqCnt = (ushort)_random.Next(4);
        Peer.SendsFrame(header, ElsPayloadOf(ElsCommands[_random.Next(ElsCommands.Length)]), _random.Next(10) == 0 ? Sof.SOFn3 : Sof.SOFi3);
    }

    private byte[] ElsPayloadOf(ElsCommand command)
    {
        byte[] payload = command switch
        {
            ElsCommand.Flogi or ElsCommand.Fdisc or ElsCommand.Plogi or ElsCommand.Pdisc => LoginOf(command),
            ElsCommand.Logo => RawPeer.BytesOf(new LogoPayload { Command = command, NPortId = AnyId, NPortName = AnyName }),
            ElsCommand.Prli => RawPeer.Prli(Peer.FcpParameters),
            ElsCommand.Scr => RawPeer.BytesOf(new ScrPayload { Command = command, Function = (ScrFunction)_random.Next(256) }),
            ElsCommand.Rec => RawPeer.BytesOf(new RecPayload { Command = command, OriginatorSId = AnyId, OxId = AnyOxId, RxId = AnyRxId }),
            ElsCommand.Rrq => RawPeer.BytesOf(new RrqPayload { Command = command, OriginatorSId = AnyId, OxId = AnyOxId, RxId = AnyRxId }),
            _ => Bytes(_random.Next(4, 64)),
        };
        payload[0] = (byte)command;
        if (_random.Next(8) == 0) payload[_random.Next(1, payload.Length)] = (byte)_random.Next(256);
        return _random.Next(16) == 0 ? payload[..(_random.Next(1, payload.Length) & ~3)] : payload;
    }

    private byte[] LoginOf(ElsCommand command)
    {
        LoginPayload login = Peer.LoginPayload(command);
        login.PortName = AnyName;
        return RawPeer.BytesOf(login);
    }

    private void SendsCt()
    {
        bool fdmi = _random.Next(3) == 0;
        byte[] body = Bytes(_random.Next(4, 80));
        switch (_random.Next(3)) // most requests begin with an address or a name
        {
            case 0: RawPeer.BytesOf(new NsPortId(AnyId)).CopyTo(body, 0); break;
            case 1 when body.Length >= NsName.WireSize: RawPeer.BytesOf(new NsName(AnyName)).CopyTo(body, 0); break;
        }
        CtPreamble preamble = fdmi ? CtPreamble.To(FdmiCommands[_random.Next(FdmiCommands.Length)]) : CtPreamble.To(NameServerCommands[_random.Next(NameServerCommands.Length)]);
        byte[] iu = [.. RawPeer.BytesOf(preamble), .. body];
        if (_random.Next(16) == 0) iu[_random.Next(CtPreamble.WireSize)] = (byte)_random.Next(256);
        FcHeader header = RawPeer.ElsHeader(AnyOxId) with
        {
            RCtl = _random.Next(10) == 0 ? RCtl.SolicitedControl : RCtl.UnsolicitedControl,
            Type = FcType.Ct,
            SId = Peer.Id,
            DId = _random.Next(10) == 0 ? AnyDestination : fdmi ? new FcId(0xFFFFFAu) : FcId.DirectoryServer,
        };
        if (_random.Next(8) == 0) header.FCtl &= ~FCtl.EndSequence;
        Peer.SendsFrame(header, iu);
    }

    /// <summary>A command: of LUN 0 only what leaves the victim's blocks and everybody's view of the disk alone.</summary>
    private void SendsCommand()
    {
        int lun = _random.Next(3) == 0 ? _random.Next(4) : 0;
        uint lba = (uint)_random.Next(4096);
        ushort blocks = (ushort)_random.Next(64);
        (byte[] cdb, FcpDataDirection direction) = _random.Next(6) switch
        {
            0 => (Cdbs.TestUnitReady, FcpDataDirection.None),
            1 => (Cdbs.Inquiry(255), FcpDataDirection.ReadData),
            2 or 3 => (Cdbs.Read10(lba, blocks), FcpDataDirection.ReadData),
            4 => (Cdbs.Write10(lba, blocks), FcpDataDirection.WriteData),
            _ => ([0xC0, 0, 0, 0, 0, 0], (FcpDataDirection)_random.Next(4)), // vendor specific, and none of ours
        };
        uint length = _random.Next(4) == 0 ? (uint)_random.Next() : blocks * 512u;
        FcpTaskManagementFlags management = _random.Next(10) == 0 ? FcpTaskManagementFlags.AbortTaskSet : FcpTaskManagementFlags.None;
        FcHeader header = RawPeer.CommandHeader(AnyOxId) with { SId = AnyId, DId = _random.Next(12) == 0 ? AnyDestination : TargetId };
        FcpTaskAttribute attribute = cdb[0] != 0x2A && _random.Next(4) == 0 ? FcpTaskAttribute.HeadOfQueue : FcpTaskAttribute.Simple;
        Peer.SendsFrame(header, RawPeer.CommandPayload(cdb, direction, length, lun, management, attribute));
    }

    /// <summary>Data, FCP_CONF, ABTS, SRR and answers for exchanges that may be open, and that may be its own.</summary>
    private void SendsFcp()
    {
        FcHeader header = RawPeer.CommandHeader(AnyOxId) with { SId = AnyId, DId = _random.Next(12) == 0 ? AnyDestination : TargetId, RxId = AnyRxId };
        if (_random.Next(2) == 0) header = header with { SId = Peer.Id, DId = TargetId, OxId = _open.OxId, RxId = _open.RxId };
        switch (_random.Next(4))
        {
            case 0:
                header = header with { RCtl = RCtl.Abts, Type = FcType.Bls, FCtl = FCtlValues.AbtsByOriginator };
                Peer.SendsFrame(header, default);
                return;
            case 1:
                header = RawPeer.DataHeader(header.OxId, header.RxId, (uint)_random.Next(0x10000), _random.Next(2) == 0, (ushort)_random.Next(4)) with { SId = header.SId, DId = header.DId };
                break;
            case 2:
                header.RCtl = RCtl.Fc4LinkServiceRequest;
                break;
            default:
                header.RCtl = FcpRoutes[_random.Next(1, FcpRoutes.Length)];
                header.FCtl = (FCtl)_random.Next(0x1000000);
                break;
        }
        Peer.SendsFrame(header, Bytes(_random.Next(0, 513)), _random.Next(2) == 0 ? Sof.SOFi3 : Sof.SOFn3);
    }

    /// <summary>An FC header of nothing but chance.</summary>
    private void SendsNoise()
    {
        FcHeader header = System.Runtime.InteropServices.MemoryMarshal.Read<FcHeader>(Bytes(FcHeader.WireSize));
        if (_random.Next(4) != 0) (header.SId, header.DId) = (Peer.Id, AnyDestination);
        // Not by chance a command that is anybody's to give and disturbs all: those have a place above.
        if (header is { Type: FcType.Fcp } && header.RCtl == FcpIu.Cmnd) header.RCtl = FcpIu.Rsp;
        Peer.SendsFrame(header, Bytes(_random.Next(0, 2049)));
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
