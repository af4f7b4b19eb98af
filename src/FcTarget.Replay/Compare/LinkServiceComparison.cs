// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Decode;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Replay.Compare;

/// <summary>Compares two answers to the same request of a link service or a generic service.</summary>
internal static class LinkServiceComparison
{
    private const int XIdsAt = 4, XIdsLength = 4; // of BA_ACC: OX_ID and RX_ID
    private const int PortNameAt = 20, NodeNameAt = 28, NamesEnd = 36; // of the login payload

    /// <summary>What a tolerance may depend on.</summary>
    public static Conditions ConditionsOf(LinkServiceAnswer captured, LinkServiceAnswer ours) =>
        (IsBusy(captured) != IsBusy(ours) ? Conditions.Busy : Conditions.None)
        | (IsUnsupported(captured) != IsUnsupported(ours) ? Conditions.UnsupportedCommand : Conditions.None);

    /// <param name="asked">The ELS request; not defined for others.</param>
    /// <param name="isCt">A request to a generic service.</param>
    /// <param name="isFabric">The answer is the fabric's, whose names are its own.</param>
    /// <param name="captured">The captured answer.</param>
    /// <param name="ours">Ours.</param>
    /// <param name="request">The frame of the request.</param>
    /// <param name="to">Takes the differences.</param>
    /// <param name="toOurs">The N_Port_ID in the replay of one in the capture.</param>
    public static void Compare(
        ElsCommand asked, bool isCt, bool isFabric, LinkServiceAnswer captured, LinkServiceAnswer ours, long request, Differences to, Func<FcId, FcId> toOurs)
    {
        long frame = captured.IsComplete ? captured.Frame : request;
        string theirs = Describe(captured, isCt), mine = Describe(ours, isCt);
        to.Compare("answer", theirs, mine, frame);
        if (theirs != mine || !captured.IsComplete) return;
        if (isCt) CompareCt(captured.Payload, ours.Payload, frame, to);
        else if (captured.RCtl is RCtl.BaAcc or RCtl.BaRjt) CompareBls(captured.Payload, ours.Payload, frame, to);
        else if (captured.Payload[0] == (byte)ElsCommand.LsRjt) CompareRejects(captured.Payload, ours.Payload, frame, to);
        else CompareAccepts(asked, isFabric, captured.Payload, ours.Payload, frame, to, toOurs);
    }

    /// <summary>Compares the requests of the same kind that the two targets sent.</summary>
    public static void CompareRequests(ElsCommand command, bool isCt, ReadOnlySpan<byte> captured, ReadOnlySpan<byte> ours, long frame, Differences to, Func<FcId, FcId> toOurs)
    {
        if (isCt) to.AddBytes("parameters", captured, ours, _ => frame);
        else CompareAccepts(command, isFabric: false, captured, ours, frame, to, toOurs);
    }

    private static void CompareAccepts(
        ElsCommand asked, bool isFabric, ReadOnlySpan<byte> captured, ReadOnlySpan<byte> ours, long frame, Differences to, Func<FcId, FcId> toOurs)
    {
        switch (asked)
        {
            case ElsCommand.Flogi or ElsCommand.Fdisc or ElsCommand.Plogi or ElsCommand.Pdisc when captured.Length >= LoginPayload.WireSize && ours.Length >= LoginPayload.WireSize:
                if (!isFabric)
                {
                    to.Compare("port name", NameAt(captured, PortNameAt), NameAt(ours, PortNameAt), frame, static w => w.ToColonString());
                    to.Compare("node name", NameAt(captured, NodeNameAt), NameAt(ours, NodeNameAt), frame, static w => w.ToColonString());
                }
                to.AddBytes("parameters", captured[..PortNameAt], ours[..PortNameAt], _ => frame);
                to.AddBytes("parameters", captured[NamesEnd..LoginPayload.WireSize], ours[NamesEnd..LoginPayload.WireSize], _ => frame);
                break;
            case ElsCommand.Prli when ProcessPages.TryRead(captured, out ProcessPages theirPages) && ProcessPages.TryRead(ours, out ProcessPages ourPages):
                ComparePages(theirPages, ourPages, frame, to);
                break;
            case ElsCommand.Adisc when ElsPayload.TryRead(captured, out AdiscPayload theirs) && ElsPayload.TryRead(ours, out AdiscPayload mine):
                to.Compare("port name", theirs.PortName, mine.PortName, frame, static w => w.ToColonString());
                to.Compare("node name", theirs.NodeName, mine.NodeName, frame, static w => w.ToColonString());
                to.Compare("N_Port_ID", toOurs(theirs.NPortId), mine.NPortId, frame);
                to.AddBytes("payload", captured[AdiscPayload.WireSize..], ours[AdiscPayload.WireSize..], _ => frame);
                break;
            default:
                to.AddBytes("payload", captured, ours, _ => frame);
                break;
        }
    }

    private static void ComparePages(ProcessPages captured, ProcessPages ours, long frame, Differences to)
    {
        to.Compare("pages", captured.Remaining, ours.Remaining, frame);
        while (captured.TryNext(out PrliPage theirs) && ours.TryNext(out PrliPage mine))
        {
            to.Compare("type", theirs.Type, mine.Type, frame, static t => $"{(byte)t:x2}h");
            to.Compare("image pair", theirs.Flags & PrliFlags.EstablishImagePair, mine.Flags & PrliFlags.EstablishImagePair, frame, static f => f == 0 ? "not established" : "established");
            to.Compare("response code", theirs.ResponseCode, mine.ResponseCode, frame, static c => $"{(byte)c:x}h");
            to.Compare("parameters", (uint)theirs.ServiceParameters, (uint)mine.ServiceParameters, frame, static p => $"{p:x8}h");
        }
    }

    /// <summary>BA_ACC or BA_RJT; each target names the exchange by its own X_IDs.</summary>
    private static void CompareBls(ReadOnlySpan<byte> captured, ReadOnlySpan<byte> ours, long frame, Differences to)
    {
        if (captured.Length != BaAccPayload.WireSize || ours.Length != BaAccPayload.WireSize)
        {
            to.AddBytes("payload", captured, ours, _ => frame);
            return;
        }
        Span<byte> mapped = stackalloc byte[BaAccPayload.WireSize];
        captured.CopyTo(mapped);
        ours.Slice(XIdsAt, XIdsLength).CopyTo(mapped[XIdsAt..]);
        to.AddBytes("payload", mapped, ours, _ => frame);
    }

    private static void CompareRejects(ReadOnlySpan<byte> captured, ReadOnlySpan<byte> ours, long frame, Differences to)
    {
        if (!ElsPayload.TryRead(captured, out LsRjtPayload theirs) || !ElsPayload.TryRead(ours, out LsRjtPayload mine)) to.AddBytes("payload", captured, ours, _ => frame);
        else to.Compare("reject", theirs.Reject, mine.Reject, frame, static r => $"{(byte)r.Reason:x2}h/{(byte)r.Explanation:x2}h {StandardNames.Of(r.Reason)}, {StandardNames.Of(r.Explanation)}");
    }

    private static void CompareCt(ReadOnlySpan<byte> captured, ReadOnlySpan<byte> ours, long frame, Differences to)
    {
        CtIu.TryRead(captured, out CtPreamble theirs, out ReadOnlySpan<byte> theirBody);
        CtIu.TryRead(ours, out CtPreamble mine, out ReadOnlySpan<byte> ourBody);
        if (theirs.IsReject) to.Compare("reject", theirs.Reject, mine.Reject, frame, static r => $"{(byte)r.Reason:x2}h/{(byte)r.Explanation:x2}h");
        else to.AddBytes("data", theirBody, ourBody, _ => frame);
    }

    private static Wwn NameAt(ReadOnlySpan<byte> payload, int at) => MemoryMarshal.Read<Wwn>(payload[at..]);

    private static string Describe(LinkServiceAnswer answer, bool isCt)
    {
        if (!answer.IsComplete) return "no answer";
        if (answer.RCtl is RCtl.BaAcc or RCtl.BaRjt) return StandardNames.OfBls(answer.RCtl);
        if (isCt) return !CtIu.TryRead(answer.Payload, out CtPreamble ct, out _) ? "no CT_IU" : ct.IsAccept ? "accept" : ct.IsReject ? "reject" : $"code {(ushort)ct.CommandCode:x4}h";
        return ElsPayload.TryReadCommand(answer.Payload, out ElsCommand command) ? StandardNames.Of(command) ?? $"command {(byte)command:x2}h" : "no ELS";
    }

    private static bool IsBusy(LinkServiceAnswer answer) =>
        answer.IsComplete && answer.Payload.Length >= LsRjtPayload.WireSize && answer.Payload[0] == (byte)ElsCommand.LsRjt
        && ElsPayload.TryRead(answer.Payload, out LsRjtPayload reject)
        && (reject.Reason == ElsRejectReason.LogicalBusy || reject.Explanation == ElsRejectExplanation.CommandAlreadyInProgress);

    /// <summary>LS_RJT or FS_RJT: command not supported.</summary>
    private static bool IsUnsupported(LinkServiceAnswer answer) => answer.IsComplete && answer.RCtl switch
    {
        RCtl.ElsReply => ElsPayload.TryReadCommand(answer.Payload, out ElsCommand command) && command == ElsCommand.LsRjt
            && ElsPayload.TryRead(answer.Payload, out LsRjtPayload reject) && reject.Reason == ElsRejectReason.CommandNotSupported,
        RCtl.SolicitedControl => CtIu.TryRead(answer.Payload, out CtPreamble ct, out _) && ct.IsReject && ct.Reject.Reason == CtRejectReason.CommandNotSupported,
        _ => false,
    };
}
