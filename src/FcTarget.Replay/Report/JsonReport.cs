// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Json;
using FcTarget.Probes;

namespace FcTarget.Replay;

/// <summary>The report for programs: an object a line, with a member <c>exchange</c>, <c>probe</c> or <c>totals</c> (docs/replay.md).</summary>
public sealed class JsonReport : IReplayReport, IDisposable
{
    private readonly Utf8JsonWriter _json;
    private readonly Stream _to;
    private readonly bool _quiet;

    /// <param name="to">Where it goes; it is not disposed.</param>
    /// <param name="quiet">Only exchanges that are different, and the totals.</param>
    public JsonReport(Stream to, bool quiet = false)
    {
        _to = to;
        _quiet = quiet;
        _json = new Utf8JsonWriter(to);
    }

    public void OnExchange(in ExchangeReport exchange)
    {
        if (_quiet && exchange.Outcome != ExchangeOutcome.Different) return;
        _json.WriteStartObject();
        _json.WriteString("exchange"u8, exchange.Name);
        WriteTime(exchange.UnixNanoseconds);
        if (exchange.Frame > 0) _json.WriteNumber("frame"u8, exchange.Frame);
        _json.WriteString("originator"u8, exchange.Originator.ToString());
        _json.WriteString("ox_id"u8, exchange.OxId.ToString());
        if (exchange.Lun >= 0) _json.WriteNumber("lun"u8, exchange.Lun);
        _json.WriteString("outcome"u8, exchange.Outcome switch
        {
            ExchangeOutcome.Same => "same",
            ExchangeOutcome.Equivalent => "equivalent",
            _ => "different",
        });
        if (exchange.Reasons.Count > 0) WriteReasons(exchange.Reasons);
        if (exchange.Differences.Count > 0) WriteDifferences(exchange.Differences);
        End();
    }

    public unsafe void OnProbe(in FcProbeEvent e, long unixNanoseconds)
    {
        if (_quiet) return;
        _json.WriteStartObject();
        _json.WriteString("probe"u8, FcProbeNames.Of(e.Probe));
        WriteTime(unixNanoseconds);
        _json.WriteString("ci_remote"u8, Marshal.PtrToStringUTF8((nint)e.Conn->ci_remote));
        End();
    }

    /// <summary>The totals.</summary>
    public void End(ReplayTotals totals)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("totals"u8);
        _json.WriteString("target"u8, string.Join("; ", totals.Targets));
        _json.WriteNumber("exchanges"u8, totals.Exchanges);
        _json.WriteNumber("same"u8, totals.Same);
        _json.WriteNumber("equivalent"u8, totals.Equivalent);
        _json.WriteNumber("different"u8, totals.Different);
        _json.WriteNumber("probes"u8, totals.Probes);
        _json.WriteNumber("frames"u8, totals.Frames);
        _json.WriteNumber("sent"u8, totals.Sent);
        _json.WriteNumber("not_of_target"u8, totals.NotOfTarget);
        _json.WriteNumber("other_protocols"u8, totals.Others);
        _json.WriteNumber("damaged"u8, totals.Damaged);
        _json.WriteNumber("copies"u8, totals.Copies);
        _json.WriteNumber("strays"u8, totals.Strays);
        _json.WriteNumber("dropped"u8, totals.Dropped);
        _json.WriteNumber("seconds"u8, totals.Duration.TotalSeconds);
        if (totals.MadeUp.Count > 0)
        {
            _json.WriteStartArray("made_up"u8);
            foreach (string made in totals.MadeUp) _json.WriteStringValue(made);
            _json.WriteEndArray();
        }
        if (totals.CaptureFailure is { } failure) _json.WriteString("capture_failure"u8, failure);
        if (totals.Fault is { } fault) _json.WriteString("fault"u8, fault.Message);
        _json.WriteEndObject();
        End();
    }

    public void Dispose() => _json.Dispose();

    private void WriteReasons(IReadOnlyList<string> reasons)
    {
        _json.WriteStartArray("why"u8);
        foreach (string why in reasons) _json.WriteStringValue(why);
        _json.WriteEndArray();
    }

    private void WriteDifferences(IReadOnlyList<Difference> differences)
    {
        _json.WriteStartArray("differences"u8);
        foreach (Difference difference in differences)
        {
            _json.WriteStartObject();
            _json.WriteString("field"u8, difference.Field);
            if (difference.Frame > 0) _json.WriteNumber("frame"u8, difference.Frame);
            if (difference.At >= 0) _json.WriteNumber("at"u8, difference.At);
            _json.WriteString("expected"u8, difference.Expected);
            _json.WriteString("got"u8, difference.Got);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void WriteTime(long unixNanoseconds) => _json.WriteNumber("unix_ns"u8, unixNanoseconds);

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _to.WriteByte((byte)'\n');
    }
}
