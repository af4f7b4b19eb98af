// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>What a residual count counts (FCP-4, FCP_RESID_UNDER and FCP_RESID_OVER).</summary>
public enum FcResidual : byte
{
    None,

    /// <summary>Bytes of FCP_DL that were not moved.</summary>
    Under,

    /// <summary>Bytes the command had beyond FCP_DL.</summary>
    Over,
}
