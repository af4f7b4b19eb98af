// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Port;

namespace FcTarget.TestKit;

/// <summary>A target port of a <see cref="TestFabric"/>.</summary>
public sealed class TestTargetPort
{
    internal TestTargetPort(LocalPort local) => Local = local;

    /// <summary>The N_Port.</summary>
    public LocalPort Local { get; }

    public string Name => Local.Options.SymbolicPortName;

    public Wwn PortName => Local.PortName;

    /// <summary>N_Port_ID.</summary>
    public FcId Id => Local.Id;

    /// <summary>FCP exchanges that are open.</summary>
    public int OpenExchanges => Local.OpenExchanges;

    public override string ToString() => $"{Name} ({PortName.ToColonString()})";
}
