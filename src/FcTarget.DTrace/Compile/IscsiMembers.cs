// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

/// <summary>
/// What the iscsi provider has in args[1] (iscsiinfo_t) and in args[2] of xfer-* (xferinfo_t), and fc has elsewhere: a script for iscsi runs with
/// <c>fc:::</c> in place of <c>iscsi:::</c>. These names stand for other expressions; the types of args[] do not have them.
/// </summary>
internal static class IscsiMembers
{
    /// <summary>The expression that a member stands for on this probe; null: no such thing.</summary>
    public static DExpression? Find(MemberNode e, ProbeContext? probe)
    {
        int argument = ArgumentOf(e.Object);
        if (probe?.Arguments is not { } types || !e.Arrow || argument is not (1 or 2)) return null;
        int xfer = IndexOf(types, "fc_xferinfo_t *"), facts = IndexOf(types, "fc_cmdfacts_t *");
        if (facts < 0 || IndexOf(types, "scsicmd_t *") < 0) return null;
        return (argument, e.Member) switch
        {
            (1, "ii_initiator") => Member(0, "ci_remote"),
            (1, "ii_target") => Member(0, "ci_local"),
            (1, "ii_lun") => Member(facts, "fcf_lun"),
            (1, "ii_itt") => Member(facts, "fcf_ox_id"),
            (1, "ii_datalen") when xfer >= 0 => Member(xfer, "fcx_len"), // FCP has no immediate data
            (2, "xfer_len") when xfer >= 0 => Member(xfer, "fcx_len"),
            (2, "xfer_loffset") when xfer >= 0 => Member(xfer, "fcx_offset"),
            (2, "xfer_type") when xfer >= 0 => Direction(),
            _ => null,
        };

        DExpression Member(int index, string name) =>
            new MemberNode(e.Line, new IndexNode(e.Line, new NameNode(e.Line, DScope.Global, "args"), [Number(e, index)]), name, Arrow: true);

        // FcXferFlags.ToRport
        DExpression Direction() => new ConditionalNode(
            e.Line, new BinaryNode(e.Line, "&", Member(xfer, "fcx_flags"), Number(e, 1)),
            new StringLiteral(e.Line, "read"u8.ToArray()), new StringLiteral(e.Line, "write"u8.ToArray()));
    }

    /// <summary>
    /// args[1]->ii_datalen of a probe that moves no data, so that a clause may be for all of them, <c>fc*:::</c> for instance. Some, link-up
    /// among them, have no args[1] at all.
    /// </summary>
    public static DExpression? FindNoData(MemberNode e, ProbeContext? probe) =>
        probe?.Arguments is [{ Name: "conninfo_t *" }, ..] types && e is { Arrow: true, Member: "ii_datalen" } && ArgumentOf(e.Object) == 1
        && IndexOf(types, "fc_xferinfo_t *") < 0 ? Number(e, 0) : null;

    private static IntegerLiteral Number(MemberNode e, int value) => new(e.Line, (ulong)value, IntegerSuffix.None, $"{value}");

    private static int ArgumentOf(DExpression e) =>
        e is IndexNode { Array: NameNode { Scope: DScope.Global, Name: "args" }, Keys: [IntegerLiteral { Value: <= 9 } index] } ? (int)index.Value : -1;

    private static int IndexOf(IReadOnlyList<DType> types, string name)
    {
        for (int i = 0; i < types.Count; i++)
            if (types[i].Name == name) return i;
        return -1;
    }
}
