// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Replay.Live;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.CommandLine;

/// <summary>An initiator on an interface, logged in with one target, for <c>fctarget replay --as initiator</c>.</summary>
internal sealed class LiveInitiator : IDisposable
{
    /// <summary>FIP, fabric login and name server take some seconds; VN2VN neighbours beacon every eight.</summary>
    private static readonly TimeSpan LoginTimeout = TimeSpan.FromSeconds(30);

    private readonly LinkServiceTap _wire;
    private readonly PortThread _thread;

    /// <param name="interfaceName">The interface.</param>
    /// <param name="topology">Who is on its wire.</param>
    /// <param name="target">WWPN of the live target; null: the first one found.</param>
    /// <exception cref="OperatorException">There is no such target.</exception>
    public LiveInitiator(string interfaceName, Topology topology, Wwn? target)
    {
        _wire = new LinkServiceTap(PcapWire.Open(interfaceName));
        FcPort port = new(_wire, new PortOptions { Topology = topology, SymbolicPortName = "replay" }, TimeProvider.System, new FcProvider());
        InitiatorClient client = new(FcpInitiator.AddTo(port));
        _thread = new PortThread(port, "replay");
        _thread.Start();
        try
        {
            InitiatorTarget found = client.WaitForTargetAsync(target, LoginTimeout).GetAwaiter().GetResult();
            Initiator = new ReplayInitiator(client, found, _wire, static (condition, atMost) => SpinWait.SpinUntil(condition, atMost));
        }
        catch (TimeoutException)
        {
            Dispose();
            string which = target is { } name ? $"target {name.ToColonString()}" : "target";
            throw new OperatorException($"No {which} could be logged in with on '{interfaceName}' within {LoginTimeout.TotalSeconds:0} s.", ExitCodes.Usage);
        }
    }

    public ReplayInitiator Initiator { get; }

    public void Dispose()
    {
        _thread.StopAsync().GetAwaiter().GetResult();
        _thread.Dispose();
        _wire.Dispose();
    }
}
