// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>A choice of probes: bit <c>n</c> is the probe whose <see cref="FcProbe"/> number is <c>n</c>.</summary>
[Flags]
public enum FcProbeSet : ushort
{
    None = 0,
    LinkUp = 1 << FcProbe.LinkUp,
    LinkDown = 1 << FcProbe.LinkDown,
    FabricLoginStart = 1 << FcProbe.FabricLoginStart,
    FabricLoginEnd = 1 << FcProbe.FabricLoginEnd,
    RportLoginStart = 1 << FcProbe.RportLoginStart,
    RportLoginEnd = 1 << FcProbe.RportLoginEnd,
    RportLogoutStart = 1 << FcProbe.RportLogoutStart,
    RportLogoutEnd = 1 << FcProbe.RportLogoutEnd,
    ScsiCommand = 1 << FcProbe.ScsiCommand,
    ScsiResponse = 1 << FcProbe.ScsiResponse,
    XferStart = 1 << FcProbe.XferStart,
    XferDone = 1 << FcProbe.XferDone,
    RscnReceive = 1 << FcProbe.RscnReceive,
    AbtsReceive = 1 << FcProbe.AbtsReceive,
    All = (1 << FcProbeNames.Count) - 1,
}
