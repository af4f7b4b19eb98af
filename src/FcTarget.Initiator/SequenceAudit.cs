// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;

namespace FcTarget.Initiator;

/// <summary>
/// Holds the frames that a target sends in one exchange to the letter of FC-FS-3 and FCP-4: exchange and sequence bits of F_CTL,
/// SEQ_ID, SEQ_CNT, RX_ID, lengths. It only counts. SOF and EOF do not come so far up.
/// </summary>
internal struct SequenceAudit
{
    private const FCtl Context = FCtl.ExchangeResponder | FCtl.SequenceRecipient | FCtl.FirstSequence | FCtl.LastSequence
        | FCtl.EndSequence | FCtl.SequenceInitiative | FCtl.RelativeOffsetPresent | FCtl.RetransmittedSequence;

    private RxId _rxId;
    private ushort _next;
    private byte _seqId;
    private bool _begun, _open;

    public void Begin()
    {
        _begun = false;
        _open = false;
        _next = 0;
        _rxId = RxId.Unassigned;
    }

    /// <param name="frame">A frame of TYPE FCP of this exchange.</param>
    /// <param name="longest">The largest payload we receive, bytes.</param>
    /// <param name="counters">Where violations go.</param>
    public void Check(in FcFrame frame, int longest, InitiatorCounters counters)
    {
        FcHeader header = frame.Header;
        bool end = header.FCtl.Has(FCtl.EndSequence);
        FCtl bits = header.FCtl & Context;
        FCtl expected = header.RCtl switch
        {
            FcpIu.XferRdy => FCtlValues.FcpXferRdy,
            FcpIu.Rsp => WantsConfirmation(frame.Payload) ? FCtlValues.FcpRspConfirmationRequested : FCtlValues.FcpRsp,
            FcpIu.Data => end ? FCtlValues.FcpDataInLast : FCtlValues.FcpDataIn,
            _ => bits,
        };
        // After Last_Sequence nobody needs the initiative: FCP_RSP may pass it on or not.
        if (bits.Has(FCtl.LastSequence)) bits &= ~FCtl.SequenceInitiative;
        if (bits != expected) counters.Count(ProtocolViolation.FCtlWrong);

        if (_open ? header.SeqId != _seqId : _begun && header.SeqId == _seqId) counters.Count(ProtocolViolation.SeqIdWrong);
        ushort seqCnt = header.SeqCnt;
        if (seqCnt != _next && (_open || seqCnt != 0)) counters.Count(ProtocolViolation.SeqCntWrong);

        if (_rxId != RxId.Unassigned && header.RxId != _rxId) counters.Count(ProtocolViolation.RxIdChanged);
        if (frame.Payload.Length > longest) counters.Count(ProtocolViolation.FrameTooLong);
        if (frame.Payload.IsEmpty || (!end && (frame.Payload.Length & 3) != 0)) counters.Count(ProtocolViolation.FrameLengthWrong);

        _rxId = header.RxId;
        _seqId = header.SeqId;
        _next = SequenceCount.Next(seqCnt);
        _begun = true;
        _open = !end;
    }

    private static bool WantsConfirmation(ReadOnlySpan<byte> rsp) =>
        MemoryMarshal.TryRead(rsp, out FcpRspHeader header) && (header.Flags & FcpRspFlags.ConfirmationRequested) != 0;
}
