// SPDX-License-Identifier: MIT

namespace FcTarget.Fabric;

/// <summary>Hears what happens in a fabric. Called on the loop, except where it says otherwise; must not block.</summary>
public interface IFabricObserver
{
    /// <summary>A port has logged in.</summary>
    void OnLogin(FabricPort port);

    /// <summary>A port is logged out, by itself or by <see cref="FcFabric.Logout"/>: its virtual link is over.</summary>
    void OnLogout(FabricPort port);

    /// <summary>The state file could not be written; what it held before it holds still. Called from another thread.</summary>
    void OnStateNotSaved(Exception fault);
}
