// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.TestKit;

/// <summary>A frame the peer heard, taken apart and checked for what every frame must keep to.</summary>
public sealed class ReceivedFrame
{
    /// <exception cref="ConversationException">The frame is not one a port may send: CRC, EOF, fill bytes, padding.</exception>
    public ReceivedFrame(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes.ToArray();
        if (!EthernetFrame.TryRead(Bytes, out EthernetFrame ethernet)) throw new ConversationException("a frame without Ethernet header");
        Destination = ethernet.Destination;
        Source = ethernet.Source;
        Vlan = ethernet.Vlan;
        if (ethernet.EtherType == EtherType.Fip) ReadFip(ethernet.Payload);
        else if (ethernet.EtherType == EtherType.Fcoe) ReadFcoe(ethernet.Payload);
        else throw new ConversationException($"EtherType {ethernet.EtherType:x4}");
    }

    public byte[] Bytes { get; }

    public MacAddress Destination { get; }

    public MacAddress Source { get; }

    public VlanTag? Vlan { get; }

    public bool IsFip { get; private set; }

    // ---- FIP ------------------------------------------------------------------------------------------------------

    public FipOperation Operation { get; private set; }

    public byte Subcode { get; private set; }

    public FipFlags Flags { get; private set; }

    /// <summary>The FIP descriptor that an FC frame came in; null in FCoE.</summary>
    public FipDescriptorType? Encapsulated { get; private set; }

    private byte[] DescriptorList { get; set; } = [];

    public bool IsVn2Vn(FipVn2VnSubcode subcode) => IsFip && Operation == FipOperation.Vn2Vn && Subcode == (byte)subcode;

    /// <summary>The descriptor of this type; null when there is none.</summary>
    public T? Descriptor<T>() where T : unmanaged, IFipDescriptor
    {
        FipDescriptorReader reader = new(DescriptorList);
        while (reader.MoveNext())
            if (reader.TryGet(out T descriptor)) return descriptor;
        return null;
    }

    /// <summary>Every descriptor of this type.</summary>
    public IReadOnlyList<T> Descriptors<T>() where T : unmanaged, IFipDescriptor
    {
        List<T> all = [];
        FipDescriptorReader reader = new(DescriptorList);
        while (reader.MoveNext())
            if (reader.TryGet(out T descriptor)) all.Add(descriptor);
        return all;
    }

    // ---- FC -------------------------------------------------------------------------------------------------------

    /// <summary>There is an FC frame, in FCoE or in FIP.</summary>
    public bool IsFc { get; private set; }

    public FcHeader Header { get; private set; }

    public byte[] Payload { get; private set; } = [];

    public Sof Sof { get; private set; }

    public Eof Eof { get; private set; }

    /// <summary>ELS_Command of a request or answer; null for other frames.</summary>
    public ElsCommand? Els => IsFc && Header.Type == FcType.Els && Payload.Length > 0 ? (ElsCommand)Payload[0] : null;

    /// <summary>The payload as this struct.</summary>
    public T As<T>() where T : struct, IWirePayload =>
        ElsPayload.TryRead(Payload, out T value) ? value : throw new ConversationException($"too short for {typeof(T).Name}: {this}");

    private void ReadFip(ReadOnlySpan<byte> payload)
    {
        IsFip = true;
        FipError error = FipMessage.TryRead(payload, out FipMessage message);
        if (error != FipError.None) throw new ConversationException($"FIP frame: {error}");
        Operation = message.Operation;
        Subcode = message.Subcode;
        Flags = message.Flags;
        DescriptorList = message.DescriptorList.ToArray();
        FipDescriptorReader reader = message.Descriptors;
        while (reader.MoveNext())
            if (reader.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> fc))
            {
                Encapsulated = reader.Type;
                ReadFc(fc);
            }
        if (reader.IsMalformed) throw new ConversationException("FIP frame: malformed descriptor list");
    }

    private void ReadFcoe(ReadOnlySpan<byte> payload)
    {
        FcoeError error = FcoeFrame.TryRead(payload, verifyCrc: true, out FcoeFrame fcoe);
        if (error != FcoeError.None) throw new ConversationException($"FCoE frame: {error}");
        Sof = fcoe.Sof;
        Eof = fcoe.Eof;
        ReadFc(fcoe.Frame);
        bool ends = Header.FCtl.Has(FCtl.EndSequence);
        if (ends != (Eof == Eof.EOFt)) throw new ConversationException($"F_CTL and EOF disagree: {this}");
        if (!ends && Header.FCtl.FillBytes() != 0) throw new ConversationException($"fill bytes before the last frame: {this}");
    }

    private void ReadFc(ReadOnlySpan<byte> bytes)
    {
        FcFrameError error = FcFrame.TryRead(bytes, out FcFrame frame);
        if (error != FcFrameError.None) throw new ConversationException($"FC frame: {error}");
        IsFc = true;
        Header = frame.Header;
        Payload = frame.Payload.ToArray();
    }

    public override string ToString()
    {
        if (!IsFc) return IsFip ? $"FIP {Operation}/{Subcode} {Source} > {Destination}" : "frame";
        string what = Els is { } els ? els.ToString() : $"R_CTL {(byte)Header.RCtl:x2} TYPE {(byte)Header.Type:x2}";
        return $"{(IsFip ? "FIP " : "")}{what} {Header.SId} > {Header.DId} OX_ID {Header.OxId} RX_ID {Header.RxId} "
            + $"F_CTL {(uint)Header.FCtl:x6} SEQ {Header.SeqId:x2}/{(ushort)Header.SeqCnt:x4} PARAM {(uint)Header.Parameter:x8} "
            + $"[{Convert.ToHexStringLower(Payload.AsSpan(0, Math.Min(24, Payload.Length)))}]";
    }
}
