// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FcTarget.Probes;

namespace FcTarget.Replay;

/// <summary>The report for people: a line for each exchange and each probe, in the order they end and fire, and the totals.</summary>
/// <param name="to">Where it goes.</param>
/// <param name="quiet">Only exchanges that are different, and the totals.</param>
public sealed class TextReport(TextWriter to, bool quiet = false) : IReplayReport
{
    private readonly StringBuilder _line = new();
    private long _start;

    public void OnBegin(long unixNanoseconds) => _start = unixNanoseconds;

    public void OnExchange(in ExchangeReport exchange)
    {
        if (quiet && exchange.Outcome != ExchangeOutcome.Different) return;
        Begin(exchange.UnixNanoseconds);
        if (exchange.Frame > 0) _line.Append(CultureInfo.InvariantCulture, $" frame {exchange.Frame}");
        _line.Append(CultureInfo.InvariantCulture, $" {exchange.Originator} {exchange.OxId} {exchange.Name}");
        if (exchange.Lun >= 0) _line.Append(CultureInfo.InvariantCulture, $", LUN {exchange.Lun}");
        _line.Append(exchange.Outcome switch
        {
            ExchangeOutcome.Same => ": same",
            ExchangeOutcome.Equivalent => ": equivalent: ",
            _ => ": different: ",
        });
        if (exchange.Outcome == ExchangeOutcome.Equivalent) _line.AppendJoin("; ", exchange.Reasons);
        if (exchange.Outcome == ExchangeOutcome.Different) _line.AppendJoin("; ", exchange.Differences.Select(Describe));
        to.WriteLine(_line);
    }

    public unsafe void OnProbe(in FcProbeEvent e, long unixNanoseconds)
    {
        if (quiet) return;
        Begin(unixNanoseconds);
        _line.Append(CultureInfo.InvariantCulture, $" probe {FcProbeNames.Of(e.Probe)} {Marshal.PtrToStringUTF8((nint)e.Conn->ci_remote)}");
        to.WriteLine(_line);
    }

    /// <summary>The totals.</summary>
    public void End(ReplayTotals totals)
    {
        foreach (string target in totals.Targets) to.WriteLine($"target: {target}");
        foreach (string made in totals.MadeUp) to.WriteLine($"note: {made}");
        string left = string.Join(", ", new[]
        {
            Count(totals.NotOfTarget, "not of the target"), Count(totals.Others, "of other protocols"), Count(totals.Damaged, "damaged"),
            Count(totals.Copies, "in the capture twice"), Count(totals.Strays, "of exchanges that began before"),
        }.Where(static text => text.Length > 0));
        if (left.Length > 0) to.WriteLine($"frames left out: {left}");
        if (totals.Dropped > 0) to.WriteLine($"the recorder dropped {totals.Dropped} frames: what they wrote, or asked, is not known");
        if (totals.CaptureFailure is { } failure) to.WriteLine($"the capture is damaged: {failure}");
        if (totals.Fault is { } fault) to.WriteLine($"our target faulted: {fault.Message}");
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Frames} frames in {totals.Duration.TotalSeconds:0.000} s, {totals.Exchanges} exchanges: {totals.Same} same, {totals.Equivalent} equivalent, {totals.Different} different; {totals.Probes} probes"));
    }

    private static string Count(long count, string what) => count == 0 ? "" : $"{count} {what}";

    private static string Describe(Difference difference) => difference.Frame > 0
        ? $"{difference.Field} (frame {difference.Frame}): expected {difference.Expected}, got {difference.Got}"
        : $"{difference.Field}: expected {difference.Expected}, got {difference.Got}";

    private void Begin(long unixNanoseconds)
    {
        _line.Clear().Append(CultureInfo.InvariantCulture, $"{(unixNanoseconds - _start) / 1e9,12:0.000000}");
    }
}
