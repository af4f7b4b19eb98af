// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Benchmarks.Micro;

/// <summary>A switch with a target and its memory disk behind it, and one host, on a memory segment in virtual time.</summary>
internal sealed class SwitchPair : IDisposable
{
    private static readonly MacAddress FcfMac = new(0x02_00_00_00_00_F0ul);

    private readonly Simulation _simulation = new();
    private readonly MemoryStore _store = new(16 << 20);
    private readonly MemoryWire _wire;

    public SwitchPair()
    {
        _wire = _simulation.Segment.Attach("fcf", FcfMac);
        Port = new FcPort(
            _wire, new PortOptions { Topology = Topology.Switch }, _simulation.Clock, Probes, null,
            static port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        TaskRouter router = new();
        router.Luns.Add(0, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, _store));
        Port.AddTarget(router);
        Peer = new RawPeer(_simulation.Segment.Attach("host", new MacAddress(0x02_00_00_00_00_01ul)), _ => _simulation.Pump(), pointToPoint: false)
        {
            Id = FcId.None,
            Fcf = FcfMac,
        };
        _simulation.Add(Port.Loop);
        _simulation.Add(Peer.Works);
        _simulation.Pump();
    }

    public FcPort Port { get; }

    public RawPeer Peer { get; }

    public FcProvider Probes { get; } = new();

    /// <summary>FLOGI, PLOGI, PRLI, and what a unit attention asks for.</summary>
    public void LogIn(FcpServiceParameters parameters)
    {
        Peer.FcpParameters = parameters;
        Peer.LogsInWithFabric();
        Peer.Target = Port.Local.Id;
        Peer.ExpectsAccept(Peer.SendsPlogi());
        Peer.ExpectsAccept(Peer.SendsPrli());
        Peer.ExpectsRsp(Peer.SendsCommand(Cdbs.TestUnitReady));
    }

    public void Dispose()
    {
        Peer.Wire.Dispose();
        _wire.Dispose();
        _store.Dispose();
    }
}
