// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Wire;

namespace FcTarget.TestKit;

// RAW FCF - theory of operation
//   Job      The other end of the wire for an ENode: an FCF with its fabric as far as a test wants one, made of the wire formats only. What it
//            is asked it answers by itself, unless the test has said otherwise; what it hears it keeps.
//   Files    RawFcf.cs: FIP.  RawFcf.Services.cs: link services and name server.
//   Time     It has none: the test sends advertisements when they are due.

/// <summary>A scripted FCF on a memory segment.</summary>
public sealed partial class RawFcf : IFrameSink
{
    private readonly Queue<ReceivedFrame> _inbox = new();
    private uint _nextId;

    public RawFcf(MemoryWire wire, int domain = 1)
    {
        Wire = wire;
        SwitchName = new Wwn(0x2FFE_0000_0000_0000ul | wire.Mac.Value);
        FabricName = SwitchName;
        _nextId = (uint)domain << 16 | 0x0100;
    }

    public MemoryWire Wire { get; }

    public MacAddress Mac => Wire.Mac;

    // ---- what it is -----------------------------------------------------------------------------------------------

    public byte Priority { get; set; } = FipPriorityDescriptor.DefaultPriority;

    public Wwn SwitchName { get; set; }

    public Wwn FabricName { get; set; }

    public uint FcMap { get; set; } = MacAddress.DefaultFcMap;

    public TimeSpan FkaAdvPeriod { get; set; } = TimeSpan.FromSeconds(8);

    public bool KeepAlivesUnwanted { get; set; }

    /// <summary>The VLAN it is in; null: untagged.</summary>
    public VlanTag? Vlan { get; set; }

    /// <summary>What it answers a VLAN request; null: nothing.</summary>
    public ushort[]? Vlans { get; set; }

    /// <summary>FPMA, SPMA and A of its advertisements.</summary>
    public FipFlags Flags { get; set; } = FipFlags.Fpma | FipFlags.Available;

    /// <summary>Whether solicited advertisements are as long as the ENode's largest FCoE PDU.</summary>
    public bool PadsAdvertisements { get; set; } = true;

    /// <summary>Whether it does anything at all.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>Why FLOGI and FDISC are refused; null: they are not.</summary>
    public ElsReject? RefusesLogins { get; set; }

    /// <summary>Answers to FLOGI carry this MAC address instead of the right one.</summary>
    public MacAddress? GrantsMac { get; set; }

    // ---- what it has seen -----------------------------------------------------------------------------------------

    /// <summary>Everything addressed to it, oldest first.</summary>
    public List<ReceivedFrame> Heard { get; } = [];

    /// <summary>VN_Ports that are logged in, by N_Port_ID.</summary>
    public Dictionary<uint, (MacAddress Mac, MacAddress ENode, Wwn PortName)> Logins { get; } = [];

    public int Count(FipOperation operation, byte subcode) => Heard.Count(f => f.IsFip && f.Operation == operation && f.Subcode == subcode);

    /// <summary>Keep alives heard: those of VN_Ports, or those of the ENode.</summary>
    public int KeepAlives(bool ofVnPorts) => Heard.Count(f => f.IsFip && f.Operation == FipOperation.Control
        && f.Subcode == (byte)FipControlSubcode.KeepAlive && f.Descriptor<FipVxPortIdentificationDescriptor>() is not null == ofVnPorts);

    public IEnumerable<ReceivedFrame> Requests(ElsCommand command) => Heard.Where(f => f.Els == command && f.Header.RCtl == RCtl.ElsRequest);

    // ---- running --------------------------------------------------------------------------------------------------

    void IFrameSink.OnFrame(ReadOnlySpan<byte> frame)
    {
        ReceivedFrame received = new(frame);
        bool ours = received.Destination == Mac || received.Destination == FipAddresses.AllFcf;
        if (ours && received.Source != Mac) _inbox.Enqueue(received);
    }

    /// <summary>Hears and answers. True when there was something.</summary>
    public bool Work()
    {
        Wire.Flush();
        Wire.Receive(this, int.MaxValue);
        bool busy = _inbox.Count > 0;
        while (_inbox.TryDequeue(out ReceivedFrame? frame))
        {
            Heard.Add(frame);
            if (!IsAlive) continue;
            if (frame.IsFip) OnFip(frame);
            else OnFcoe(frame);
        }
        Wire.Flush();
        return busy;
    }

    /// <summary>Puts an Ethernet frame on the segment as it is.</summary>
    public void SendsBytes(ReadOnlySpan<byte> frame)
    {
        if (!Wire.TryGetTransmitSlot(out Span<byte> slot))
        {
            Wire.Flush();
            if (!Wire.TryGetTransmitSlot(out slot)) throw new ConversationException("the FCF's transmit ring is full");
        }
        frame.CopyTo(slot);
        Wire.Commit(frame.Length);
    }

    private void OnFip(ReceivedFrame frame)
    {
        switch (frame.Operation, frame.Subcode)
        {
            case (FipOperation.Vlan, (byte)FipVlanSubcode.Request) when Vlans is not null:
                SendsVlanNotification(frame.Source);
                break;
            case (FipOperation.Discovery, (byte)FipDiscoverySubcode.Solicitation) when frame.Vlan?.Vid == Vlan?.Vid:
                SendsAdvertisement(frame.Source, frame.Descriptor<FipMaxFcoeSizeDescriptor>()!.Value.MaxFcoeSize);
                break;
            case (FipOperation.LinkService, (byte)FipLinkServiceSubcode.Request) when frame.Vlan?.Vid == Vlan?.Vid:
                OnLogin(frame);
                break;
        }
    }

    private void OnLogin(ReceivedFrame frame)
    {
        FcHeader reply = ReplyTo(frame.Header);
        FipDescriptorType type = frame.Encapsulated!.Value;
        if (type == FipDescriptorType.Logo)
        {
            Logins.Remove(frame.Header.SId.Value);
            SendsInFip(frame.Source, type, reply, RawPeer.BytesOf(LsAccPayload.Accept), null);
            return;
        }
        if (RefusesLogins is { } why)
        {
            reply.DId = FcId.None;
            SendsInFip(frame.Source, type, reply, RawPeer.BytesOf(new LsRjtPayload(why)), null);
            return;
        }
        LoginPayload login = frame.As<LoginPayload>();
        if (type == FipDescriptorType.Flogi)
            foreach ((uint id, (_, MacAddress enode, _)) in Logins.ToList())
                if (enode == frame.Source) Logins.Remove(id);
        reply.DId = new FcId(_nextId++);
        MacAddress proposed = frame.Descriptor<FipMacAddressDescriptor>()!.Value.MacAddress;
        MacAddress mac = GrantsMac ?? ((frame.Flags & FipFlags.Spma) != 0 ? proposed : MacAddress.Fpma(FcMap, reply.DId));
        Logins[reply.DId.Value] = (mac, frame.Source, login.PortName);
        SendsInFip(frame.Source, type, reply, RawPeer.BytesOf(Accept()), mac);
    }

    // ---- FIP ------------------------------------------------------------------------------------------------------

    public void SendsVlanNotification(MacAddress to)
    {
        byte[] frame = new byte[256];
        FipWriter fip = FipWriter.Begin(frame, to, Mac, FipVlanSubcode.Notification);
        fip.Add(new FipMacAddressDescriptor { MacAddress = Mac });
        foreach (ushort vid in Vlans!) fip.Add(new FipVlanDescriptor { Vid = vid });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    /// <summary>A multicast advertisement.</summary>
    public void Advertises()
    {
        if (IsAlive) SendsAdvertisement(FipAddresses.AllENode, 0);
    }

    public void SendsAdvertisement(MacAddress to, int padTo)
    {
        byte[] frame = new byte[4096];
        FipFlags flags = Flags | FipFlags.FPort | (padTo > 0 ? FipFlags.Solicited : FipFlags.None);
        FipWriter fip = FipWriter.Begin(frame, to, Mac, FipDiscoverySubcode.Advertisement, flags, Vlan);
        fip.Add(new FipPriorityDescriptor { Priority = Priority });
        fip.Add(new FipMacAddressDescriptor { MacAddress = Mac });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = SwitchName });
        fip.Add(new FipFabricDescriptor { FcMap = FcMap, FabricName = FabricName });
        fip.Add(new FipFkaAdvPeriodDescriptor { FkaAdvPeriod = (uint)FkaAdvPeriod.TotalMilliseconds, D = KeepAlivesUnwanted });
        if (PadsAdvertisements) fip.PadPayloadTo(padTo);
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    /// <summary>Clear Virtual Links for some of the VN_Ports that are logged in, or for all.</summary>
    public void ClearsVirtualLinks(MacAddress enode, params ReadOnlySpan<FcId> ids)
    {
        byte[] frame = new byte[512];
        FipWriter fip = FipWriter.Begin(frame, enode, Mac, FipControlSubcode.ClearVirtualLinks, tag: Vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = Mac });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = SwitchName });
        foreach (FcId id in ids)
            fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = Logins[id.Value].Mac, AddressIdentifier = id, PortName = Logins[id.Value].PortName });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    private void SendsInFip(MacAddress to, FipDescriptorType type, FcHeader header, ReadOnlySpan<byte> payload, MacAddress? granted)
    {
        byte[] frame = new byte[512];
        FipWriter fip = FipWriter.Begin(frame, to, Mac, FipLinkServiceSubcode.Reply, Flags & (FipFlags.Fpma | FipFlags.Spma), Vlan);
        FcFrame.Write(fip.AddEncapsulatedFrame(type, FcHeader.WireSize + ((payload.Length + 3) & ~3)), header, payload);
        if (granted is { } mac) fip.Add(new FipMacAddressDescriptor { MacAddress = mac });
        SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    private static FcHeader ReplyTo(in FcHeader request) => new()
    {
        RCtl = RCtl.ElsReply,
        DId = request.SId,
        SId = request.DId,
        Type = request.Type,
        FCtl = FCtlValues.ElsReply,
        OxId = request.OxId,
        RxId = request.RxId,
    };

    // ---- FCoE -----------------------------------------------------------------------------------------------------

    /// <summary>Sends an FC sequence to a VN_Port, in frames of at most 2048 bytes, from the FCF's MAC address unless said otherwise.</summary>
    public void SendsSequence(FcHeader header, ReadOnlySpan<byte> payload, MacAddress? from = null, MacAddress? to = null, VlanTag? vlan = null)
    {
        MacAddress destination = to ?? Logins[header.DId.Value].Mac;
        FCtl last = header.FCtl;
        byte[] frame = new byte[EthernetFrame.TaggedHeaderLength + FcoeSize.PduForDataField(2112)];
        for (int sent = 0; sent == 0 || sent < payload.Length; sent += 2048, header.SeqCnt = (ushort)(header.SeqCnt + 1))
        {
            ReadOnlySpan<byte> part = payload[sent..Math.Min(sent + 2048, payload.Length)];
            bool ends = sent + part.Length == payload.Length;
            header.FCtl = ends ? last : last & ~(FCtl.EndSequence | FCtl.SequenceInitiative);
            int at = EthernetFrame.WriteHeader(frame, destination, from ?? Mac, EtherType.Fcoe, vlan ?? Vlan);
            FcoeFrame.WriteHeader(frame.AsSpan(at), sent == 0 ? Sof.SOFi3 : Sof.SOFn3);
            at += FcoeFrame.HeaderLength;
            int length = FcFrame.Write(frame.AsSpan(at), header, part);
            uint crc = FcCrc.Compute(frame.AsSpan(at, length));
            at += length;
            FcoeFrame.WriteTrailer(frame.AsSpan(at), crc, ends ? Eof.EOFt : Eof.EOFn);
            SendsBytes(frame.AsSpan(0, at + FcoeFrame.TrailerLength));
            if (payload.IsEmpty) return;
        }
    }

    internal static T Read<T>(ReadOnlySpan<byte> bytes) where T : struct => MemoryMarshal.Read<T>(bytes);
}
