// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using FcTarget.Fabric;
using FcTarget.Formats.Fcoe;
using FcTarget.Host.Control;
using FcTarget.Host.Logging;
using FcTarget.Host.Options;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf.Configuration;
using FcTarget.Wire;
using FcTarget.Wire.Pcap;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FcTarget.Host.Serving;

/// <summary>
/// <c>fctarget run</c> between start and stop: opens what the options name, prints <c>ready IF WWPN</c> once it serves, and puts
/// everything away in the order that loses nothing.
/// </summary>
internal sealed class TargetService : IHostedService, IDisposable
{
    private readonly TargetOptions _options;
    private readonly ILogger _logger;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly StandardOutput _output = new();
    private readonly FcProvider _provider;
    private ProbeOutputs? _probes;
    private PortLog? _log;
    private FrameRecorder? _recorder;
    private Target? _target;
    private InterfaceLock? _lock;
    private Socket? _socket;
    private ControlServer? _control;

    public TargetService(IOptions<TargetSettings> settings, ILoggerFactory loggers, IHostApplicationLifetime lifetime)
    {
        _options = TargetOptions.Read(settings.Value, out IReadOnlyList<string> errors)
            ?? throw new OperatorException(string.Join(' ', errors));
        _provider = new FcProvider(_options.ComstarExact);
        _logger = loggers.CreateLogger("fctarget");
        _lifetime = lifetime;
    }

    /// <summary>The loop ended by a fault of ours.</summary>
    public bool HasFailed { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IFrameWire wire = OpenWire(_options.Interface);
        try
        {
            _lock = InterfaceLock.Take(_options.Interface, _options.Vlans);
            if (_options.Control != ControlSocket.None)
                _socket = ControlSocket.Bind(_options.Control ?? ControlSocket.DefaultPath(_options.Interface));
            if (_options.Record is { } record) wire = (_recorder = new FrameRecorder(wire, record, _provider)).Wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
        PortLog log = _log = new(_logger, _options.Interface);
        PortOptions port = new()
        {
            Topology = _options.Topology,
            PortName = _options.Wwpn,
            NodeName = _options.Wwnn,
            Vlan = _options.Vlan,
            Seed = _options.Seed,
            SymbolicNodeName = $"FcTarget on {Environment.MachineName}",
            SymbolicPortName = _options.Interface,
        };
        Func<FcPort, SwitchTopology>? makeSwitch = _options.Topology == Topology.Switch ? MakeSwitch : null;
        Target target = _target = new Target(wire, port, _options.Units, TimeProvider.System, _provider, log, _options.Store, makeSwitch, _options.MorePorts);
        _recorder?.Watch(target.Port, target.Switch);
        _probes = new ProbeOutputs(_provider, _options.Probes, _output.AfterReady, _logger);
        foreach (ViewEntry view in target.Stmf.Configuration.Views) _logger.Serving(_options.Interface, view.Lun, view.LogicalUnit);
        _logger.Starting(_options.Interface, wire.Mac.ToString(), wire.Mtu, _options.Topology, _options.Seed);
        if (!wire.IsLinkUp) _logger.WaitingForLink(_options.Interface);
        target.Start();
        if (_socket is not null)
        {
            _control = await ControlServer.StartAsync(_socket, ControlModules.Of(target), _logger);
            _logger.Controlled(_options.Interface, _socket.LocalEndPoint!.ToString()!);
        }
        _ = target.Ended.ContinueWith(OnEnded, TaskContinuationOptions.OnlyOnFaulted);
        // In point-to-point the port has an address only once a peer is there; it serves as soon as it listens. A target that the
        // administrator has taken offline waits for him.
        if (_options.Topology == Topology.PointToPoint || target.Port.Local.IsLeaving) PrintReady(target);
        else _ = log.Address.ContinueWith(_ => PrintReady(target), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_control is { } control) await control.DisposeAsync();
        if (_target is null) return;
        _logger.Stopping(_options.Interface);
        _log!.IsDeparting = true;
        await _target.StopAsync();
    }

    /// <summary>Comes after StopAsync, and also when the start has failed half way.</summary>
    public void Dispose()
    {
        _output.Open(); // never ready: what the probes have to say is still written
        _socket?.Dispose(); // a start that has failed has no server that would
        _probes?.Dispose();
        _probes = null;
        if (_target is { } target)
        {
            _target = null;
            target.Dispose();
            if (_recorder?.Wire is { Dropped: > 0 } or { Failure: not null })
                _logger.FramesNotRecorded(_options.Interface, _recorder.Wire.Dropped, _recorder.Wire.Failure?.Message ?? "the writer was too slow");
            if (_options.Verbose) PrintCounters(target);
            _logger.Stopped(_options.Interface);
        }
        _lock?.Dispose();
    }

    /// <exception cref="OperatorException">Not even a login would fit into its frames.</exception>
    private static PcapWire OpenWire(string name)
    {
        PcapWire wire = PcapWire.Open(name);
        int mtu = wire.Mtu;
        if (mtu >= FcoeSize.MinMtu) return wire;
        wire.Dispose();
        throw new OperatorException($"Interface '{name}' has MTU {mtu}: FCoE needs {FcoeSize.MinMtu} at least, and {FcoeSize.FullMtu} for full frames. "
            + $"Remedy: ip link set {name} mtu 2500.");
    }

    private SwitchTopology MakeSwitch(FcPort port)
    {
        try
        {
            return new SwitchTopology(port, _options.Fabric, _options.Fcf, new FabricLog(_logger, _options.Interface));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The fabric's store cannot be read: {fault.Message} Correct or remove the file, or name another with --fabric-store.");
        }
    }

    private void PrintReady(Target target) =>
        _output.PrintReady($"ready {_options.Interface} {target.Port.Local.PortName.ToColonString()}");

    private void OnEnded(Task loop)
    {
        HasFailed = true;
        _logger.LoopFailed(_options.Interface, loop.Exception!.GetBaseException());
        _lifetime.StopApplication();
    }

    private static void PrintCounters(Target target)
    {
        foreach ((string name, long value) in Counters.NotZero(target)) Console.Error.WriteLine($"{name} {value}");
    }
}
