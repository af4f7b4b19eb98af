// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Port;

/// <summary>Hears what an operator would want in a log. Called on the loop, rarely; must not block.</summary>
public interface IPortObserver
{
    /// <summary>The link of the wire went up or down.</summary>
    void OnLink(bool up);

    /// <summary>The port has this N_Port_ID now and serves; <see cref="FcId.None"/> when it has lost it.</summary>
    void OnAddress(FcId id);

    /// <summary>The login with a remote port changed its state.</summary>
    void OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause);

    /// <summary>A handler threw: a bug of ours. The port was reset.</summary>
    void OnFault(Exception fault);
}
