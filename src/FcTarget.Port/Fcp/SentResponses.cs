// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Port;

// SENT RESPONSES - theory of operation
//   Job      Remember the FCP_RSP of exchanges that are over: REC then says that they are complete, and SRR has the response sent again.
//            A lost FCP_RSP must not make the initiator repeat the command: a COMPARE AND WRITE that has succeeded miscompares then.
//   Which    One a place, by the low bits of OX_ID: an initiator that waits for a response does not use its OX_ID anew. Asked for by
//            OX_ID and RX_ID: whoever knows the RX_ID has heard from this very exchange. One who does not (its first frame was lost, or
//            the command had no data) may mean a command that never arrived, and must not get the answer to the one before it.
//   How long RR_TOV, or until the place is taken, or the session ends.
//   Cost     40 bytes of the session's memory a command; sense data of the last 16 that had some.
//   Owner    The port loop.          Read  FCP-4, REC, SRR and RR_TOV          Proof  SrrConversationTests

/// <summary>The responses that one initiator may ask for again; see the theory of operation in the file.</summary>
internal sealed class SentResponses
{
    /// <summary>As many as Linux's libfc has OX_IDs.</summary>
    private const int Places = 4096;

    private const int PagePlaces = 256;

    private const int SensePlaces = 16;

    private readonly Kept[]?[] _kept = new Kept[Places / PagePlaces][]; // made when they are needed
    private readonly byte[] _sense = new byte[SensePlaces * ScsiTask.MaxSenseLength];
    private uint _senseCount;

    /// <summary>Remembers the response of an exchange that is about to be closed.</summary>
    /// <param name="exchange">The exchange; its initiator knows the RX_ID, or this is for nothing.</param>
    /// <param name="seqId">SEQ_ID of the response.</param>
    /// <param name="seqCnt">SEQ_CNT of the frame after it.</param>
    /// <param name="now">Loop time.</param>
    public void Keep(FcpExchange exchange, byte seqId, ushort seqCnt, TimeSpan now)
    {
        ReadOnlySpan<byte> sense = exchange.SenseData;
        if (!sense.IsEmpty) sense.CopyTo(SenseAt(_senseCount++));
        PlaceOf(exchange.OxId) = new Kept
        {
            Until = now + FcpTarget.RRTov,
            OxId = exchange.OxId,
            RxId = exchange.RxId,
            Moved = exchange.Transferred,
            Resid = exchange.Resid,
            SeqId = seqId,
            SeqCnt = seqCnt,
            Status = exchange.Status,
            SenseLength = (byte)sense.Length,
            SenseNumber = _senseCount - 1,
        };
    }

    /// <summary>Bytes that a complete exchange moved, or null: nothing is known of it.</summary>
    public uint? BytesMoved(OxId oxId, RxId rxId, TimeSpan now)
    {
        ref readonly Kept kept = ref PlaceOf(oxId);
        return kept.IsOf(oxId, rxId, now) ? kept.Moved : null;
    }

    /// <summary>Whether <see cref="Write"/> can: the exchange is known, and the sense data that it may have had.</summary>
    public bool CanWrite(OxId oxId, RxId rxId, TimeSpan now)
    {
        ref readonly Kept kept = ref PlaceOf(oxId);
        return kept.IsOf(oxId, rxId, now) && (kept.SenseLength == 0 || _senseCount - kept.SenseNumber <= SensePlaces);
    }

    /// <summary>Writes FCP_RSP once more.</summary>
    /// <param name="oxId">OX_ID of the exchange.</param>
    /// <param name="rxId">Its RX_ID.</param>
    /// <param name="now">Loop time.</param>
    /// <param name="payload">Where to, <see cref="FcpResponse.MaxLength"/> bytes.</param>
    /// <param name="seqId">The SEQ_ID to send it with.</param>
    /// <param name="seqCnt">The SEQ_CNT to send it with.</param>
    /// <returns>Its length; 0 when it is not known any more.</returns>
    public int Write(OxId oxId, RxId rxId, TimeSpan now, Span<byte> payload, out byte seqId, out ushort seqCnt)
    {
        ref Kept kept = ref PlaceOf(oxId);
        seqId = 0;
        seqCnt = 0;
        if (!CanWrite(oxId, rxId, now)) return 0;
        seqId = ++kept.SeqId;
        seqCnt = kept.SeqCnt++;
        return FcpResponse.Write(payload, kept.Status, kept.Resid, SenseAt(kept.SenseNumber)[..kept.SenseLength]);
    }

    private ref Kept PlaceOf(OxId oxId) => ref (_kept[oxId.Value % Places / PagePlaces] ??= new Kept[PagePlaces])[oxId.Value % PagePlaces];

    private Span<byte> SenseAt(uint number) => _sense.AsSpan((int)(number % SensePlaces) * ScsiTask.MaxSenseLength, ScsiTask.MaxSenseLength);

    private struct Kept
    {
        public TimeSpan Until; // 0: nothing was ever kept here
        public long Resid;
        public uint Moved;
        public uint SenseNumber;
        public OxId OxId;
        public RxId RxId;
        public ushort SeqCnt;
        public byte SeqId;
        public ScsiStatus Status;
        public byte SenseLength;

        public readonly bool IsOf(OxId oxId, RxId rxId, TimeSpan now) => OxId == oxId && RxId == rxId && now < Until;
    }
}
