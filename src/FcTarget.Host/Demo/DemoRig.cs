// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Initiator;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;
using FcTarget.Wire.Recording;
using Microsoft.Extensions.Logging.Abstractions;

namespace FcTarget.Host.Demo;

/// <summary>Both sides of the demo: a target with one disk on one wire, an initiator on the other, each with its loop and thread.</summary>
internal sealed class DemoRig : IDisposable
{
    public const string Unit = "memory:64M,name=demo";

    private readonly IFrameWire _initiatorWire;
    private readonly PortThread _initiatorLoop;
    private readonly ProbeOutputs _outputs;

    /// <param name="target">The target's wire; the rig disposes it.</param>
    /// <param name="initiator">The initiator's wire, likewise.</param>
    /// <param name="record">Where the target's frames are recorded; null: nowhere.</param>
    /// <exception cref="OperatorException">The recording cannot be made.</exception>
    public DemoRig(IFrameWire target, IFrameWire initiator, RecordingOptions? record = null)
    {
        FcProvider provider = new();
        Recorder = record is null ? null : new FrameRecorder(target, record, provider);
        if (Recorder is not null) target = Recorder.Wire;
        provider.Attach(Probes);
        _outputs = new ProbeOutputs(provider, null, Stream.Null, NullLogger.Instance); // the demo is a target to try a tracer on
        PortOptions options = new() { Topology = Topology.Switch, SymbolicNodeName = "FcTarget demo" };
        _initiatorWire = initiator;
        Target = new Target(
            target, options with { Seed = 1, SymbolicPortName = "target" }, [LuSpec.Parse(Unit)], TimeProvider.System, provider,
            new DemoObserver(Events, "target"), makeSwitch: static port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        Recorder?.Watch(Target.Port, Target.Switch);
        InitiatorPort = new FcPort(
            initiator, options with { Topology = Topology.Fabric, Seed = 2, SymbolicPortName = "initiator" }, TimeProvider.System, new FcProvider(),
            new DemoObserver(Events, "initiator"));
        Client = new InitiatorClient(FcpInitiator.AddTo(InitiatorPort));
        _initiatorLoop = new PortThread(InitiatorPort, "port initiator");
    }

    /// <summary>Records the target's wire; null: nobody does.</summary>
    public FrameRecorder? Recorder { get; }

    public Target Target { get; }

    public FcPort InitiatorPort { get; }

    public InitiatorClient Client { get; }

    /// <summary>What the target's probes tell.</summary>
    public ProbeTally Probes { get; } = new();

    /// <summary>What the ports tell.</summary>
    public DemoEvents Events { get; } = new();

    public void Start()
    {
        Target.Start();
        _initiatorLoop.Start();
    }

    /// <summary>The initiator logs out, then the target ends.</summary>
    public async Task StopAsync()
    {
        await _initiatorLoop.StopAsync();
        await Target.StopAsync();
    }

    public void Dispose()
    {
        _initiatorLoop.Dispose();
        Target.Dispose();
        _initiatorWire.Dispose();
        _outputs.Dispose();
        Probes.Dispose();
    }
}
