// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>
/// The <c>conninfo_t</c> of a local port and one remote port (or none), in native memory. It points at the strings of the two
/// <see cref="PortProbeInfo"/>, so it shows their updates and must not outlive them.
/// </summary>
public sealed unsafe class ConnProbeInfo : IDisposable
{
    private ConnInfo* _info;

    /// <param name="local">The local port.</param>
    /// <param name="remote">The remote port; null where there is none (link probes): <c>ci_remote</c> is <c>&lt;unknown&gt;</c>.</param>
    public ConnProbeInfo(PortProbeInfo local, PortProbeInfo? remote)
    {
        ArgumentNullException.ThrowIfNull(local);
        Local = local;
        Remote = remote;
        _info = (ConnInfo*)NativeBlocks.Take(sizeof(ConnInfo));
        _info->ci_local = local.PortWwn;
        _info->ci_remote = remote is null ? NativeText.Unknown : remote.PortWwn;
        _info->ci_protocol = NativeText.Fc;
    }

    /// <summary>The <c>conninfo_t</c>. Valid until <see cref="Dispose"/>.</summary>
    public ConnInfo* Info => _info;

    internal PortProbeInfo Local { get; }

    internal PortProbeInfo? Remote { get; }

    public void Dispose()
    {
        NativeBlocks.Return(_info);
        _info = null;
    }
}
