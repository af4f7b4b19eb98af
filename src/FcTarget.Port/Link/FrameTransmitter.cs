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
    private readonly IFrameWire _wire;
    private readonly PortCounters _counters;

    public FrameTransmitter(IFrameWire wire, PortCounters counters)
    {
        _wire = wire;
        _counters = counters;
    }

    /// <summary>A free slot, flushing once if none is. False: come back in the next pass.</summary>
    public bool TryGetSlot(out Span<byte> slot)
    {
        if (_wire.TryGetTransmitSlot(out slot)) return true;
        _wire.Flush();
        return _wire.TryGetTransmitSlot(out slot);
    }

    /// <summary>Fills the slot with one class 3 frame and commits it.</summary>
    /// <param name="slot">From <see cref="TryGetSlot"/>.</param>
    /// <param name="link">Ethernet addresses.</param>
    /// <param name="header">FC header; the fill bits of F_CTL are set here.</param>
    /// <param name="payload">Data field, up to 2112 bytes.</param>
    /// <param name="first">First frame of its sequence: SOFi3, else SOFn3.</param>
    public void Fill(Span<byte> slot, in LinkAddress link, ref FcHeader header, ReadOnlySpan<byte> payload, bool first)
    {
        int at = EthernetFrame.WriteHeader(slot, link.Destination, link.Source, EtherType.Fcoe, link.Vlan);
        FcoeFrame.WriteHeader(slot[at..], first ? Sof.SOFi3 : Sof.SOFn3);
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
        _wire.Commit(at + FcoeFrame.TrailerLength);
    }

    /// <summary>Sends a single-frame sequence. False, and counted, when the wire takes nothing: the peer's time-out repairs it.</summary>
    public bool TrySend(in LinkAddress link, FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!TryGetSlot(out Span<byte> slot))
        {
            _counters.FramesNotSent++;
            return false;
        }
        Fill(slot, link, ref header, payload, first: true);
        return true;
    }
}
