// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Port;
using Microsoft.Extensions.Logging;

namespace FcTarget.Host.Logging;

/// <summary>Everything FcTarget logs. Event ids: 1-19 the process, 20-39 the port, 40-49 remote ports, 50-59 a fabric, 60-79 errors.</summary>
internal static partial class TargetLog
{
    [LoggerMessage(1, LogLevel.Information, "{Port} LUN {Lun} is '{Unit}'")]
    public static partial void Serving(this ILogger logger, string port, int lun, string unit);

    [LoggerMessage(2, LogLevel.Information, "{Port} opened: MAC {Mac}, MTU {Mtu}, {Topology}, seed {Seed}")]
    public static partial void Starting(this ILogger logger, string port, string mac, int mtu, Topology topology, int seed);

    [LoggerMessage(3, LogLevel.Warning, "{Port} has no link; waiting for it (ip link set {Port} up)")]
    public static partial void WaitingForLink(this ILogger logger, string port);

    [LoggerMessage(4, LogLevel.Information, "{Port} logs out")]
    public static partial void Stopping(this ILogger logger, string port);

    [LoggerMessage(5, LogLevel.Information, "{Port} closed, everything is flushed")]
    public static partial void Stopped(this ILogger logger, string port);

    [LoggerMessage(6, LogLevel.Information, "{Port} is controlled through {Socket}")]
    public static partial void Controlled(this ILogger logger, string port, string socket);

    [LoggerMessage(20, LogLevel.Information, "{Port} link up")]
    public static partial void LinkUp(this ILogger logger, string port);

    [LoggerMessage(21, LogLevel.Warning, "{Port} link down")]
    public static partial void LinkDown(this ILogger logger, string port);

    [LoggerMessage(22, LogLevel.Information, "{Port} has N_Port_ID {Id}")]
    public static partial void Address(this ILogger logger, string port, string id);

    [LoggerMessage(23, LogLevel.Warning, "{Port} has lost its N_Port_ID")]
    public static partial void AddressLost(this ILogger logger, string port);

    [LoggerMessage(24, LogLevel.Information, "{Port} has given back its N_Port_ID")]
    public static partial void AddressGivenBack(this ILogger logger, string port);

    [LoggerMessage(40, LogLevel.Information, "{Port} {Remote} logged in")]
    public static partial void LoggedIn(this ILogger logger, string port, RemotePort remote);

    [LoggerMessage(41, LogLevel.Information, "{Port} {Remote} has an image pair")]
    public static partial void ImagePair(this ILogger logger, string port, RemotePort remote);

    [LoggerMessage(42, LogLevel.Information, "{Port} {Remote} logged out ({Cause})")]
    public static partial void LoggedOut(this ILogger logger, string port, RemotePort remote, LoginEvent cause);

    [LoggerMessage(43, LogLevel.Debug, "{Port} {Remote} {From} -> {To} ({Cause})")]
    public static partial void Login(this ILogger logger, string port, RemotePort remote, LoginState from, LoginState to, LoginEvent cause);

    [LoggerMessage(50, LogLevel.Information, "{Port} fabric: {Member} logged in")]
    public static partial void FabricLogin(this ILogger logger, string port, FabricPort member);

    [LoggerMessage(51, LogLevel.Information, "{Port} fabric: {Member} logged out")]
    public static partial void FabricLogout(this ILogger logger, string port, FabricPort member);

    [LoggerMessage(60, LogLevel.Error, "{Port} fault {Count}: the port was reset. Please report it.")]
    public static partial void PortFault(this ILogger logger, Exception fault, string port, long count);

    [LoggerMessage(61, LogLevel.Critical, "{Port} ended by a fault. Please report it.")]
    public static partial void LoopFailed(this ILogger logger, string port, Exception fault);

    [LoggerMessage(63, LogLevel.Error, "{Method} {Path} failed. Please report it.")]
    public static partial void ControlFault(this ILogger logger, Exception fault, string method, string path);

    [LoggerMessage(69, LogLevel.Error, "{Port} fabric: N_Port_IDs and zones are not stored: {Why}. They last as long as the target; the next change tries again.")]
    public static partial void FabricNotSaved(this ILogger logger, string port, string why);

    [LoggerMessage(62, LogLevel.Warning, "{Count} probes were not written: {Why}")]
    public static partial void ProbesLost(this ILogger logger, long count, string why);

    [LoggerMessage(10, LogLevel.Information, "No USDT probes: this system lets no library be loaded")]
    public static partial void NoUsdt(this ILogger logger);

    [LoggerMessage(65, LogLevel.Warning, "{Port}: {Count} frames are missing in the recording: {Why}")]
    public static partial void FramesNotRecorded(this ILogger logger, string port, long count, string why);
}
