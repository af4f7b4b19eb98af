// SPDX-License-Identifier: MIT

using FcTarget.Probes;

namespace FcTarget.Replay.Tests;

/// <summary>A report as a list.</summary>
internal sealed class ReportList : IReplayReport
{
    public sealed record Entry(long Frame, string Name, ExchangeOutcome Outcome, IReadOnlyList<string> Reasons, IReadOnlyList<Difference> Differences)
    {
        /// <summary>-1 if it is no command.</summary>
        public int Lun { get; init; }

        public override string ToString() => $"{Frame} {Name}: {Outcome} {string.Join("; ", Reasons)} {string.Join("; ", Differences)}";
    }

    public List<Entry> Exchanges { get; } = [];

    public List<string> Probes { get; } = [];

    public IEnumerable<Entry> Different => Exchanges.Where(e => e.Outcome == ExchangeOutcome.Different);

    public void OnExchange(in ExchangeReport e) => Exchanges.Add(new Entry(e.Frame, e.Name, e.Outcome, [.. e.Reasons], [.. e.Differences]) { Lun = e.Lun });

    public void OnProbe(in FcProbeEvent e, long unixNanoseconds) => Probes.Add(FcProbeNames.Of(e.Probe));
}
