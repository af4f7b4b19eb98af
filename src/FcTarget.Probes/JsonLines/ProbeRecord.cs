// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Probes.JsonLines;

/// <summary>
/// A copy of one probe firing: everything an event points at, by value, so that it can wait in a ring. 1.3 kB at most; what a firing does not
/// use is not touched, and what it uses lies together: a few cache lines.
/// </summary>
internal unsafe struct ProbeRecord
{
    /// <summary>UTC, in ticks of 100 ns.</summary>
    public long Ticks;

    public FcProbe Probe;
    public int Solicited, Status;
    public uint AffectedId;
    public FcXferInfo Xfer;

    /// <summary>Its pointer is stale; <see cref="Sense"/> holds what it pointed at.</summary>
    public FcCommandFacts Facts;

    public int SenseLength;

    /// <summary>Bytes used of <see cref="Ports"/>.</summary>
    public int PortsLength;

    /// <summary>The CDB's length, and as much of it as <see cref="CdbBytes"/> holds.</summary>
    public ulong CdbLength;
    public CdbBytes Cdb;

    /// <summary>
    /// Who talks to whom: ci_local, ci_remote, ci_protocol, then for each port that the event has a hard address and three strings.
    /// The same ports are the same bytes.
    /// </summary>
    public PortBytes Ports;

    public SenseBytes Sense;

    /// <summary>Copies an event. What the event has no argument for keeps old bytes: the probe says which members are good.</summary>
    public void Set(in FcProbeEvent e, long ticks)
    {
        Ticks = ticks;
        Probe = e.Probe;
        Solicited = e.Solicited;
        Status = e.Status;
        AffectedId = e.AffectedId;
        Span<byte> ports = Ports;
        int length = 0;
        Add(ports, ref length, e.Conn->ci_local, PortProbeInfo.WwnCapacity);
        Add(ports, ref length, e.Conn->ci_remote, PortProbeInfo.WwnCapacity);
        Add(ports, ref length, e.Conn->ci_protocol, PortProbeInfo.WwnCapacity);
        if (e.Local != null) Add(ports, ref length, e.Local);
        if (e.Remote != null) Add(ports, ref length, e.Remote);
        PortsLength = length;
        if (e.Xfer != null) Xfer = *e.Xfer;
        if (e.Command != null)
        {
            CdbLength = e.Command->ic_len;
            new ReadOnlySpan<byte>(e.Command->ic_cdb, (int)Math.Min(CdbLength, CdbBytes.Capacity)).CopyTo(Cdb);
        }
        if (e.Facts != null)
        {
            Facts = *e.Facts;
            SenseLength = Facts.Sense == null ? 0 : Math.Clamp(Facts.SenseLength, 0, SenseBytes.Capacity);
            if (SenseLength > 0) new ReadOnlySpan<byte>(Facts.Sense, SenseLength).CopyTo(Sense);
        }
    }

    private static void Add(Span<byte> ports, ref int length, FcPortInfo* port)
    {
        MemoryMarshal.Write(ports[length..], port->fcp_port_hard_address);
        length += sizeof(uint);
        Add(ports, ref length, port->fcp_node_wwn, PortProbeInfo.WwnCapacity);
        Add(ports, ref length, port->fcp_sym_node_name, PortProbeInfo.NameCapacity);
        Add(ports, ref length, port->fcp_sym_port_name, PortProbeInfo.NameCapacity);
    }

    private static void Add(Span<byte> ports, ref int length, byte* text, int capacity) =>
        length += NativeText.Copy(text, ports.Slice(length, capacity)) + 1;

    /// <summary>Room for the longest strings of a conninfo and two ports.</summary>
    [InlineArray((5 * PortProbeInfo.WwnCapacity) + (4 * PortProbeInfo.NameCapacity) + (2 * sizeof(uint)))]
    public struct PortBytes
    {
        private byte _first;
    }

    /// <summary>The longest CDB the target takes (FCP-4 with additional CDB).</summary>
    [InlineArray(Capacity)]
    public struct CdbBytes
    {
        public const int Capacity = 32;
        private byte _first;
    }

    /// <summary>The longest sense data the target returns, and room to spare.</summary>
    [InlineArray(Capacity)]
    public struct SenseBytes
    {
        public const int Capacity = 128;
        private byte _first;
    }
}
