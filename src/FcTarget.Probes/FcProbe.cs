// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>
/// The probes of provider <c>fc</c> (PSARC 2009/291; <see cref="RscnReceive"/> and <see cref="AbtsReceive"/> as COMSTAR adds them).
/// Numbers are bit positions in <see cref="FcProbeSet"/> and do not change.
/// </summary>
public enum FcProbe : byte
{
    LinkUp = 0,
    LinkDown = 1,
    FabricLoginStart = 2,
    FabricLoginEnd = 3,
    RportLoginStart = 4,
    RportLoginEnd = 5,
    RportLogoutStart = 6,
    RportLogoutEnd = 7,
    ScsiCommand = 8,
    ScsiResponse = 9,
    XferStart = 10,
    XferDone = 11,
    RscnReceive = 12,
    AbtsReceive = 13,
}
