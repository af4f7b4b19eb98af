// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

/// <summary>What one probe description matches.</summary>
/// <param name="Pattern">Its four fields.</param>
/// <param name="Probes">In the order of their ids.</param>
internal sealed record PatternMatch(string Pattern, IReadOnlyList<ProbeDescription> Probes);
