// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;

namespace FcTarget.Probes.JsonLines;

/// <summary>A copy of one probe firing, about 1.4 kB: everything an event points at, by value, so that it can wait in a ring.</summary>
internal unsafe struct ProbeRecord
{
    /// <summary>UTC, in ticks of 100 ns.</summary>
    public long Ticks;

    public FcProbe Probe;
    public int Solicited, Status;
    public uint AffectedId;
    public WwnText ConnLocal, ConnRemote, ConnProtocol;
    public PortText Local, Remote;
    public FcXferInfo Xfer;

    /// <summary>The CDB's length, and as much of it as <see cref="CdbBytes"/> holds.</summary>
    public ulong CdbLength;
    public CdbBytes Cdb;

    /// <summary>Its pointer is stale; <see cref="Sense"/> holds what it pointed at.</summary>
    public FcCommandFacts Facts;
    public int SenseLength;
    public SenseBytes Sense;

    /// <summary>Copies an event. What the event has no argument for keeps old bytes: the probe says which members are good.</summary>
    public void Set(in FcProbeEvent e, long ticks)
    {
        Ticks = ticks;
        Probe = e.Probe;
        Solicited = e.Solicited;
        Status = e.Status;
        AffectedId = e.AffectedId;
        NativeText.Copy(e.Conn->ci_local, ConnLocal);
        NativeText.Copy(e.Conn->ci_remote, ConnRemote);
        NativeText.Copy(e.Conn->ci_protocol, ConnProtocol);
        if (e.Local != null) Local.Set(e.Local);
        if (e.Remote != null) Remote.Set(e.Remote);
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
            new ReadOnlySpan<byte>(Facts.Sense, SenseLength).CopyTo(Sense);
        }
    }

    /// <summary>A fc_port_info_t by value.</summary>
    public struct PortText
    {
        public WwnText NodeWwn;
        public NameText NodeName, PortName;
        public uint HardAddress;

        public void Set(FcPortInfo* port)
        {
            NativeText.Copy(port->fcp_node_wwn, NodeWwn);
            NativeText.Copy(port->fcp_sym_node_name, NodeName);
            NativeText.Copy(port->fcp_sym_port_name, PortName);
            HardAddress = port->fcp_port_hard_address;
        }
    }

    [InlineArray(PortProbeInfo.WwnCapacity)]
    public struct WwnText
    {
        private byte _first;
    }

    [InlineArray(PortProbeInfo.NameCapacity)]
    public struct NameText
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
