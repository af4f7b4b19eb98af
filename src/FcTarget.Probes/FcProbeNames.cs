// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>The names D scripts select the probes by: <c>fc:::link-up</c> and so on.</summary>
public static class FcProbeNames
{
    /// <summary>How many probes the provider has.</summary>
    public const int Count = 14;

    private static readonly string[] Names =
    [
        "link-up", "link-down",
        "fabric-login-start", "fabric-login-end",
        "rport-login-start", "rport-login-end",
        "rport-logout-start", "rport-logout-end",
        "scsi-command", "scsi-response",
        "xfer-start", "xfer-done",
        "rscn-receive", "abts-receive",
    ];

    /// <summary>Probe name, in the order of <see cref="FcProbe"/>.</summary>
    public static ReadOnlySpan<string> All => Names;

    /// <summary>The DTrace probe name.</summary>
    public static string Of(FcProbe probe) => Names[(int)probe];
}
