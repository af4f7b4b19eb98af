// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;

namespace FcTarget.Fabric;

/// <summary>A port of the fabric in plain words, for tables and JSON.</summary>
/// <param name="FcId">N_Port_ID, six hexadecimal digits.</param>
/// <param name="PortName">WWPN with colons.</param>
/// <param name="NodeName">WWNN with colons.</param>
/// <param name="SymbolicPortName">Empty when none is registered.</param>
/// <param name="SymbolicNodeName">Empty when none is registered.</param>
/// <param name="Types">Names of the registered FC-4 TYPEs; a number in hexadecimal where there is no name.</param>
/// <param name="IsTarget">FCP target function registered.</param>
/// <param name="IsInitiator">FCP initiator function registered.</param>
/// <param name="Classes">Classes of service.</param>
/// <param name="ParentId">N_Port_ID of the FLOGI login that an FDISC hangs on; null for a FLOGI.</param>
/// <param name="LoggedInSeconds">How long the port has been logged in.</param>
/// <param name="Rscn">What state changes it has registered for (SCR); empty: none.</param>
/// <param name="Zones">Names of the zones of the active set that it is in; none: the default zone.</param>
public sealed record FabricPortInfo(
    string FcId, string PortName, string NodeName, string SymbolicPortName, string SymbolicNodeName, IReadOnlyList<string> Types, bool IsTarget,
    bool IsInitiator, string Classes, string? ParentId, double LoggedInSeconds, string Rscn, IReadOnlyList<string> Zones)
{
    internal static FabricPortInfo Of(FabricPort port, TimeSpan now, IReadOnlyList<string> zones)
    {
        int fcp = port.Features?.Of((byte)FcType.Fcp) ?? 0;
        return new FabricPortInfo(
            port.Id.ToString(), port.PortName.ToColonString(), port.NodeName.ToColonString(),
            Printable(port.SymbolicPortName), Printable(port.SymbolicNodeName),
            [.. Enumerable.Range(0, 256).Where(t => port.Types?.Has((byte)t) == true).Select(t => NameOf((FcType)t))],
            (fcp & Formats.Fc4Features.FcpTarget) != 0, (fcp & Formats.Fc4Features.FcpInitiator) != 0, NameOf(port.Classes),
            port.Parent?.Id.ToString(), (now - port.LoggedInAt).TotalSeconds, port.Rscn?.Function.ToString() ?? "", zones);
    }

    // A port may register anything; what a terminal would obey is not for people.
    private static string Printable(string? name) => string.Concat((name ?? "").Select(c => char.IsControl(c) ? '?' : c)).TrimEnd('?', ' ');

    private static string NameOf(FcType type) => Enum.IsDefined(type) ? type.ToString() : ((byte)type).ToString("x2");

    private static string NameOf(NsClasses classes) =>
        string.Join(", ", Enum.GetValues<NsClasses>().Where(c => c != 0 && classes.HasFlag(c)).Select(c => c.ToString()["Class".Length..]));
}
