// SPDX-License-Identifier: MIT

using FcTarget.Decode;
using FcTarget.Formats.Fcp;
using FcTarget.Scsi;

namespace FcTarget.Replay.Compare;

/// <summary>Compares the answers of two targets to the same FCP_CMND.</summary>
internal static class FcpComparison
{
    private const FcpRspFlags Residuals = FcpRspFlags.ResidUnder | FcpRspFlags.ResidOver | FcpRspFlags.BidirectionalReadResidUnder
        | FcpRspFlags.BidirectionalReadResidOver | FcpRspFlags.BidirectionalResponse;

    /// <summary>Commands that every disk has (SBC-3 5.1), and those that no disk is without.</summary>
    private static readonly HashSet<string> Mandatory =
        ["INQUIRY", "READ CAPACITY(10)", "READ(10)", "REPORT LUNS", "REQUEST SENSE", "TEST UNIT READY", "WRITE(10)"];

    /// <summary>What a tolerance may depend on.</summary>
    public static Conditions ConditionsOf(string command, FcpAnswer captured, FcpAnswer ours)
    {
        Conditions conditions = Conditions.None;
        int theirs = CodeOf(captured), mine = CodeOf(ours);
        if (captured.Rsp.Status == (byte)ScsiStatus.CheckCondition && ours.Rsp.Status == captured.Rsp.Status) conditions |= Conditions.CheckCondition;
        if (command == "REQUEST SENSE" && (IsInProgress(SenseData.CodeOf(captured.Data)) || IsInProgress(SenseData.CodeOf(ours.Data)))) conditions |= Conditions.InProgress;
        // A target that asks for write data does what the other has refused; that data is not in the capture.
        if (theirs == mine || !captured.HasRsp || (!ours.HasRsp && ours.Bursts.Count == 0)) return conditions;
        int invalidCode = CodeNumber(Sense.InvalidCommandOperationCode), invalidField = CodeNumber(Sense.InvalidFieldInCdb);
        bool bothRefuse = (conditions & Conditions.CheckCondition) != 0;
        if ((theirs | mine) == invalidCode || (bothRefuse && (theirs == invalidCode || mine == invalidCode) && !Mandatory.Contains(command)))
            conditions |= Conditions.UnsupportedCommand;
        if (!bothRefuse && (theirs | mine) == invalidField) conditions |= Conditions.UnsupportedField; // one of them does what the other does not know
        if (bothRefuse && (theirs == invalidField || mine == invalidField)) conditions |= Conditions.OtherRefusal;
        bool attention = SenseData.KeyOf(captured.Sense) == SenseKey.UnitAttention, ourAttention = SenseData.KeyOf(ours.Sense) == SenseKey.UnitAttention;
        if (attention || ourAttention) conditions |= Conditions.UnitAttention;
        if (IsInProgress(theirs) || IsInProgress(mine)) conditions |= Conditions.InProgress;
        return conditions;
    }

    /// <summary>LOGICAL UNIT NOT READY, FORMAT IN PROGRESS, OPERATION IN PROGRESS or SANITIZE IN PROGRESS.</summary>
    private static bool IsInProgress(int code) => code is 0x0404 or 0x0407 or 0x041B;

    public static void Compare(FcpAnswer captured, FcpAnswer ours, long request, Differences to)
    {
        if (captured.HasRsp != ours.HasRsp)
        {
            to.Add("answer", Describe(captured), Describe(ours), captured.HasRsp ? captured.RspFrame : request);
            return;
        }
        if (captured.IsTooLong || ours.IsTooLong) to.Add("data", "data beyond 16 MiB in order", "another order, which is not compared", request);
        else CompareBeyond(captured, ours, request, to);
        if (captured.TryFill(ours, out int missing)) to.Add("data.missing", "no hole", $"{missing} bytes of the captured answer are missing", request);
        if (!captured.Bursts.SequenceEqual(ours.Bursts)) to.Add("bursts", Describe(captured.Bursts), Describe(ours.Bursts), request);
        to.AddBytes("data", captured.Data, ours.Data, at => captured.FrameOf(at) is > 0 and long frame ? frame : captured.HasRsp ? captured.RspFrame : request);
        if (!captured.HasRsp) return;
        CompareRsp(captured, ours, to);
    }

    /// <summary>Data of which only digests are kept.</summary>
    private static void CompareBeyond(FcpAnswer captured, FcpAnswer ours, long request, Differences to)
    {
        long theirs = captured.Beyond.Length, mine = ours.Beyond.Length;
        if (theirs != mine) to.Add("data.length", $"{FcpAnswer.MostData + theirs} bytes", $"{FcpAnswer.MostData + mine} bytes", request);
        else if (captured.Beyond.FirstDifference(ours.Beyond) is >= 0 and int piece)
            to.Add("data", "the same SHA-256", $"another one of the MiB at byte {FcpAnswer.MostData + ((long)piece * PieceDigests.PieceLength)}", request);
    }

    private static void CompareRsp(FcpAnswer captured, FcpAnswer ours, Differences to)
    {
        long frame = captured.RspFrame;
        to.Compare("status", captured.Rsp.Status, ours.Rsp.Status, frame, static s => $"{s:x2}h {StandardNames.Of((ScsiStatus)s)}".TrimEnd());
        to.Compare("residual", Residual(captured.Rsp), Residual(ours.Rsp), frame);
        to.Compare("rsp_code", Code(captured.Code), Code(ours.Code), frame);
        to.Compare("status qualifier", (int)(ushort)captured.Rsp.StatusQualifier, (ushort)ours.Rsp.StatusQualifier, frame);
        CompareSense(captured.Sense, ours.Sense, frame, to);
    }

    private static void CompareSense(ReadOnlySpan<byte> captured, ReadOnlySpan<byte> ours, long frame, Differences to)
    {
        if (captured.SequenceEqual(ours)) return;
        string theirKey = Key(captured), ourKey = Key(ours), theirCode = Code(captured), ourCode = Code(ours);
        to.Compare("sense.key", theirKey, ourKey, frame);
        to.Compare("sense.code", theirCode, ourCode, frame);
        if (theirKey == ourKey && theirCode == ourCode) to.Add("sense.bytes", Convert.ToHexStringLower(captured), Convert.ToHexStringLower(ours), frame);
    }

    private static int CodeNumber(in Sense sense) => (sense.Asc << 8) | sense.Ascq;

    private static int CodeOf(FcpAnswer answer) => answer.HasRsp ? SenseData.CodeOf(answer.Sense) : 0;

    private static string Key(ReadOnlySpan<byte> sense) => SenseData.KeyOf(sense) is { } key ? $"{(byte)key:x}h {StandardNames.Of(key)}" : "none";

    private static string Code(ReadOnlySpan<byte> sense) =>
        SenseData.KeyOf(sense) is null ? "none" : $"{SenseData.CodeOf(sense) >> 8:x2}h/{SenseData.CodeOf(sense) & 0xFF:x2}h";

    private static string Code(FcpRspCode? code) => code is { } rsp ? $"{(byte)rsp:x2}h {StandardNames.Of(rsp)}" : "none";

    private static string Residual(in FcpRspHeader rsp)
    {
        FcpRspFlags flags = rsp.Flags & Residuals;
        if (flags == FcpRspFlags.None) return "none";
        string which = (flags & FcpRspFlags.ResidUnder) != 0 ? "under" : (flags & FcpRspFlags.ResidOver) != 0 ? "over" : "bidirectional";
        return $"{which} by {(uint)rsp.Resid}{((flags & (FcpRspFlags.ResidUnder | FcpRspFlags.ResidOver)) == flags && flags != (FcpRspFlags.ResidUnder | FcpRspFlags.ResidOver) ? "" : $" (flags {(byte)flags:x2}h)")}";
    }

    private static string Describe(FcpAnswer answer) =>
        answer.HasRsp ? $"FCP_RSP {StandardNames.Of((ScsiStatus)answer.Rsp.Status)}" : answer.IsEmpty ? "no answer" : answer.Bursts.Count > 0 ? "FCP_XFER_RDY" : "no FCP_RSP";

    private static string Describe(List<(uint Offset, uint Length)> bursts) =>
        bursts.Count == 0 ? "none" : string.Join(", ", bursts.Take(8).Select(b => $"{b.Length} at {b.Offset}")) + (bursts.Count > 8 ? ", ..." : "");
}
