// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

/// <summary>
/// Tells the management server what this machine and this port are (FC-GS, FDMI): an N_Port that logs in with FLOGI registers an HBA and
/// itself (RHBA, RPA), one behind it that logs in with FDISC itself (RPRT). Version 2 of the attributes first, version 1 when those are refused. Nothing depends on it:
/// a server that does not answer is left alone.
/// </summary>
internal sealed class FdmiRegistration : IDisposable
{
    private const int MaxLength = 1400;
    private const uint PortIsOnline = 2;

    private readonly LocalPort _local;
    private readonly FabricSession _session;
    private readonly ServicePort _server;
    private bool _version2;
    private bool _mayDeregister;

    public FdmiRegistration(LocalPort local, FabricSession session)
    {
        _local = local;
        _session = session;
        _server = new ServicePort(local, FcId.ManagementServer);
    }

    /// <summary>An F_Port of its own: to the fabric it is an adapter of its own, whatever else is on this wire.</summary>
    private bool IsHba => _session.LogsInWith == ElsCommand.Flogi;

    private Wwn HbaId => IsHba ? _local.PortName : _local.Port.Local.PortName;

    public void Start()
    {
        _version2 = true;
        _mayDeregister = true;
        if (_local.MaxPayload < MaxLength) return; // requests of one frame is all we send
        if (_server.IsLoggedIn) Register();
        else _server.LogIn(OnPlogiReply);
    }

    public void Stop() => _server.End();

    public void Dispose() => _server.Dispose();

    private void OnPlogiReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome == ElsOutcome.Accepted) Register();
    }

    private void Register() => Send(IsHba ? FdmiCommand.Rhba : FdmiCommand.Rprt, OnRegistered);

    private void OnRegistered(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome == ElsOutcome.Accepted)
        {
            if (IsHba) Send(FdmiCommand.Rpa, OnAttributes);
            return;
        }
        if (outcome != ElsOutcome.Rejected) return;
        bool stale = CtIu.TryRead(reply, out CtPreamble preamble, out _)
            && preamble.Explanation == CtRejectExplanation.FdmiHbaAlreadyRegistered;
        if (stale && IsHba && _mayDeregister)
        {
            _mayDeregister = false;
            Send(FdmiCommand.Dhba, (ElsOutcome _, in FcHeader _, ReadOnlySpan<byte> _) => Register());
        }
        else if (_version2)
        {
            _version2 = false;
            Register();
        }
        else
        {
            _local.Counters.RegistrationsRefused++;
        }
    }

    private void OnAttributes(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome != ElsOutcome.Rejected) return;
        if (!_version2) _local.Counters.RegistrationsRefused++;
        if (!_version2) return;
        _version2 = false;
        Send(FdmiCommand.Rpa, OnAttributes);
    }

    // ---- requests -------------------------------------------------------------------------------------------------

    private void Send(FdmiCommand command, ElsReplyHandler onReply)
    {
        Span<byte> body = stackalloc byte[MaxLength - CtPreamble.WireSize];
        FdmiWriter writer = new(body);
        switch (command)
        {
            case FdmiCommand.Rhba:
                writer.AddName(HbaId);
                writer.AddNames([HbaId]);
                AddHbaAttributes(ref writer);
                break;
            case FdmiCommand.Rprt:
                writer.AddName(HbaId);
                writer.AddName(_local.PortName);
                AddPortAttributes(ref writer);
                break;
            case FdmiCommand.Rpa:
                writer.AddName(_local.PortName);
                AddPortAttributes(ref writer);
                break;
            default:
                writer.AddName(HbaId);
                break;
        }
        Span<byte> iu = stackalloc byte[MaxLength];
        _local.Els.SendCt(FcId.ManagementServer, iu[..CtIu.Write(iu, CtPreamble.To(command), writer.Body)], onReply);
    }

    private void AddHbaAttributes(ref FdmiWriter to)
    {
        string version = typeof(FdmiRegistration).Assembly.GetName().Version?.ToString(3) ?? "0";
        to.BeginAttributes();
        to.Add(FdmiHbaAttribute.NodeName, _local.NodeName);
        to.Add(FdmiHbaAttribute.Manufacturer, "FcTarget");
        to.Add(FdmiHbaAttribute.SerialNumber, HbaId.ToString());
        to.Add(FdmiHbaAttribute.Model, "FcTarget");
        to.Add(FdmiHbaAttribute.ModelDescription, "FCoE in software");
        to.Add(FdmiHbaAttribute.HardwareVersion, "1");
        to.Add(FdmiHbaAttribute.DriverVersion, version);
        to.Add(FdmiHbaAttribute.OptionRomVersion, "none");
        to.Add(FdmiHbaAttribute.FirmwareVersion, version);
        to.Add(FdmiHbaAttribute.OsNameAndVersion, Cut(RuntimeInformation.OSDescription));
        to.Add(FdmiHbaAttribute.MaximumCtPayloadLength, (uint)_local.MaxPayload);
        if (!_version2) return;
        to.Add(FdmiHbaAttribute.NodeSymbolicName, Cut(_local.Options.SymbolicNodeName));
        to.Add(FdmiHbaAttribute.NumberOfPorts, 1u);
        to.Add(FdmiHbaAttribute.FabricName, _session.FabricName);
    }

    private void AddPortAttributes(ref FdmiWriter to)
    {
        Fc4Types fcp = default;
        fcp.Set((byte)FcType.Fcp);
        to.BeginAttributes();
        to.Add(FdmiPortAttribute.SupportedFc4Types, fcp);
        to.Add(FdmiPortAttribute.SupportedSpeed, (uint)FdmiPortSpeeds.Gb10);
        to.Add(FdmiPortAttribute.CurrentPortSpeed, (uint)FdmiPortSpeeds.Gb10);
        to.Add(FdmiPortAttribute.MaximumFrameSize, (uint)_local.MaxPayload);
        to.Add(FdmiPortAttribute.OsDeviceName, Cut(_local.Loop.Wire.Name));
        to.Add(FdmiPortAttribute.HostName, Cut(Environment.MachineName));
        if (!_version2) return;
        to.Add(FdmiPortAttribute.NodeName, _local.NodeName);
        to.Add(FdmiPortAttribute.PortName, _local.PortName);
        to.Add(FdmiPortAttribute.PortSymbolicName, Cut(_local.Options.SymbolicPortName));
        to.Add(FdmiPortAttribute.PortType, (uint)NsPortType.NPort);
        to.Add(FdmiPortAttribute.SupportedClassesOfService, (uint)NsClasses.Class3);
        to.Add(FdmiPortAttribute.FabricName, _session.FabricName);
        to.Add(FdmiPortAttribute.ActiveFc4Types, fcp);
        to.Add(FdmiPortAttribute.PortState, PortIsOnline);
        to.Add(FdmiPortAttribute.NumberOfDiscoveredPorts, (uint)_local.RemotePorts.Count);
        to.Add(FdmiPortAttribute.PortIdentifier, _local.Id.Value);
    }

    // So that all attributes together stay within MaxLength.
    private static string Cut(string text) => text.Length <= 128 ? text : text[..128];
}
