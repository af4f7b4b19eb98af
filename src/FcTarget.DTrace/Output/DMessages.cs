// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Output;

/// <summary>What the consumer reports besides data, in dtrace(1)'s words, without <c>dtrace: </c>.</summary>
internal static class DMessages
{
    /// <summary><c>description 'fc:::scsi-command ' matched 1 probe</c>.</summary>
    public static string Matched(ProgramMatch match) => $"{match.Source} matched {match.Probes} probe{Plural(match.Probes)}";

    public static string Drops(long drops) => $"{drops} drop{Plural(drops)} on CPU 0";

    public static string AggregationDrops(long drops) => $"{drops} aggregation drop{Plural(drops)} on CPU 0";

    public static string DynamicDrops(long drops) => $"{drops} dynamic variable drop{Plural(drops)}";

    public static string SpeculativeDrops(long drops) => $"{drops} speculative drop{Plural(drops)}";

    public static string FailedSpeculations(long failed) => $"{failed} failed speculation{Plural(failed)} (no speculative buffer available)";

    /// <summary>A fault in a clause.</summary>
    public static string Fault(EnablingDescription enabling, DFault fault)
    {
        string address = fault.Kind is DFaultKind.BadAddress or DFaultKind.BadAlignment or DFaultKind.BadStack ? $" (0x{fault.Address:x})" : "";
        string where = fault.Action == 0 ? "predicate" : $"action #{fault.Action}";
        return LibraryError(enabling, $"{Name(fault.Kind)}{address} in {where}{(fault.Offset < 0 ? "" : $" at DIF offset {fault.Offset}")}");
    }

    /// <summary>A clause asked the consumer for what it cannot do.</summary>
    public static string LibraryError(EnablingDescription enabling, string what) =>
        $"error on enabled probe ID {enabling.Epid} (ID {enabling.Probe.Id}: {enabling.Probe}): {what}";

    private static string Name(DFaultKind kind) => kind switch
    {
        DFaultKind.BadAddress => "invalid address",
        DFaultKind.BadAlignment => "invalid alignment",
        DFaultKind.IllegalOperation => "illegal operation",
        DFaultKind.DivideByZero => "divide-by-zero",
        DFaultKind.NoScratchSpace => "out of scratch space",
        DFaultKind.KernelPrivilege => "invalid kernel access",
        DFaultKind.UserPrivilege => "invalid user access",
        DFaultKind.TupleOverflow => "tuple stack overflow",
        DFaultKind.BadStack => "bad stack",
        _ => "library-level fault",
    };

    private static string Plural(long count) => count == 1 ? "" : "s";
}
