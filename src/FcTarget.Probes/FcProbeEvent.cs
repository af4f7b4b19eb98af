// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>
/// One firing of a probe: the documented arguments under their meaning, null or 0 where the probe has none, then the further ones.
/// Every pointer is good for the length of <see cref="IFcProbeSink.OnProbe"/> only.
/// </summary>
public readonly unsafe ref struct FcProbeEvent
{
    public FcProbe Probe { get; init; }

    /// <summary>args[0], never null.</summary>
    public ConnInfo* Conn { get; init; }

    /// <summary>The local port: args[1] of all but link-* and rscn-receive (where it is a further fact).</summary>
    public FcPortInfo* Local { get; init; }

    /// <summary>args[2] of scsi-* and xfer-*.</summary>
    public ScsiCmd* Command { get; init; }

    /// <summary>The remote port: args[2] of rport-* and abts-receive, args[3] of scsi-* and xfer-*.</summary>
    public FcPortInfo* Remote { get; init; }

    /// <summary>args[4] of xfer-*.</summary>
    public FcXferInfo* Xfer { get; init; }

    /// <summary>args[3] of rport-*: 0 the remote port began, 1 we did.</summary>
    public int Solicited { get; init; }

    /// <summary>args[4] of rport-login-end, a further fact of fabric-login-end: see <see cref="FcLoginStatus"/>.</summary>
    public int Status { get; init; }

    /// <summary>args[1] of rscn-receive: the affected 24-bit port id.</summary>
    public uint AffectedId { get; init; }

    /// <summary>Further facts of scsi-*, xfer-* and abts-receive; null otherwise.</summary>
    public FcCommandFacts* Facts { get; init; }
}
