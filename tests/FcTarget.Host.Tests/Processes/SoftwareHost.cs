// SPDX-License-Identifier: MIT

using FcTarget.Host.Serving;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.Tests.Processes;

/// <summary>An initiator in the test's process that logs in to whatever fabric its interface leads to.</summary>
internal sealed class SoftwareHost : IDisposable
{
    private readonly IFrameWire _wire;
    private readonly PortThread _loop;

    public SoftwareHost(string onInterface)
    {
        _wire = PcapWire.Open(onInterface);
        Port = new FcPort(_wire, new PortOptions { Topology = Topology.Fabric }, TimeProvider.System, new FcProvider());
        Client = new InitiatorClient(FcpInitiator.AddTo(Port));
        _loop = new PortThread(Port, "port host");
        _loop.Start();
    }

    public FcPort Port { get; }

    public InitiatorClient Client { get; }

    public void Dispose()
    {
        _loop.StopAsync().GetAwaiter().GetResult();
        _loop.Dispose();
        _wire.Dispose();
    }
}
