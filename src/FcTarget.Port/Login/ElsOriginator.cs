// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

/// <summary>How a request of ours, ELS or CT, ended.</summary>
internal enum ElsOutcome : byte
{
    Accepted,
    Rejected,
    TimedOut,
}

/// <summary>Told when a request of ours is over.</summary>
/// <param name="outcome">How it ended.</param>
/// <param name="header">FC header of the answer; zero after a time-out.</param>
/// <param name="reply">The answer; empty after a time-out.</param>
internal delegate void ElsReplyHandler(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply);

/// <summary>The ELS and CT requests of one N_Port that wait for an answer, each with its OX_ID and its timer.</summary>
internal sealed class ElsOriginator
{
    /// <summary>ELS and CT requests use OX_IDs from here up; FCP of an initiator uses those below.</summary>
    public const ushort FirstOxId = 0xC000;

    /// <summary>Longest CT answer, bytes: a list of 4096 ports.</summary>
    public const int MaxCtLength = 64 * 1024;

    internal const int Capacity = 0x3000;

    private readonly LocalPort _local;
    private readonly Dictionary<ushort, Request> _open = [];
    private readonly Stack<Request> _idle = new();

    public ElsOriginator(LocalPort local) => _local = local;

    /// <summary>Requests that wait for an answer.</summary>
    public int Outstanding => _open.Count;

    /// <summary>Sends an ELS request. <paramref name="onReply"/> is called exactly once, unless the request is cancelled.</summary>
    public void Send(FcId to, ReadOnlySpan<byte> payload, ElsReplyHandler onReply) =>
        Send(to, RCtl.ElsRequest, FcType.Els, payload, onReply);

    /// <summary>
    /// Sends a CT request to a generic service, one frame long. <paramref name="onReply"/> is given the whole CT_IU of the answer.
    /// </summary>
    public void SendCt(FcId to, ReadOnlySpan<byte> iu, ElsReplyHandler onReply) =>
        Send(to, RCtl.UnsolicitedControl, FcType.Ct, iu, onReply);

    private void Send(FcId to, RCtl rCtl, FcType type, ReadOnlySpan<byte> payload, ElsReplyHandler onReply)
    {
        ushort oxId;
        do oxId = _local.Port.NextOxId();
        while (_open.ContainsKey(oxId));
        Request request = _idle.Count > 0 ? _idle.Pop() : new Request(this);
        request.OxId = oxId;
        request.To = to;
        request.Type = type;
        request.OnReply = onReply;
        _open.Add(oxId, request);
        request.Timer.Set(_local.ElsTimeout);
        _local.SendEls(new FcHeader
        {
            RCtl = rCtl,
            DId = to,
            SId = _local.Id,
            Type = type,
            FCtl = FCtlValues.ExchangeRequest,
            OxId = new OxId(oxId),
            RxId = RxId.Unassigned,
        }, payload, answers: null, default);
    }

    /// <summary>LS_ACC or LS_RJT. An answer that nobody waits for, or from somebody else, is counted and dropped.</summary>
    public void OnReply(in FcHeader header, ReadOnlySpan<byte> payload)
    {
        // The answer to a request to a well-known address may come from the port's own address (FLOGI between N_Ports).
        if (Find(header, FcType.Els) is not { } request || !ElsPayload.TryReadCommand(payload, out ElsCommand command))
            _local.Counters.FrameUnexpected++;
        else
            End(request)(command == ElsCommand.LsAcc ? ElsOutcome.Accepted : ElsOutcome.Rejected, header, payload);
    }

    /// <summary>Accept or reject of a generic service, of all frames of its sequence.</summary>
    public void OnCtReply(in FcHeader header, ReadOnlySpan<byte> iu)
    {
        if (Find(header, FcType.Ct) is not { } request || !CtIu.TryRead(iu, out CtPreamble preamble, out _))
            _local.Counters.FrameUnexpected++;
        else
            End(request)(preamble.IsAccept ? ElsOutcome.Accepted : ElsOutcome.Rejected, header, iu);
    }

    private Request? Find(in FcHeader header, FcType type) =>
        _open.TryGetValue(header.OxId.Value, out Request? request) && request.Type == type
            && (request.To == header.SId || request.To.IsWellKnown) ? request : null;

    /// <summary>Forgets the requests to a port: their answers, if any, are dropped and nobody is told.</summary>
    public void Cancel(FcId to)
    {
        foreach (Request request in _open.Values.Where(r => r.To == to).ToList()) End(request);
    }

    public void CancelAll()
    {
        foreach (Request request in _open.Values.ToList()) End(request);
    }

    private ElsReplyHandler End(Request request)
    {
        request.Timer.Cancel();
        _open.Remove(request.OxId);
        _idle.Push(request);
        ElsReplyHandler onReply = request.OnReply;
        request.OnReply = null!;
        return onReply;
    }

    private void OnTimeout(Request request)
    {
        if (request.Type == FcType.Ct) _local.Counters.CtTimeouts++;
        else _local.Counters.ElsTimeouts++;
        End(request)(ElsOutcome.TimedOut, default, default);
    }

    private sealed class Request
    {
        public Request(ElsOriginator owner) => Timer = new LoopTimer(owner._local.Loop.Timers, () => owner.OnTimeout(this));

        public LoopTimer Timer { get; }

        public ushort OxId;
        public FcId To;
        public FcType Type;
        public ElsReplyHandler OnReply = null!;
    }
}
