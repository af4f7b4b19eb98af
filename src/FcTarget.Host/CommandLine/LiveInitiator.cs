// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Replay;
using FcTarget.Scsi;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.CommandLine;

/// <summary>An initiator on an interface, logged in with one target, for <c>fctarget replay --as initiator</c>.</summary>
internal sealed class LiveInitiator : IReplayInitiator, IDisposable
{
    /// <summary>FIP, fabric login and name server take some seconds; VN2VN neighbours beacon every eight.</summary>
    private static readonly TimeSpan LoginTimeout = TimeSpan.FromSeconds(30);

    private readonly PcapWire _wire;
    private readonly PortThread _thread;
    private readonly InitiatorClient _client;
    private readonly InitiatorTarget _target;

    /// <param name="interfaceName">The interface.</param>
    /// <param name="topology">Who is on its wire.</param>
    /// <param name="target">WWPN of the live target; null: the first one found.</param>
    /// <exception cref="OperatorException">There is no such target.</exception>
    public LiveInitiator(string interfaceName, Topology topology, Wwn? target)
    {
        _wire = PcapWire.Open(interfaceName);
        FcPort port = new(_wire, new PortOptions { Topology = topology, SymbolicPortName = "replay" }, TimeProvider.System, new FcProvider());
        _client = new InitiatorClient(FcpInitiator.AddTo(port));
        _thread = new PortThread(port, "replay");
        _thread.Start();
        try
        {
            _target = _client.WaitForTargetAsync(target, LoginTimeout).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            Dispose();
            string which = target is { } name ? $"target {name.ToColonString()}" : "target";
            throw new OperatorException($"No {which} could be logged in with on '{interfaceName}' within {LoginTimeout.TotalSeconds:0} s.", ExitCodes.Usage);
        }
    }

    public string Target => _target.ToString();

    public LiveAnswer Execute(Lun lun, ReadOnlySpan<byte> cdb, TaskAttribute attribute, Memory<byte> dataIn, ReadOnlyMemory<byte> dataOut) =>
        Of(_client.ExecuteAsync(_target, lun, cdb, dataIn, dataOut, attribute: attribute).GetAwaiter().GetResult());

    public LiveAnswer Manage(Lun lun, FcpTaskManagementFlags function) => Of(_client.ManageAsync(_target, lun, function).GetAwaiter().GetResult());

    public void Dispose()
    {
        _thread.StopAsync().GetAwaiter().GetResult();
        _thread.Dispose();
        _wire.Dispose();
    }

    private static LiveAnswer Of(ScsiResult result) =>
        new(result.Outcome == InitiatorOutcome.Completed, result.Status, result.SenseData, result.Residual, result.BytesMoved, result.RspCode);
}
