// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Wire;

namespace FcTarget.Port;

/// <summary>
/// Lays FC frames into the wire's transmit slots: Ethernet, FCoE and FC header, payload, fill bytes, CRC, EOF. The payload is
/// copied once, with the CRC computed in the same pass.
/// </summary>
public sealed class FrameTransmitter
{
    /// <summary>Control frames kept while the wire takes nothing: more than any conversation has under way.</summary>
    internal const int MaxBacklog = 64;

    private readonly IFrameWire _wire;
    private readonly PortCounters _counters;
    private readonly byte[]?[] _backlog = new byte[MaxBacklog][]; // made when first needed
    private readonly int[] _backlogLengths = new int[MaxBacklog];
    private int _backlogFirst;
    private int _backlogCount;
    private bool _slotIsBacklog; // the slot last given out

    public FrameTransmitter(IFrameWire wire, PortCounters counters)
    {
        _wire = wire;
        _counters = counters;
    }

    /// <summary>
    /// A free slot for FCP, flushing once if none is. False: come back in the next pass. While control frames wait for the wire
    /// there is none.
    /// </summary>
    public bool TryGetSlot(out Span<byte> slot)
    {
        _slotIsBacklog = false;
        slot = default;
        if (_backlogCount > 0) return false;
        if (_wire.TryGetTransmitSlot(out slot)) return true;
        _wire.Flush();
        return _wire.TryGetTransmitSlot(out slot);
    }

    /// <summary>
    /// A slot for FIP, ELS and BLS: when read data fills the wire, one in a short backlog that goes before any more data. False,
    /// and counted, when that is full too: a time-out repairs it.
    /// </summary>
    public bool TryGetControlSlot(out Span<byte> slot)
    {
        if (TryGetSlot(out slot)) return true;
        if (_backlogCount == MaxBacklog)
        {
            _counters.FramesNotSent++;
            return false;
        }
        _slotIsBacklog = true;
        slot = _backlog[(_backlogFirst + _backlogCount) % MaxBacklog] ??= new byte[_wire.Mtu + EthernetFrame.TaggedHeaderLength];
        return true;
    }

    /// <summary>Queues the first <paramref name="length"/> bytes of the slot last given out.</summary>
    public void Commit(int length)
    {
        if (_slotIsBacklog) _backlogLengths[(_backlogFirst + _backlogCount++) % MaxBacklog] = length;
        else _wire.Commit(length);
    }

    /// <summary>Moves the backlog to the wire. False when some of it stays.</summary>
    public bool FlushBacklog()
    {
        while (_backlogCount > 0)
        {
            if (!_wire.TryGetTransmitSlot(out Span<byte> slot)) return false;
            int length = _backlogLengths[_backlogFirst];
            _backlog[_backlogFirst].AsSpan(0, length).CopyTo(slot);
            _wire.Commit(length);
            _backlogFirst = (_backlogFirst + 1) % MaxBacklog;
            _backlogCount--;
        }
        return true;
    }

    /// <summary>Fills the slot with one class 3 frame and commits it.</summary>
    /// <param name="slot">From <see cref="TryGetSlot"/> or <see cref="TryGetControlSlot"/>.</param>
    /// <param name="link">Ethernet addresses.</param>
    /// <param name="header">FC header; the fill bits of F_CTL are set here.</param>
    /// <param name="payload">Data field, up to 2112 bytes.</param>
    /// <param name="first">First frame of its sequence: SOFi3, else SOFn3.</param>
    public void Fill(Span<byte> slot, in LinkAddress link, ref FcHeader header, ReadOnlySpan<byte> payload, bool first) =>
        Fill(slot, link, ref header, payload, first ? Sof.SOFi3 : Sof.SOFn3);

    private void Fill(Span<byte> slot, in LinkAddress link, ref FcHeader header, ReadOnlySpan<byte> payload, Sof sof)
    {
        int at = EthernetFrame.WriteHeader(slot, link.Destination, link.Source, EtherType.Fcoe, link.Vlan);
        FcoeFrame.WriteHeader(slot[at..], sof);
        at += FcoeFrame.HeaderLength;

        bool last = (header.FCtl & FCtl.EndSequence) != 0;
        int fill = FcFrame.FillBytesFor(payload.Length);
        if (last) header.FCtl = header.FCtl.WithFillFor(payload.Length);
        MemoryMarshal.Write(slot[at..], in header);
        uint crc = FcCrc.Append(FcCrc.Begin(), slot.Slice(at, FcHeader.WireSize));
        at += FcHeader.WireSize;
        crc = FcCrc.CopyAndAppend(crc, payload, slot[at..]);
        at += payload.Length;
        if (fill != 0)
        {
            slot.Slice(at, fill).Clear();
            crc = FcCrc.Append(crc, slot.Slice(at, fill));
            at += fill;
        }
        FcoeFrame.WriteTrailer(slot[at..], FcCrc.End(crc), last ? Eof.EOFt : Eof.EOFn);
        Commit(at + FcoeFrame.TrailerLength);
    }

    /// <summary>Sends a single-frame sequence of a link service. False when even the backlog is full.</summary>
    public bool TrySend(in LinkAddress link, FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!TryGetControlSlot(out Span<byte> slot)) return false;
        Fill(slot, link, ref header, payload, first: true);
        return true;
    }

    /// <summary>
    /// Sends a Link_Control frame of class 2, which has no payload and begins no sequence: SOFn2 (FC-FS-3). False when even the backlog is
    /// full.
    /// </summary>
    internal bool TrySendLinkControl(in LinkAddress link, FcHeader header)
    {
        if (!TryGetControlSlot(out Span<byte> slot)) return false;
        Fill(slot, link, ref header, default, Sof.SOFn2);
        return true;
    }
}
