// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Runtime;

/// <summary>Which native structure an argument of a probe points to.</summary>
internal enum ProbeArgument : byte
{
    Integer,
    ConnInfo,
    PortInfo,
    ScsiCommand,
    XferInfo,
    Facts,
}

/// <summary>The probes there are: dtrace's own three, the fc provider, and timers as programs ask for them.</summary>
internal sealed class ProbeTable
{
    public const int BeginId = 1, EndId = 2, ErrorId = 3, FirstFcId = 4;

    /// <summary>
    /// The raw argument of xfer-* that is 1 for a read and 0 for a write. iscsi's scripts and those made after them ask it so (<c>arg8 ? "read" : "write"</c>);
    /// fc's own arguments end before it.
    /// </summary>
    private const int TransferType = 8;

    /// <summary>
    /// args[2] of rscn-receive. Raw arg2 is the affected id: the provider's page counts by that, whatever COMSTAR's code passes.
    /// </summary>
    private const int RscnPort = 9;

    /// <summary>DTrace's own limit: a probe does not fire more often than 5000 times a second.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromMicroseconds(200);

    private const int MaxTimers = 256;

    // The functions are those of COMSTAR's fct module, where these probes are: scripts may name them.
    private static readonly (FcProbe Probe, string Function, ProbeArgument[] Arguments)[] Fc =
    [
        (FcProbe.LinkUp, "fct_handle_local_port_event", [ProbeArgument.ConnInfo]),
        (FcProbe.LinkDown, "fct_handle_local_port_event", [ProbeArgument.ConnInfo]),
        (FcProbe.FabricLoginStart, "fct_do_flogi", [ProbeArgument.ConnInfo, ProbeArgument.PortInfo]),
        (FcProbe.FabricLoginEnd, "fct_do_flogi", [ProbeArgument.ConnInfo, ProbeArgument.PortInfo, ProbeArgument.Integer]),
        (FcProbe.RportLoginStart, "fct_process_plogi", Rport),
        (FcProbe.RportLoginEnd, "fct_process_plogi", [.. Rport, ProbeArgument.Integer]),
        (FcProbe.RportLogoutStart, "fct_process_logo", Rport),
        (FcProbe.RportLogoutEnd, "fct_process_logo", Rport),
        (FcProbe.ScsiCommand, "fct_post_rcvd_cmd", [.. Scsi, ProbeArgument.Facts]),
        (FcProbe.ScsiResponse, "fct_send_scsi_status", [.. Scsi, ProbeArgument.Facts]),
        (FcProbe.XferStart, "fct_xfer_scsi_data", [.. Scsi, ProbeArgument.XferInfo, ProbeArgument.Facts]),
        (FcProbe.XferDone, "fct_scsi_data_xfer_done", [.. Scsi, ProbeArgument.XferInfo, ProbeArgument.Facts]),
        (FcProbe.RscnReceive, "fct_rscn_verify", [ProbeArgument.ConnInfo, ProbeArgument.Integer, ProbeArgument.PortInfo]),
        (FcProbe.AbtsReceive, "fct_handle_rcvd_abts", [ProbeArgument.ConnInfo, ProbeArgument.PortInfo, ProbeArgument.PortInfo, ProbeArgument.Facts]),
    ];

    private readonly List<ProbeDescription> _probes =
    [
        new(BeginId, "dtrace", "", "", "BEGIN"),
        new(EndId, "dtrace", "", "", "END"),
        new(ErrorId, "dtrace", "", "", "ERROR"),
        .. Fc.Select((f, i) => new ProbeDescription(FirstFcId + i, "fc", "fct", f.Function, FcProbeNames.Of(f.Probe))),
    ];

    private readonly List<TimerProbe> _timers = [];

    private static ProbeArgument[] Rport => [ProbeArgument.ConnInfo, ProbeArgument.PortInfo, ProbeArgument.PortInfo, ProbeArgument.Integer];

    private static ProbeArgument[] Scsi => [ProbeArgument.ConnInfo, ProbeArgument.PortInfo, ProbeArgument.ScsiCommand, ProbeArgument.PortInfo];

    /// <summary>In the order of their ids, which begin with 1.</summary>
    public IReadOnlyList<ProbeDescription> Probes => _probes;

    public IReadOnlyList<TimerProbe> Timers => _timers;

    /// <summary>The fc probe of an id; null for the others.</summary>
    public static FcProbe? FcProbeOf(int id) => id >= FirstFcId && id < FirstFcId + Fc.Length ? Fc[id - FirstFcId].Probe : null;

    /// <summary>Types of args[]; none for the probes that are not fc's.</summary>
    public static IReadOnlyList<ProbeArgument> Arguments(int id) => FcProbeOf(id) is null ? [] : Fc[id - FirstFcId].Arguments;

    /// <summary>The raw argument that typed argument <paramref name="index"/> of a probe is.</summary>
    public static int Slot(int id, int index) => FcProbeOf(id) == FcProbe.RscnReceive && index == 2 ? RscnPort : index;

    /// <summary>arg0 to arg9 of a firing.</summary>
    public static unsafe void Arguments(in FcProbeEvent e, long[] args)
    {
        args[0] = (long)e.Conn;
        switch (e.Probe)
        {
            case FcProbe.LinkUp or FcProbe.LinkDown: break;
            case FcProbe.RscnReceive:
                args[1] = e.AffectedId;
                args[2] = e.AffectedId;
                args[RscnPort] = (long)e.Local;
                break;
            case FcProbe.FabricLoginStart or FcProbe.FabricLoginEnd:
                args[1] = (long)e.Local;
                args[2] = e.Status;
                break;
            case FcProbe.AbtsReceive:
                args[1] = (long)e.Local;
                args[2] = (long)e.Remote;
                args[3] = (long)e.Facts;
                break;
            case FcProbe.ScsiCommand or FcProbe.ScsiResponse:
                args[1] = (long)e.Local;
                args[2] = (long)e.Command;
                args[3] = (long)e.Remote;
                args[4] = (long)e.Facts;
                break;
            case FcProbe.XferStart or FcProbe.XferDone:
                args[1] = (long)e.Local;
                args[2] = (long)e.Command;
                args[3] = (long)e.Remote;
                args[4] = (long)e.Xfer;
                args[5] = (long)e.Facts;
                args[TransferType] = (e.Xfer->fcx_flags & (ushort)FcXferFlags.ToRport) != 0 ? 1 : 0;
                break;
            default:
                args[1] = (long)e.Local;
                args[2] = (long)e.Remote;
                args[3] = e.Solicited;
                args[4] = e.Status;
                break;
        }
    }

    /// <summary>The probes of the given fields; an empty field matches anything. Makes the timer that a profile description names.</summary>
    public IReadOnlyList<ProbeDescription> Match(string provider, string module, string function, string name)
    {
        MakeTimer(provider, module, function, name);
        return [.. _probes.Where(p => Glob.Matches(provider, p.Provider) && Glob.Matches(module, p.Module)
            && Glob.Matches(function, p.Function) && Glob.Matches(name, p.Name))];
    }

    private void MakeTimer(string provider, string module, string function, string name)
    {
        if (provider is not ("profile" or "") || module.Length > 0 || function.Length > 0 || _timers.Count >= MaxTimers) return;
        if (_timers.Any(t => t.Probe.Name == name) || TimerInterval(name) is not { } interval) return;
        ProbeDescription probe = new(_probes.Count + 1, "profile", "", "", name);
        _probes.Add(probe);
        _timers.Add(new TimerProbe(probe, interval));
    }

    /// <summary>The interval that <c>tick-5sec</c> or <c>profile-997</c> names: without a unit a frequency. Null: not a timer's name.</summary>
    private static TimeSpan? TimerInterval(string name)
    {
        ReadOnlySpan<char> text = name.StartsWith("tick-", StringComparison.Ordinal) ? name.AsSpan(5)
            : name.StartsWith("profile-", StringComparison.Ordinal) ? name.AsSpan(8) : default;
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        if (!long.TryParse(text[..digits], out long count) || count <= 0) return null;
        const long Second = 1_000_000_000;
        Int128 nanoseconds = text[digits..] switch
        {
            "" or "hz" => Second / count,
            "ns" or "nsec" => count,
            "us" or "usec" => (Int128)count * 1000,
            "ms" or "msec" => (Int128)count * 1_000_000,
            "s" or "sec" => (Int128)count * Second,
            "m" or "min" => (Int128)count * 60 * Second,
            "h" or "hour" => (Int128)count * 3600 * Second,
            "d" or "day" => (Int128)count * 86_400 * Second,
            _ => -1,
        };
        if (nanoseconds < 0 || nanoseconds > long.MaxValue) return null;
        TimeSpan interval = TimeSpan.FromTicks((long)nanoseconds / TimeSpan.NanosecondsPerTick);
        return interval < MinInterval ? null : interval;
    }
}
