// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using Microsoft.Extensions.Logging;

namespace FcTarget.Host.Logging;

/// <summary>Logs what a fabric reports; the logger behind only queues.</summary>
internal sealed class FabricLog(ILogger logger, string port) : IFabricObserver
{
    public void OnLogin(FabricPort member) => logger.FabricLogin(port, member);

    public void OnLogout(FabricPort member) => logger.FabricLogout(port, member);

    public void OnStateNotSaved(Exception fault) => logger.FabricNotSaved(port, fault.Message.TrimEnd('.'));
}
