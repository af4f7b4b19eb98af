// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Scsi;

namespace FcTarget.TestKit;

/// <summary>An FCP_RSP as the peer read it.</summary>
public sealed record Response(ScsiStatus Status, FcpRspFlags Flags, uint Resid, FcpRspCode? Code, byte[] Sense, FcHeader Header)
{
    /// <summary>Sense key, ASC and ASCQ of fixed format sense data; zero without sense data.</summary>
    public (byte Key, byte Asc, byte Ascq) KeyCodeQualifier => Sense.Length < 14 ? default : ((byte)(Sense[2] & 0xF), Sense[12], Sense[13]);
}

public sealed partial class RawPeer
{
    /// <summary>Sends FCP_CMND. Returns its OX_ID.</summary>
    public OxId SendsCommand(
        ReadOnlySpan<byte> cdb, FcpDataDirection direction = FcpDataDirection.None, uint length = 0, int lun = 0,
        FcpTaskManagementFlags taskManagement = FcpTaskManagementFlags.None, OxId? oxId = null, FcpTaskAttribute attribute = FcpTaskAttribute.Simple)
    {
        OxId id = oxId ?? NextOxId();
        SendsFrame(CommandHeader(id), CommandPayload(cdb, direction, length, lun, taskManagement, attribute));
        return id;
    }

    public static FcHeader CommandHeader(OxId oxId) => new()
    {
        RCtl = FcpIu.Cmnd,
        Type = FcType.Fcp,
        FCtl = FCtlValues.ExchangeRequest,
        OxId = oxId,
        RxId = RxId.Unassigned,
    };

    public static byte[] CommandPayload(
        ReadOnlySpan<byte> cdb, FcpDataDirection direction, uint length, int lun = 0,
        FcpTaskManagementFlags taskManagement = FcpTaskManagementFlags.None, FcpTaskAttribute attribute = FcpTaskAttribute.Simple)
    {
        byte[] payload = new byte[64];
        FcpCmndHeader header = new() { Lun = Lun.FromNumber(lun).Value, TaskManagement = taskManagement, TaskAttribute = attribute, Direction = direction };
        return payload[..FcpCmnd.Write(payload, header, cdb, length)];
    }

    public OxId SendsRead10(uint lba, ushort blocks, int lun = 0) =>
        SendsCommand(Cdbs.Read10(lba, blocks), FcpDataDirection.ReadData, blocks * 512u, lun);

    public OxId SendsWrite10(uint lba, ushort blocks, int lun = 0) =>
        SendsCommand(Cdbs.Write10(lba, blocks), FcpDataDirection.WriteData, blocks * 512u, lun);

    /// <summary>Sends one frame of write data.</summary>
    public void SendsDataFrame(
        OxId oxId, RxId rxId, uint offset, ReadOnlySpan<byte> data, bool last, ushort seqCnt = 0, bool first = true) =>
        SendsFrame(DataHeader(oxId, rxId, offset, last, seqCnt), data, first ? Sof.SOFi3 : Sof.SOFn3);

    public static FcHeader DataHeader(OxId oxId, RxId rxId, uint offset, bool last, ushort seqCnt) => new()
    {
        RCtl = FcpIu.Data,
        Type = FcType.Fcp,
        FCtl = last ? FCtlValues.FcpDataOutLast : FCtlValues.FcpDataOut,
        SeqCnt = seqCnt,
        OxId = oxId,
        RxId = rxId,
        Parameter = offset,
    };

    /// <summary>Sends a burst of write data in frames as large as allowed.</summary>
    public void SendsBurst(OxId oxId, RxId rxId, uint offset, ReadOnlySpan<byte> data, int frameSize = 2048)
    {
        ushort seqCnt = 0;
        for (int at = 0; at < data.Length; at += frameSize)
        {
            ReadOnlySpan<byte> part = data[at..Math.Min(at + frameSize, data.Length)];
            SendsDataFrame(oxId, rxId, offset + (uint)at, part, at + part.Length == data.Length, seqCnt++, at == 0);
        }
    }

    /// <summary>ABTS of an exchange of ours.</summary>
    public void SendsAbts(OxId oxId, RxId rxId) => SendsFrame(
        new FcHeader { RCtl = RCtl.Abts, Type = FcType.Bls, FCtl = FCtlValues.AbtsByOriginator, OxId = oxId, RxId = rxId }, default);

    /// <summary>FCP_CONF for an FCP_RSP that asked for it.</summary>
    public void SendsConf(OxId oxId, RxId rxId) => SendsFrame(
        new FcHeader { RCtl = FcpIu.Conf, Type = FcType.Fcp, FCtl = FCtlValues.FcpConf, OxId = oxId, RxId = rxId }, default);

    /// <summary>Whether an FCP_RSP that asks for FCP_CONF gets it at once.</summary>
    public bool ConfirmsCompletion { get; set; } = true;

    // ---- expectations ---------------------------------------------------------------------------------------------

    public ReceivedFrame ExpectsFcp(RCtl rCtl, OxId oxId) =>
        Expects(
            $"R_CTL {(byte)rCtl:x2} of OX_ID {oxId}",
            f => f.IsFc && f.Header.Type == FcType.Fcp && f.Header.RCtl == rCtl && f.Header.OxId == oxId);

    /// <summary>FCP_XFER_RDY for exactly this burst. Returns the RX_ID it teaches.</summary>
    public RxId ExpectsXferRdy(OxId oxId, uint offset, uint length)
    {
        ReceivedFrame frame = ExpectsFcp(FcpIu.XferRdy, oxId);
        FcpXferRdy rdy = frame.As<FcpXferRdy>();
        if (frame.Header.FCtl != FCtlValues.FcpXferRdy || frame.Sof != Sof.SOFi3)
            throw new ConversationException($"not the header of FCP_XFER_RDY: {frame}");
        if (rdy.DataRo != offset || rdy.BurstLen != length || frame.Payload.Length != FcpXferRdy.WireSize)
            throw new ConversationException($"expected FCP_XFER_RDY {offset}+{length}, heard {(uint)rdy.DataRo}+{(uint)rdy.BurstLen}");
        return frame.Header.RxId;
    }

    /// <summary>All read data of a command, frame by frame as FC-FS and FCP-4 want it: offsets, SEQ_CNT, SEQ_ID, SOF, F_CTL.</summary>
    public byte[] ExpectsData(OxId oxId, int length)
    {
        byte[] data = new byte[length];
        int at = 0;
        bool first = true;
        byte? seqId = null;
        ushort seqCnt = 0;
        while (at < length)
        {
            ReceivedFrame frame = ExpectsFcp(FcpIu.Data, oxId);
            FcHeader header = frame.Header;
            bool last = header.FCtl.Has(FCtl.EndSequence);
            FCtl fCtl = header.FCtl & ~FCtl.FillBytesMask;
            if (fCtl != (last ? FCtlValues.FcpDataInLast : FCtlValues.FcpDataIn))
                throw new ConversationException($"F_CTL of read data: {frame}");
            if (header.Parameter != at) throw new ConversationException($"expected relative offset {at:x}: {frame}");
            if (header.SeqCnt != seqCnt++) throw new ConversationException($"expected SEQ_CNT {seqCnt - 1:x4}: {frame}");
            if (frame.Sof != (first ? Sof.SOFi3 : Sof.SOFn3)) throw new ConversationException($"SOF {frame.Sof}: {frame}");
            if (!first && header.SeqId != seqId || first && header.SeqId == seqId) throw new ConversationException($"SEQ_ID: {frame}");
            if (at + frame.Payload.Length > length) throw new ConversationException($"more than {length} bytes: {frame}");
            frame.Payload.CopyTo(data, at);
            at += frame.Payload.Length;
            seqId = header.SeqId;
            first = last;
        }
        if (!first) throw new ConversationException("the last frame of the data did not end its sequence");
        return data;
    }

    /// <summary>FCP_RSP of a command.</summary>
    public Response ExpectsRsp(OxId oxId)
    {
        ReceivedFrame frame = ExpectsFcp(FcpIu.Rsp, oxId);
        FcpRspError error = FcpRsp.TryRead(frame.Payload, out FcpRsp rsp);
        if (error != FcpRspError.None) throw new ConversationException($"FCP_RSP {error}: {frame}");
        bool confirm = (rsp.Header.Flags & FcpRspFlags.ConfirmationRequested) != 0;
        FCtl expected = confirm ? FCtlValues.FcpRspConfirmationRequested : FCtlValues.FcpRsp;
        if ((frame.Header.FCtl & ~FCtl.FillBytesMask) != expected || frame.Sof != Sof.SOFi3)
            throw new ConversationException($"not the header of FCP_RSP: {frame}");
        if (confirm && ConfirmsCompletion) SendsConf(oxId, frame.Header.RxId);
        return new Response((ScsiStatus)rsp.Header.Status, rsp.Header.Flags, rsp.Header.Resid, rsp.Code, rsp.Sense.ToArray(), frame.Header);
    }

    /// <summary>FCP_RSP with status GOOD and no residual.</summary>
    public Response ExpectsGood(OxId oxId)
    {
        Response rsp = ExpectsRsp(oxId);
        return rsp is { Status: ScsiStatus.Good, Resid: 0 } && (rsp.Flags & ~FcpRspFlags.ConfirmationRequested) == 0 ? rsp
            : throw new ConversationException($"expected GOOD, heard {rsp} {rsp.KeyCodeQualifier}");
    }

    /// <summary>BA_ACC to our ABTS.</summary>
    public BaAccPayload ExpectsBaAcc(OxId oxId)
    {
        ReceivedFrame frame = Expects($"BA_ACC of OX_ID {oxId}", f => f.IsFc && f.Header.RCtl == RCtl.BaAcc && f.Header.OxId == oxId);
        if (frame.Header.FCtl != FCtlValues.BasicReplyByResponder) throw new ConversationException($"F_CTL of BA_ACC: {frame}");
        return MemoryMarshal.Read<BaAccPayload>(frame.Payload);
    }

    /// <summary>BA_RJT to our ABTS.</summary>
    public BaRjtPayload ExpectsBaRjt(OxId oxId) =>
        Expects($"BA_RJT of OX_ID {oxId}", f => f.IsFc && f.Header.RCtl == RCtl.BaRjt && f.Header.OxId == oxId).As<BaRjtPayload>();

    // ---- whole commands -------------------------------------------------------------------------------------------

    /// <summary>Reads blocks of 512 bytes; status GOOD.</summary>
    public byte[] Reads(uint lba, ushort blocks, int lun = 0)
    {
        OxId oxId = SendsRead10(lba, blocks, lun);
        byte[] data = ExpectsData(oxId, blocks * 512);
        ExpectsGood(oxId);
        return data;
    }

    /// <summary>Writes blocks of 512 bytes in whatever bursts are asked for; status GOOD.</summary>
    public void Writes(uint lba, ReadOnlySpan<byte> data, int lun = 0)
    {
        OxId oxId = SendsWrite10(lba, (ushort)(data.Length / 512), lun);
        for (int at = 0; at < data.Length;)
        {
            ReceivedFrame frame = ExpectsFcp(FcpIu.XferRdy, oxId);
            FcpXferRdy rdy = frame.As<FcpXferRdy>();
            if (rdy.DataRo != at) throw new ConversationException($"expected a burst at {at}: {frame}");
            SendsBurst(oxId, frame.Header.RxId, rdy.DataRo, data.Slice(at, (int)(uint)rdy.BurstLen));
            at += (int)(uint)rdy.BurstLen;
        }
        ExpectsGood(oxId);
    }
}
