// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.TestKit;

public sealed partial class RawPeer
{
    private readonly HashSet<MacAddress> _granted = [];

    /// <summary>MAC address of the FCF; not null: this peer is an ENode in a fabric.</summary>
    public MacAddress? Fcf { get; set; }

    /// <summary>The VN_Port MAC address of the last login.</summary>
    public MacAddress GrantedMac { get; set; }

    /// <summary>Whether this peer sends keep alives by itself while time goes on.</summary>
    public bool KeepsAlive { get; set; }

    /// <summary>What the peer takes: FPMA, SPMA or both.</summary>
    public FipFlags AddressModes { get; set; } = FipFlags.Fpma;

    // ---- discovery ------------------------------------------------------------------------------------------------

    public void SendsVlanRequest()
    {
        byte[] frame = new byte[64];
        FipWriter fip = FipWriter.Begin(frame, FipAddresses.AllFcf, ENode, FipVlanSubcode.Request, tag: Vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = ENode });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    public void SendsSolicitation(MacAddress? to = null)
    {
        byte[] frame = new byte[128];
        FipWriter fip = FipWriter.Begin(frame, to ?? FipAddresses.AllFcf, ENode, FipDiscoverySubcode.Solicitation, AddressModes, Vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = ENode });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = NodeName });
        fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = (ushort)MaxFcoeSize });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    public ReceivedFrame ExpectsAdvertisement(bool solicited) => Expects(
        solicited ? "a solicited advertisement" : "a multicast advertisement",
        f => f.IsFip && f.Operation == FipOperation.Discovery && f.Subcode == (byte)FipDiscoverySubcode.Advertisement
            && ((f.Flags & FipFlags.Solicited) != 0) == solicited);

    // ---- login ----------------------------------------------------------------------------------------------------

    /// <summary>Sends FLOGI or FDISC in a FIP frame. Returns its OX_ID.</summary>
    public OxId SendsFabricLogin(ElsCommand command = ElsCommand.Flogi, MacAddress? proposed = null)
    {
        OxId oxId = NextOxId();
        LoginPayload login = LoginPayload(command);
        SendsToFPort(
            command == ElsCommand.Flogi ? FipDescriptorType.Flogi : FipDescriptorType.Fdisc, ElsHeader(oxId), BytesOf(login), FcId.None,
            proposed ?? MacAddress.None);
        return oxId;
    }

    /// <summary>Sends LOGO to the F_Port controller in a FIP frame. Returns its OX_ID.</summary>
    public OxId SendsFabricLogo()
    {
        OxId oxId = NextOxId();
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = Id, NPortName = PortName };
        SendsToFPort(FipDescriptorType.Logo, ElsHeader(oxId), BytesOf(logo), Id, VnPortMac);
        return oxId;
    }

    /// <summary>Sends an ELS to the F_Port controller in a FIP frame.</summary>
    public void SendsToFPort(FipDescriptorType type, FcHeader header, ReadOnlySpan<byte> payload, FcId source, MacAddress mac)
    {
        byte[] frame = new byte[512];
        header.DId = FcId.FPortController;
        header.SId = source;
        FipWriter fip = FipWriter.Begin(frame, Fcf!.Value, ENode, FipLinkServiceSubcode.Request, AddressModes, Vlan);
        FcFrame.Write(fip.AddEncapsulatedFrame(type, FcHeader.WireSize + ((payload.Length + 3) & ~3)), header, payload);
        fip.Add(new FipMacAddressDescriptor { MacAddress = mac });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    /// <summary>The LS_ACC to a FLOGI or FDISC: takes over the N_Port_ID and the MAC address in it.</summary>
    public ReceivedFrame TakesAddress(OxId oxId)
    {
        ReceivedFrame accept = ExpectsAccept(oxId);
        if (accept.IsFip && accept.Descriptor<FipMacAddressDescriptor>() is null)
            throw new ConversationException($"LS_ACC without a MAC address: {accept}");
        Id = accept.Header.DId;
        GrantedMac = accept.Descriptor<FipMacAddressDescriptor>()?.MacAddress ?? MacAddress.Fpma(MacAddress.DefaultFcMap, Id);
        _granted.Add(GrantedMac);
        return accept;
    }

    /// <summary>FLOGI and its LS_ACC.</summary>
    public ReceivedFrame LogsInWithFabric(ElsCommand command = ElsCommand.Flogi) => TakesAddress(SendsFabricLogin(command));

    // ---- services -------------------------------------------------------------------------------------------------

    /// <summary>Sends a request to the name server and gives its accepted answer.</summary>
    public ReceivedFrame AsksNameServer<T>(NameServerCommand command, in T body) where T : struct, IWirePayload
    {
        byte[] iu = new byte[CtPreamble.WireSize + T.WireSize];
        CtIu.Write(iu, CtPreamble.To(command), body);
        OxId oxId = NextOxId();
        SendsFrame(ElsHeader(oxId) with { RCtl = RCtl.UnsolicitedControl, Type = FcType.Ct, DId = FcId.DirectoryServer }, iu);
        ReceivedFrame answer = Expects($"the answer to {command}", f => f.IsFc && f.Header.Type == FcType.Ct && f.Header.OxId == oxId);
        return CtIu.TryRead(answer.Payload, out CtPreamble preamble, out _) && preamble.IsAccept
            ? answer
            : throw new ConversationException($"{command} is rejected: {answer}");
    }

    /// <summary>What a host says after FLOGI: PLOGI to the name server, registration as an FCP initiator.</summary>
    public void RegistersAsInitiator()
    {
        ExpectsAccept(SendsEls(LoginPayload(ElsCommand.Plogi), to: FcId.DirectoryServer));
        Fc4Types types = default;
        types.Set((byte)FcType.Fcp);
        AsksNameServer(NameServerCommand.RftId, new NsRegisterFc4Types { Id = Id, Types = types });
        AsksNameServer(NameServerCommand.RffId, new NsRegisterFc4Features { Id = Id, Features = Fc4Features.FcpInitiator, Fc4Type = FcType.Fcp });
    }

    // ---- virtual links --------------------------------------------------------------------------------------------

    /// <summary>Sends a keep alive of the ENode, or of the VN_Port.</summary>
    public void SendsKeepAlive(bool vnPort = false)
    {
        byte[] frame = new byte[128];
        FipWriter fip = FipWriter.Begin(frame, Fcf!.Value, vnPort ? VnPortMac : ENode, FipControlSubcode.KeepAlive, tag: Vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = ENode });
        if (vnPort) fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = VnPortMac, AddressIdentifier = Id, PortName = PortName });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    public ReceivedFrame ExpectsClearVirtualLinks() => Expects(
        "Clear Virtual Links", f => f.IsFip && f.Operation == FipOperation.Control && f.Subcode == (byte)FipControlSubcode.ClearVirtualLinks);

    /// <summary>The VLANs of a VLAN notification.</summary>
    public IReadOnlyList<int> ExpectsVlanNotification()
    {
        ReceivedFrame frame = Expects(
            "a VLAN notification", f => f.IsFip && f.Operation == FipOperation.Vlan && f.Subcode == (byte)FipVlanSubcode.Notification);
        if (frame.Vlan?.Vid != Vlan?.Vid) throw new ConversationException($"the answer came in {frame.Vlan}, the request in {Vlan}");
        return [.. frame.Descriptors<FipVlanDescriptor>().Select(d => (int)d.Vid)];
    }
}
