// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Probes;

namespace FcTarget.TestKit;

/// <summary>One firing of a probe, copied: what a test compares.</summary>
public sealed record RecordedProbe
{
    public required FcProbe Probe { get; init; }

    public string Name => FcProbeNames.Of(Probe);

    /// <summary>ci_local and ci_remote.</summary>
    public string Local { get; init; } = "";

    public string Remote { get; init; } = "";

    /// <summary>fcp_port_hard_address of the remote port: its N_Port_ID; 0 without a remote port.</summary>
    public uint RemoteAddress { get; init; }

    public int Solicited { get; init; }

    public int Status { get; init; }

    public uint AffectedId { get; init; }

    /// <summary>CDB in hexadecimal digits; empty when the probe has none.</summary>
    public string Cdb { get; init; } = "";

    public uint XferLength { get; init; }

    public uint XferOffset { get; init; }

    public FcXferFlags XferFlags { get; init; }

    public FcCommandFacts Facts { get; init; }

    /// <summary>The short form for comparing sequences: name and what tells two firings of it apart.</summary>
    public override string ToString() => Probe switch
    {
        FcProbe.RportLoginStart or FcProbe.RportLogoutStart or FcProbe.RportLogoutEnd => $"{Name} solicited={Solicited}",
        FcProbe.RportLoginEnd => $"{Name} solicited={Solicited} status={Status}",
        FcProbe.FabricLoginEnd => $"{Name} status={Status}",
        FcProbe.XferStart or FcProbe.XferDone => $"{Name} {XferOffset}+{XferLength}",
        FcProbe.ScsiResponse => $"{Name} {Facts.ScsiStatus:x2}",
        FcProbe.RscnReceive => $"{Name} {AffectedId:x6}",
        _ => Name,
    };
}

/// <summary>Keeps every probe that fires.</summary>
public sealed unsafe class RecordingSink : IFcProbeSink
{
    private readonly List<RecordedProbe> _ever = [];
    private readonly List<RecordedProbe> _all = [];

    /// <summary>What fired since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<RecordedProbe> All => _all;

    /// <summary>The short forms, in order.</summary>
    public IEnumerable<string> Lines => _all.Select(p => p.ToString());

    /// <summary>Makes the exception of an expectation that is not met.</summary>
    internal Func<string, Exception> Failure { get; init; } = static message => new ConversationException(message);

    /// <summary>A probe fired: at least once, or exactly so often. Returns its firings.</summary>
    /// <param name="probe">Its name: <c>scsi-command</c>.</param>
    /// <param name="times">How often; null: once or more.</param>
    /// <param name="where">Only firings like this count; null: all do.</param>
    /// <exception cref="ConversationException">It did not.</exception>
    public IReadOnlyList<RecordedProbe> Expects(string probe, int? times = null, Func<RecordedProbe, bool>? where = null)
    {
        RecordedProbe[] found = [.. _all.Where(p => p.Name == probe && (where is null || where(p)))];
        if (times is { } n ? found.Length == n : found.Length > 0) return found;
        throw Failure($"expected {probe} to fire{(times is null ? "" : $" {times} times")}, it did {found.Length} times; fired: {string.Join(", ", Lines)}");
    }

    /// <summary>A probe did not fire.</summary>
    /// <exception cref="ConversationException">It did.</exception>
    public void ExpectsNo(string probe, Func<RecordedProbe, bool>? where = null) => Expects(probe, times: 0, where);

    /// <summary>Probes fired in this order, with whatever between them; each is a name, or a short form as in <see cref="Lines"/>.</summary>
    /// <exception cref="ConversationException">They did not; the message says which is missing.</exception>
    public void ExpectsInOrder(params ReadOnlySpan<string> probes)
    {
        int at = 0;
        foreach (RecordedProbe fired in _all)
            if (at < probes.Length && (fired.Name == probes[at] || fired.ToString() == probes[at])) at++;
        if (at < probes.Length)
            throw Failure($"expected {string.Join(", ", probes.ToArray())} in this order; {probes[at]} is missing; fired: {string.Join(", ", Lines)}");
    }

    /// <summary>Forgets what fired, but for <see cref="Unpaired"/>.</summary>
    public void Clear() => _all.Clear();

    public void OnProbe(in FcProbeEvent e)
    {
        RecordedProbe probe = Copy(e);
        _all.Add(probe);
        _ever.Add(probe);
    }

    private static RecordedProbe Copy(in FcProbeEvent e) => new()
    {
        Probe = e.Probe,
        Local = Text(e.Conn->ci_local),
        Remote = Text(e.Conn->ci_remote),
        RemoteAddress = e.Remote == null ? 0 : e.Remote->fcp_port_hard_address,
        Solicited = e.Solicited,
        Status = e.Status,
        AffectedId = e.AffectedId,
        Cdb = e.Command == null ? "" : Convert.ToHexStringLower(new ReadOnlySpan<byte>(e.Command->ic_cdb, (int)e.Command->ic_len)),
        XferLength = e.Xfer == null ? 0 : e.Xfer->fcx_len,
        XferOffset = e.Xfer == null ? 0 : e.Xfer->fcx_offset,
        XferFlags = e.Xfer == null ? 0 : (FcXferFlags)e.Xfer->fcx_flags,
        Facts = e.Facts == null ? default : *e.Facts,
    };

    /// <summary>What has a start but no end, or an end but no start, per remote port and exchange; empty when all is well.</summary>
    public IReadOnlyList<string> Unpaired()
    {
        Dictionary<string, int> open = [];
        List<string> wrong = [];
        foreach (RecordedProbe p in _ever)
        {
            switch (p.Probe)
            {
                case FcProbe.FabricLoginStart: Open("fabric-login"); break;
                case FcProbe.FabricLoginEnd: Close("fabric-login"); break;
                case FcProbe.RportLoginStart: Open($"rport-login {p.RemoteAddress:x6} {p.Solicited}"); break;
                case FcProbe.RportLoginEnd: Close($"rport-login {p.RemoteAddress:x6} {p.Solicited}"); break;
                case FcProbe.RportLogoutStart: Open($"rport-logout {p.RemoteAddress:x6} {p.Solicited}"); break;
                case FcProbe.RportLogoutEnd: Close($"rport-logout {p.RemoteAddress:x6} {p.Solicited}"); break;
                case FcProbe.XferStart: Open($"xfer {p.Facts.RemoteId:x6} {p.Facts.RxId:x4} {p.XferOffset}"); break;
                case FcProbe.XferDone: Close($"xfer {p.Facts.RemoteId:x6} {p.Facts.RxId:x4} {p.XferOffset}"); break;
            }
        }
        return [.. wrong, .. open.Where(o => o.Value > 0).Select(o => $"{o.Key} has no end")];

        void Open(string key) => open[key] = open.GetValueOrDefault(key) + 1;

        void Close(string key)
        {
            if (open.GetValueOrDefault(key) == 0) wrong.Add($"{key} has no start");
            else open[key]--;
        }
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
