// SPDX-License-Identifier: MIT

using FcTarget.Probes;

namespace FcTarget.Port;

// Each start of a login or logout that a probe told of is followed by its end.
public sealed partial class RemotePort
{
    private bool? _loginProbe; // a rport-login-start without its -end: solicited or not

    private void StartLoginProbe(bool solicited)
    {
        _loginProbe = solicited;
        if (Local.Probes.IsEnabled(FcProbe.RportLoginStart)) Local.Probes.RportLoginStart(Connection, Local.ProbeInfo, ProbeInfo, solicited);
    }

    private void EndLoginProbe(int status)
    {
        if (_loginProbe is not { } solicited) return;
        _loginProbe = null;
        if (Local.Probes.IsEnabled(FcProbe.RportLoginEnd)) Local.Probes.RportLoginEnd(Connection, Local.ProbeInfo, ProbeInfo, solicited, status);
    }

    private void StartLogoutProbe(bool solicited, bool replaced = false)
    {
        if (Local.Probes.IsEnabled(FcProbe.RportLogoutStart)) Local.Probes.RportLogoutStart(Connection, Local.ProbeInfo, ProbeInfo, solicited, replaced);
    }

    private void EndLogoutProbe(bool solicited, bool replaced = false)
    {
        if (Local.Probes.IsEnabled(FcProbe.RportLogoutEnd)) Local.Probes.RportLogoutEnd(Connection, Local.ProbeInfo, ProbeInfo, solicited, replaced);
    }
}
