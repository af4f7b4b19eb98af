// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Wire;

namespace FcTarget.TestKit;

// RAW PEER - theory of operation
//   Job      The other end of the wire as a test wants it: says what the test tells it to say, keeps what it hears. It knows the
//            wire formats and nothing of FcTarget.Port, so a mistake there has no twin here.
//   Files    RawPeer.cs: frames and expectations.  RawPeer.Fip.cs: VN2VN.  RawPeer.Fabric.cs: FIP to an FCF.  RawPeer.Els.cs: link services, logins.
//            RawPeer.Fcp.cs: commands and data.
//   Always   What was heard stays in line until the test expects it; ExpectsSilence fails on anything left. Beacons are kept apart.

/// <summary>A scripted peer on a memory segment.</summary>
public sealed partial class RawPeer : IFrameSink
{
    private readonly LinkedList<ReceivedFrame> _heard = [];
    private readonly Func<RawPeer, bool> _pump;
    private ushort _nextOxId = 0x0100;

    /// <param name="wire">The peer's wire.</param>
    /// <param name="pump">Runs everybody until nothing moves.</param>
    /// <param name="pointToPoint">No FIP.</param>
    public RawPeer(MemoryWire wire, Func<RawPeer, bool> pump, bool pointToPoint)
    {
        Wire = wire;
        ENode = wire.Mac;
        _pump = pump;
        IsPointToPoint = pointToPoint;
        PortName = Wwn.PortNameOf(wire.Mac);
        NodeName = Wwn.NodeNameOf(wire.Mac);
        if (!pointToPoint) Id = new FcId((uint)(wire.Mac.Value & 0xFFFF));
    }

    public MemoryWire Wire { get; }

    public bool IsPointToPoint { get; }

    /// <summary>ENode MAC address; that of the wire unless the test plays several.</summary>
    public MacAddress ENode { get; set; }

    public Wwn PortName { get; set; }

    public Wwn NodeName { get; set; }

    /// <summary>Our N_Port_ID; in VN2VN the low 16 bits of the MAC address, in point-to-point what PLOGI assigns.</summary>
    public FcId Id { get; set; }

    /// <summary>The N_Port_ID of the port under test, as far as we know it.</summary>
    public FcId Target { get; set; }

    /// <summary>The VLAN tag on what we send; null for none.</summary>
    public VlanTag? Vlan { get; set; }

    /// <summary>Frames that nobody expected yet.</summary>
    public IReadOnlyCollection<ReceivedFrame> Heard => _heard;

    private uint FcMap => IsPointToPoint ? MacAddress.DefaultFcMap : MacAddress.Vn2VnFcMap;

    public MacAddress VnPortMac => Fcf is not null ? GrantedMac : IsPointToPoint ? ENode : MacAddress.Fpma(FcMap, Id);

    public MacAddress TargetMac => Fcf ?? MacAddress.Fpma(FcMap, Target);

    // ---- sending --------------------------------------------------------------------------------------------------

    /// <summary>Puts an Ethernet frame on the segment as it is, and lets the others work.</summary>
    public void SendsBytes(ReadOnlySpan<byte> frame)
    {
        if (!Wire.TryGetTransmitSlot(out Span<byte> slot)) throw new ConversationException("the peer's transmit ring is full");
        frame.CopyTo(slot);
        Wire.Commit(frame.Length);
        Wire.Flush();
        _pump(this);
    }

    /// <summary>Sends an FC frame in FCoE. D_ID, S_ID and addresses are ours to the target's unless the header has them.</summary>
    public void SendsFrame(FcHeader header, ReadOnlySpan<byte> payload, Sof sof = Sof.SOFi3, MacAddress? to = null, MacAddress? from = null)
    {
        byte[] frame = Encapsulate(header, payload, sof, to, from);
        SendsBytes(frame);
    }

    /// <summary>The bytes <see cref="SendsFrame"/> sends.</summary>
    public byte[] Encapsulate(
        FcHeader header, ReadOnlySpan<byte> payload, Sof sof = Sof.SOFi3, MacAddress? to = null, MacAddress? from = null)
    {
        if (header.DId == FcId.None) header.DId = Target;
        if (header.SId == FcId.None) header.SId = Id;
        return FrameWriter.Encapsulate(to ?? TargetMac, from ?? VnPortMac, header, payload, sof, Vlan);
    }

    /// <summary>An OX_ID that was not used yet.</summary>
    public OxId NextOxId() => new(_nextOxId++);

    public static byte[] BytesOf<T>(in T payload) where T : struct, IWirePayload
    {
        byte[] bytes = new byte[T.WireSize];
        MemoryMarshal.Write(bytes, in payload);
        return bytes;
    }

    /// <summary>Sends what is queued and hears what has come. True when there was something.</summary>
    public bool Works()
    {
        Wire.Flush();
        return Wire.Receive(this, int.MaxValue) > 0;
    }

    // ---- hearing --------------------------------------------------------------------------------------------------

    /// <summary>Which frames are heard at all, by their bytes; null: all. What others send through a switch need not be well formed.</summary>
    public Func<ReadOnlySpan<byte>, bool>? Hears { get; set; }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (Hears?.Invoke(frame) == false) return;
        ReceivedFrame received = new(frame);
        // On a segment everybody hears everything; a NIC hands up groups and our own addresses.
        bool ours = received.Destination.IsGroup || received.Destination == ENode || received.Destination == VnPortMac || IsPointToPoint
            || _granted.Contains(received.Destination);
        if (!ours || received.Source == ENode || received.Source == VnPortMac) return;
        if (received.IsVn2Vn(FipVn2VnSubcode.Beacon)) BeaconsHeard.Add(received);
        else _heard.AddLast(received);
    }

    /// <summary>The first frame that matches, whatever came before it; the others stay.</summary>
    public ReceivedFrame Expects(string what, Func<ReceivedFrame, bool> matches)
    {
        _pump(this);
        for (LinkedListNode<ReceivedFrame>? node = _heard.First; node is not null; node = node.Next)
        {
            if (!matches(node.Value)) continue;
            _heard.Remove(node);
            return node.Value;
        }
        throw new ConversationException($"expected {what}; heard {Describe()}");
    }

    /// <summary>Nothing is left and nothing comes.</summary>
    public void ExpectsSilence()
    {
        _pump(this);
        if (_heard.Count > 0) throw new ConversationException($"expected silence; heard {Describe()}");
    }

    /// <summary>Forgets what was heard.</summary>
    public void Ignores()
    {
        _pump(this);
        _heard.Clear();
        BeaconsHeard.Clear();
    }

    private string Describe() => _heard.Count == 0 ? "nothing" : string.Join("; ", _heard);
}
