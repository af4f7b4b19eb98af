// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

/// <summary>A clause on one probe it matched.</summary>
/// <param name="Epid">1 and up, in the order of enablings: the position in <see cref="IDProgram.Enablings"/> plus one.</param>
/// <param name="Probe">The probe.</param>
/// <param name="Actions">
/// The recording actions. A clause whose body is empty records without any (the default action); one that has statements but no
/// recording actions leaves no records.
/// </param>
internal sealed record EnablingDescription(uint Epid, ProbeDescription Probe, IReadOnlyList<ActionDescription> Actions);
