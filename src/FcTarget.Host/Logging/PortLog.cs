// SPDX-License-Identifier: MIT

using System.Numerics;
using FcTarget.Formats;
using FcTarget.Port;
using Microsoft.Extensions.Logging;

namespace FcTarget.Host.Logging;

/// <summary>Logs what a port reports. Called on its loop; the logger behind only queues.</summary>
internal sealed class PortLog : IPortObserver
{
    private readonly ILogger _logger;
    private readonly string _port;
    private readonly TaskCompletionSource _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDeparting; // set by the service, read on the loop
    private ulong _faults;

    public PortLog(ILogger logger, string port)
    {
        _logger = logger;
        _port = port;
    }

    /// <summary>Completes when the port has its first N_Port_ID.</summary>
    public Task Address => _address.Task;

    /// <summary>The port is about to log out of its own accord: what it gives up then is not lost.</summary>
    public bool IsDeparting
    {
        get => _isDeparting;
        set => _isDeparting = value;
    }

    public void OnLink(bool up)
    {
        if (up) _logger.LinkUp(_port);
        else _logger.LinkDown(_port);
    }

    public void OnAddress(FcId id)
    {
        if (id == FcId.None)
        {
            if (IsDeparting) _logger.AddressGivenBack(_port);
            else _logger.AddressLost(_port);
            return;
        }
        _logger.Address(_port, id.ToString());
        _address.TrySetResult();
    }

    public void OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause)
    {
        _logger.Login(_port, remote, from, to, cause);
        bool before = IsLoggedIn(from), after = IsLoggedIn(to);
        if (after && !before) _logger.LoggedIn(_port, remote);
        if (to == LoginState.ImagePair) _logger.ImagePair(_port, remote);
        if (before && !after) _logger.LoggedOut(_port, remote, cause);
    }

    /// <summary>A bug may come back with every frame: the first, second, fourth, eighth... fault is logged, all are counted.</summary>
    public void OnFault(Exception fault)
    {
        if (BitOperations.IsPow2(++_faults)) _logger.PortFault(fault, _port, (long)_faults);
    }

    private static bool IsLoggedIn(LoginState state) => state is LoginState.LoggedIn or LoginState.Prli or LoginState.ImagePair;
}
