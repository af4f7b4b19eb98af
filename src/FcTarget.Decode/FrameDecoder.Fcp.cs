// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Scsi;

namespace FcTarget.Decode;

public sealed partial class FrameDecoder
{
    private const byte SenseFormatFixed = 0x70, SenseFormatDescriptor = 0x72;

    private void DecodeFcp(in FcHeader header, ReadOnlySpan<byte> payload, bool first, bool isCopy, bool isCut)
    {
        if (header.RCtl == FcpIu.Cmnd)
        {
            Command(header, payload, isCopy);
            return;
        }
        Exchange? exchange = _exchanges.Find(header, HostOf(header));
        if (exchange is not null)
        {
            _frame.Of = exchange.Name;
            (_frame.OperationCode, _frame.Lun) = (exchange.OperationCode, exchange.Lun);
        }
        else if (header.RCtl is FcpIu.Rsp or FcpIu.Conf && _exchanges.TryFindEnded(header, HostOf(header), out string name, out int operationCode, out int lun))
        {
            (_frame.Of, _frame.OperationCode, _frame.Lun) = (name, operationCode, lun);
        }
        switch (header.RCtl)
        {
            case FcpIu.Data:
                _frame.Name = "FCP_DATA";
                Part().Text("offset "u8).Number((uint)header.Parameter).Text(", "u8).Number(payload.Length).Text(" bytes"u8);
                if (exchange is null) return;
                Follow(exchange, header, isCopy);
                if (!isCopy) exchange.Bytes += isCut ? _uncutLength : payload.Length;
                if ((uint)header.Parameter + (long)payload.Length > exchange.DataLength) _frame.Problem().Text("data beyond FCP_DL "u8).Number(exchange.DataLength);
                break;
            case FcpIu.XferRdy:
                _frame.Name = "FCP_XFER_RDY";
                if (!MemoryMarshal.TryRead(payload, out FcpXferRdy ready)) Unreadable("FCP_XFER_RDY is too short"u8);
                else Part().Text("offset "u8).Number(ready.DataRo).Text(", burst "u8).Number(ready.BurstLen);
                break;
            case FcpIu.Rsp:
                _frame.Name = "FCP_RSP";
                Response(payload, exchange, isCopy, isCut);
                break;
            case FcpIu.Conf:
                _frame.Name = "FCP_CONF";
                break;
            case RCtl.Fc4LinkServiceRequest or RCtl.Fc4LinkServiceReply when ElsPayload.TryReadCommand(payload, out ElsCommand command):
                _frame.Name = StandardNames.Of(command) ?? "FC-4 LS";
                if (command == ElsCommand.Srr && ElsPayload.TryRead(payload, out SrrPayload srr))
                    Part().Text("OX_ID "u8).Hex(srr.OxId.Value, 4).Text(" offset "u8).Number(srr.RelativeOffset).Text(" R_CTL "u8).Hex((byte)srr.RCtlForIu, 2);
                if (header.RCtl == RCtl.Fc4LinkServiceRequest) Begin(header, _frame.Name, isCopy);
                else Answer(exchange, isCopy);
                break;
            default:
                _frame.Name = "FCP";
                Part().Text("R_CTL "u8).Hex((byte)header.RCtl, 2);
                break;
        }
    }

    private void Command(in FcHeader header, ReadOnlySpan<byte> payload, bool isCopy)
    {
        _frame.Name = "FCP_CMND";
        if (FcpCmnd.TryRead(payload, out FcpCmnd command) != FcpCmndError.None)
        {
            Unreadable("FCP_CMND cannot be read"u8);
            return;
        }
        string name = command.Header.IsTaskManagement ? TaskManagement(command.Header.TaskManagement) : CommandNames.Of(command.Cdb);
        _frame.Of = name;
        _frame.OperationCode = command.Header.IsTaskManagement ? -1 : command.Cdb[0];
        _frame.Lun = new Lun(command.Header.Lun).TryGetNumber(out int lun) ? lun : -1;
        if (_frame.Lun >= 0) Part().Text("LUN "u8).Number(_frame.Lun);
        else Part().Text("LUN "u8).Hex(command.Header.Lun, 16);
        if (!command.Header.IsTaskManagement && HasBlocks(command.Cdb))
            Part().Text("LBA "u8).Number((long)Cdb.Lba(command.Cdb)).Text(", "u8).Number(Cdb.TransferLength(command.Cdb)).Text(" blocks"u8);
        if (command.DataLength > 0) Part().Text("FCP_DL "u8).Number(command.DataLength);
        if (command.Header.TaskAttribute != FcpTaskAttribute.Simple) Part().Text(StandardNames.Of(command.Header.TaskAttribute) ?? "attribute ?");
        if (Begin(header, name, isCopy) is not { } exchange) return;
        (exchange.OperationCode, exchange.Lun, exchange.DataLength) = (_frame.OperationCode, _frame.Lun, command.DataLength);
    }

    private static bool HasBlocks(ReadOnlySpan<byte> cdb) => Cdb.LengthOf(cdb) <= cdb.Length && (OperationCode)cdb[0] is
        OperationCode.Read6 or OperationCode.Read10 or OperationCode.Read12 or OperationCode.Read16
        or OperationCode.Write6 or OperationCode.Write10 or OperationCode.Write12 or OperationCode.Write16
        or OperationCode.Verify10 or OperationCode.Verify16 or OperationCode.WriteAndVerify10 or OperationCode.WriteAndVerify16
        or OperationCode.WriteSame10 or OperationCode.WriteSame16 or OperationCode.SynchronizeCache10 or OperationCode.SynchronizeCache16;

    private static string TaskManagement(FcpTaskManagementFlags flags) => flags switch
    {
        FcpTaskManagementFlags.AbortTaskSet => "ABORT TASK SET",
        FcpTaskManagementFlags.ClearTaskSet => "CLEAR TASK SET",
        FcpTaskManagementFlags.LogicalUnitReset => "LOGICAL UNIT RESET",
        FcpTaskManagementFlags.TargetReset => "TARGET RESET",
        FcpTaskManagementFlags.ClearAca => "CLEAR ACA",
        FcpTaskManagementFlags.QueryTaskSet => "QUERY TASK SET",
        FcpTaskManagementFlags.QueryAsynchronousEvent => "QUERY ASYNCHRONOUS EVENT",
        FcpTaskManagementFlags.TerminateTask => "TERMINATE TASK",
        _ => "TASK MANAGEMENT",
    };

    private void Response(ReadOnlySpan<byte> payload, Exchange? exchange, bool isCopy, bool isCut)
    {
        if (FcpRsp.TryRead(payload, out FcpRsp rsp) != FcpRspError.None)
        {
            Unreadable("FCP_RSP cannot be read"u8);
            if (isCut) Answer(exchange, isCopy);
            return;
        }
        Part().Text(StandardNames.Of((ScsiStatus)rsp.Header.Status) ?? "STATUS ?");
        FcpRspFlags flags = rsp.Header.Flags;
        if ((flags & FcpRspFlags.ResidUnder) != 0) Part().Text("under by "u8).Number(rsp.Header.Resid);
        if ((flags & FcpRspFlags.ResidOver) != 0) Part().Text("over by "u8).Number(rsp.Header.Resid);
        if (rsp.Code is { } code) Part().Text("RSP_CODE "u8).Text(StandardNames.Of(code) ?? "?");
        if (!rsp.Sense.IsEmpty) Sense(rsp.Sense);
        if ((flags & FcpRspFlags.ConfirmationRequested) != 0) Part().Text("asks for FCP_CONF"u8);
        if (exchange is not null && !isCopy && !isCut) CheckResidual(rsp, exchange);
        if (exchange is not null || _frame.Of.Length == 0) Answer(exchange, isCopy);
        else if (!isCopy) Part().Text("sent again"u8);
    }

    /// <summary>GOOD with data: what was seen to move and what FCP_RSP says moved have to be the same.</summary>
    private void CheckResidual(in FcpRsp rsp, Exchange exchange)
    {
        if ((ScsiStatus)rsp.Header.Status != ScsiStatus.Good || exchange.DataLength == 0 || rsp.Code is not null and not FcpRspCode.TaskManagementFunctionComplete) return;
        long said = exchange.DataLength - ((rsp.Header.Flags & FcpRspFlags.ResidUnder) != 0 ? rsp.Header.Resid : 0u);
        if (said != exchange.Bytes) _frame.Problem().Number(exchange.Bytes).Text(" data bytes in the capture, FCP_RSP says "u8).Number(said);
    }

    private void Sense(ReadOnlySpan<byte> sense)
    {
        byte format = (byte)(sense[0] & 0x7E);
        (byte key, byte asc, byte ascq) = format switch
        {
            SenseFormatFixed when sense.Length >= 14 => (sense[2], sense[12], sense[13]),
            SenseFormatDescriptor when sense.Length >= 4 => (sense[1], sense[2], sense[3]),
            _ => default,
        };
        Part().Text(StandardNames.Of((SenseKey)(key & 0x0F)) ?? "").Text(" "u8).Hex(asc, 2).Text("/"u8).Hex(ascq, 2);
        if (SenseNames.Of(asc, ascq) is { } name) _frame.Details.Text(" "u8).Text(name);
    }
}
