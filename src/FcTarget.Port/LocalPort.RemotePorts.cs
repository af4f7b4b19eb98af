// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Port;

public sealed partial class LocalPort
{
    /// <summary>
    /// The remote port with this address, made if need be. A port of the same name at another address has moved: it is gone from
    /// there. Null when there is no room for one more.
    /// </summary>
    internal RemotePort? Meet(FcId id, Wwn portName, Wwn nodeName)
    {
        if (!portName.IsNone && _byName.TryGetValue(portName, out RemotePort? other) && other.Id != id && other.State != LoginState.Idle)
            other.Handle(LoginEvent.Gone);
        if (_remotes.TryGetValue(id.Value, out RemotePort? remote))
        {
            if (remote.PortName != portName && !remote.PortName.IsNone && !portName.IsNone) remote.Handle(LoginEvent.Gone);
            if (portName.IsNone) return remote;
            Forget(remote.PortName, remote);
            remote.Rename(portName, nodeName);
            return _byName[portName] = remote;
        }
        if (_remotes.Count >= Options.MaxRemotePorts && !MakeRoom()) return null;
        remote = new RemotePort(this, id, portName, nodeName);
        _remotes.Add(id.Value, remote);
        if (!portName.IsNone) _byName[portName] = remote;
        return remote;
    }

    internal void OnLoggedIn(RemotePort remote)
    {
        if (_fc4s.Any(f => !f.IsResponder)) remote.Handle(LoginEvent.BeginPrli);
        Fabric?.OnLoggedIn(remote);
    }

    private void Forget(Wwn name, RemotePort remote)
    {
        if (_byName.TryGetValue(name, out RemotePort? last) && last == remote) _byName.Remove(name);
    }

    private bool MakeRoom()
    {
        foreach (RemotePort idle in _remotes.Values)
        {
            if (!idle.IsResting || idle.OpenExchanges != 0) continue;
            _remotes.Remove(idle.Id.Value);
            Forget(idle.PortName, idle);
            if (_lastFound == idle) _lastFound = null;
            idle.Discard();
            return true;
        }
        return false;
    }
}
