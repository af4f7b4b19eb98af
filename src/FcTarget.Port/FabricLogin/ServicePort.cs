// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;

namespace FcTarget.Port;

/// <summary>
/// A service of the fabric at its well-known address that one N_Port of ours logs in with. It is no remote port: nobody is served there,
/// and no image pair comes of it. For the probes it is one, as in COMSTAR.
/// </summary>
internal sealed class ServicePort : IDisposable
{
    private readonly LocalPort _local;
    private readonly PortProbeInfo _info;
    private readonly ConnProbeInfo _connection;
    private bool _loginProbe;

    public ServicePort(LocalPort local, FcId address)
    {
        _local = local;
        Address = address;
        _info = new PortProbeInfo(hardAddress: address.Value);
        _connection = new ConnProbeInfo(local.ProbeInfo, _info);
    }

    public FcId Address { get; }

    public bool IsLoggedIn { get; private set; }

    /// <summary>Sends PLOGI. <paramref name="onReply"/> is told the outcome, once, unless the request is cancelled.</summary>
    public void LogIn(ElsReplyHandler onReply)
    {
        EndLoginProbe(FcLoginStatus.Superseded);
        _loginProbe = true;
        if (_local.Probes.IsEnabled(FcProbe.RportLoginStart))
            _local.Probes.RportLoginStart(_connection, _local.ProbeInfo, _info, solicited: true);
        LoginPayload plogi = _local.Login(ElsCommand.Plogi);
        _local.Els.Send(Address, WireBytes.Of(plogi), (ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply) =>
        {
            IsLoggedIn = outcome == ElsOutcome.Accepted && ElsPayload.TryRead(reply, out LoginPayload login);
            EndLoginProbe(IsLoggedIn ? FcLoginStatus.Success : FabricSession.StatusOf(outcome, reply));
            onReply(IsLoggedIn || outcome != ElsOutcome.Accepted ? outcome : ElsOutcome.Rejected, header, reply);
        });
    }

    /// <summary>The login is over, with that of the fabric.</summary>
    public void End()
    {
        EndLoginProbe(FcLoginStatus.LinkLost);
        if (!IsLoggedIn) return;
        IsLoggedIn = false;
        if (_local.Probes.IsEnabled(FcProbe.RportLogoutStart))
            _local.Probes.RportLogoutStart(_connection, _local.ProbeInfo, _info, solicited: true);
        if (_local.Probes.IsEnabled(FcProbe.RportLogoutEnd))
            _local.Probes.RportLogoutEnd(_connection, _local.ProbeInfo, _info, solicited: true);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _info.Dispose();
    }

    private void EndLoginProbe(int status)
    {
        if (!_loginProbe) return;
        _loginProbe = false;
        if (_local.Probes.IsEnabled(FcProbe.RportLoginEnd))
            _local.Probes.RportLoginEnd(_connection, _local.ProbeInfo, _info, solicited: true, status);
    }
}
