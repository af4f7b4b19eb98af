// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Usdt;

/// <summary>
/// Name and arguments of each probe as tracers see them: the documented arguments in their order, then the further facts.
/// <see cref="UsdtProbes.OnProbe"/> passes them in this order.
/// </summary>
internal static class UsdtSignature
{
    public const string Provider = "fc";

    private static readonly UsdtArgument Conn = new("struct conninfo *", "conn");
    private static readonly UsdtArgument Local = new("struct fc_port_info *", "local");
    private static readonly UsdtArgument Remote = new("struct fc_port_info *", "remote");
    private static readonly UsdtArgument Command = new("struct scsicmd *", "cmd");
    private static readonly UsdtArgument Xfer = new("struct fc_xferinfo *", "xfer");
    private static readonly UsdtArgument Facts = new("struct fc_cmdfacts *", "facts");
    private static readonly UsdtArgument Solicited = new("int", "solicited");
    private static readonly UsdtArgument Status = new("int", "status");
    private static readonly UsdtArgument Affected = new("int", "affected_id");

    /// <summary>Two underscores stand for a hyphen in every tool but bpftrace and perf, which take them as they are.</summary>
    public static string NoteName(FcProbe probe) => FcProbeNames.Of(probe).Replace("-", "__", StringComparison.Ordinal);

    /// <summary>The function to put a breakpoint on.</summary>
    public static string FunctionName(FcProbe probe) => $"{Provider}_{FcProbeNames.Of(probe).Replace('-', '_')}";

    public static IReadOnlyList<UsdtArgument> Arguments(FcProbe probe) => probe switch
    {
        FcProbe.LinkUp or FcProbe.LinkDown => [Conn],
        FcProbe.FabricLoginStart => [Conn, Local],
        FcProbe.FabricLoginEnd => [Conn, Local, Status],
        FcProbe.RportLoginStart or FcProbe.RportLogoutStart or FcProbe.RportLogoutEnd => [Conn, Local, Remote, Solicited],
        FcProbe.RportLoginEnd => [Conn, Local, Remote, Solicited, Status],
        FcProbe.ScsiCommand or FcProbe.ScsiResponse => [Conn, Local, Command, Remote, Facts],
        FcProbe.XferStart or FcProbe.XferDone => [Conn, Local, Command, Remote, Xfer, Facts],
        FcProbe.RscnReceive => [Conn, Affected, Local],
        FcProbe.AbtsReceive => [Conn, Local, Remote, Facts],
        _ => throw new ArgumentOutOfRangeException(nameof(probe)),
    };
}
