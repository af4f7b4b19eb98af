// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Fabric.Services;

/// <summary>Well-known addresses that a port has done PLOGI with.</summary>
[Flags]
internal enum ServiceLogins : byte
{
    None = 0,
    FPortController = 1,
    FabricController = 2,
    DirectoryServer = 4,
    ManagementServer = 8,
}

internal static class ServiceLoginsExtensions
{
    /// <summary>The bit of a well-known address; none when it is not served.</summary>
    public static ServiceLogins ServiceOf(this FcId id) =>
        id == FcId.FPortController ? ServiceLogins.FPortController
        : id == FcId.FabricController ? ServiceLogins.FabricController
        : id == FcId.DirectoryServer ? ServiceLogins.DirectoryServer
        : id == FcId.ManagementServer ? ServiceLogins.ManagementServer
        : ServiceLogins.None;
}
