// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Decode;

public sealed partial class FrameDecoder
{
    private void DecodeEls(in FcHeader header, ReadOnlySpan<byte> payload, bool first, bool isCopy)
    {
        bool isRequest = header.RCtl == RCtl.ElsRequest;
        Exchange? exchange = isRequest ? null : _exchanges.Find(header, HostOf(header));
        if (!first)
        {
            _frame.Name = "ELS";
            _frame.Of = exchange?.Name ?? "";
            _frame.Details.Text("frame "u8).Number((ushort)header.SeqCnt).Text(" of its sequence, "u8).Number(payload.Length).Text(" bytes"u8);
            return;
        }
        if (!ElsPayload.TryReadCommand(payload, out ElsCommand command))
        {
            _frame.Name = "ELS";
            Unreadable("ELS without a command"u8);
            return;
        }
        _frame.Name = StandardNames.Of(command) ?? "ELS";
        if (_frame.Name == "ELS") _frame.Details.Text("command "u8).Hex((byte)command, 2);
        Describe(command, payload, exchange);
        if (isRequest)
        {
            Begin(header, _frame.Name, isCopy);
            return;
        }
        Answer(exchange, isCopy);
    }

    /// <summary>An answer: to what, and after how long.</summary>
    private void Answer(Exchange? exchange, bool isCopy)
    {
        if (exchange is null)
        {
            if (!isCopy) Part().Text("its request is not in the capture"u8);
            return;
        }
        _frame.Of = exchange.Name;
        End(exchange);
    }

    private void Describe(ElsCommand command, ReadOnlySpan<byte> payload, Exchange? exchange)
    {
        switch (command)
        {
            case ElsCommand.Flogi or ElsCommand.Fdisc or ElsCommand.Plogi or ElsCommand.Pdisc when ElsPayload.TryRead(payload, out LoginPayload login):
                Describe(login);
                break;
            case ElsCommand.LsAcc when exchange is { Name: "FLOGI" or "FDISC" or "PLOGI" or "PDISC" } && ElsPayload.TryRead(payload, out LoginPayload login):
                Describe(login);
                break;
            case ElsCommand.Prli or ElsCommand.LsAcc when (command == ElsCommand.Prli || exchange?.Name == "PRLI") && ProcessPages.TryRead(payload, out ProcessPages pages):
                while (pages.TryNext(out PrliPage page)) Describe(page);
                break;
            case ElsCommand.LsRjt when ElsPayload.TryRead(payload, out LsRjtPayload reject):
                Part().Text("reason "u8).Hex((byte)reject.Reason, 2).Text(" "u8).Text(StandardNames.Of(reject.Reason) ?? "");
                Part().Text("explanation "u8).Hex((byte)reject.Explanation, 2).Text(" "u8).Text(StandardNames.Of(reject.Explanation) ?? "");
                break;
            case ElsCommand.Logo when ElsPayload.TryRead(payload, out LogoPayload logo):
                Part().Text("N_Port_ID "u8).Hex(logo.NPortId.Value, 6).Text(" name "u8).Hex(logo.NPortName.Value, 16);
                break;
            case ElsCommand.Adisc when ElsPayload.TryRead(payload, out AdiscPayload adisc):
                Part().Text("N_Port_ID "u8).Hex(adisc.NPortId.Value, 6).Text(" name "u8).Hex(adisc.PortName.Value, 16).Text(" node "u8).Hex(adisc.NodeName.Value, 16);
                break;
            case ElsCommand.Rscn when RscnPages.TryRead(payload, out RscnPages affected):
                while (affected.TryNext(out RscnPage page))
                    Part().Text(StandardNames.Words(page.AddressFormat.ToString())).Text(" "u8).Hex(page.AffectedId.Value, 6);
                break;
            case ElsCommand.Scr when ElsPayload.TryRead(payload, out ScrPayload scr):
                Part().Text("function "u8).Number((byte)scr.Function);
                break;
            case ElsCommand.Rec when ElsPayload.TryRead(payload, out RecPayload rec):
                Part().Text("exchange of "u8).Hex(rec.OriginatorSId.Value, 6).Text(" OX_ID "u8).Hex(rec.OxId.Value, 4).Text(" RX_ID "u8).Hex(rec.RxId.Value, 4);
                break;
            case ElsCommand.Rrq when ElsPayload.TryRead(payload, out RrqPayload rrq):
                Part().Text("exchange of "u8).Hex(rrq.OriginatorSId.Value, 6).Text(" OX_ID "u8).Hex(rrq.OxId.Value, 4).Text(" RX_ID "u8).Hex(rrq.RxId.Value, 4);
                break;
            default:
                DescribeDiagnostic(command, payload, exchange?.Name);
                break;
        }
    }

    private void Describe(in LoginPayload login)
    {
        Part().Text("name "u8).Hex(login.PortName.Value, 16).Text(" node "u8).Hex(login.NodeName.Value, 16);
        Part().Text("receives "u8).Number(login.Common.ReceiveDataFieldSize);
    }

    private void Describe(in PrliPage page)
    {
        if (page.Type != FcType.Fcp)
        {
            Part().Text("TYPE "u8).Hex((byte)page.Type, 2);
            return;
        }
        FcpServiceParameters fcp = page.FcpParameters;
        Part().Text("FCP"u8);
        if ((fcp & FcpServiceParameters.InitiatorFunction) != 0) _frame.Details.Text(" initiator"u8);
        if ((fcp & FcpServiceParameters.TargetFunction) != 0) _frame.Details.Text(" target"u8);
        if ((fcp & FcpServiceParameters.Retry) != 0) _frame.Details.Text(" RETRY"u8);
        if ((fcp & FcpServiceParameters.ConfirmedCompletionAllowed) != 0) _frame.Details.Text(" CONF"u8);
        if ((fcp & FcpServiceParameters.RecSupport) != 0) _frame.Details.Text(" REC"u8);
    }

    private void DecodeBls(in FcHeader header, ReadOnlySpan<byte> payload)
    {
        _frame.Name = StandardNames.OfBls(header.RCtl);
        Exchange? exchange = _exchanges.Find(header, HostOf(header));
        if (exchange is not null)
        {
            _frame.Of = exchange.Name;
            (_frame.OperationCode, _frame.Lun) = (exchange.OperationCode, exchange.Lun);
        }
        switch (header.RCtl)
        {
            case RCtl.BaRjt when ElsPayload.TryRead(payload, out BaRjtPayload reject):
                Part().Text("reason "u8).Text(StandardNames.Of(reject.Reason) ?? "").Text(", explanation "u8).Text(StandardNames.Of(reject.Explanation) ?? "");
                break;
            case RCtl.BaAcc when ElsPayload.TryRead(payload, out BaAccPayload accept):
                Part().Text("SEQ_CNT "u8).Hex(accept.LowSeqCnt, 4).Text(" to "u8).Hex(accept.HighSeqCnt, 4);
                if (exchange is not null) End(exchange);
                break;
        }
    }

    private void DecodeCt(in FcHeader header, ReadOnlySpan<byte> payload, bool first, bool isCopy)
    {
        bool isRequest = header.RCtl == RCtl.UnsolicitedControl;
        Exchange? exchange = isRequest ? null : _exchanges.Find(header, HostOf(header));
        _frame.Name = "CT";
        if (!first)
        {
            _frame.Of = exchange?.Name ?? "";
            _frame.Details.Text("frame "u8).Number((ushort)header.SeqCnt).Text(" of its sequence, "u8).Number(payload.Length).Text(" bytes"u8);
            return;
        }
        if (!CtIu.TryRead(payload, out CtPreamble ct, out ReadOnlySpan<byte> body))
        {
            Unreadable("CT_IU shorter than its preamble"u8);
            return;
        }
        if (isRequest)
        {
            string? name = ct.GsType == CtGsType.ManagementService ? StandardNames.OfFdmi(ct.CommandCode) : StandardNames.OfNameServer(ct.CommandCode);
            _frame.Name = name ?? "CT";
            if (name is null) Part().Text("GS_Type "u8).Hex((byte)ct.GsType, 2).Text(" subtype "u8).Hex(ct.GsSubtype, 2).Text(" command "u8).Hex(ct.CommandCode, 4);
            if (ct.GsType == CtGsType.DirectoryService && body.Length >= 4) Part().Text("about "u8).Hex(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(body) & 0xFFFFFF, 6);
            Begin(header, _frame.Name, isCopy);
            return;
        }
        _frame.Name = ct.IsAccept ? "FS_ACC" : ct.IsReject ? "FS_RJT" : "CT";
        if (ct.IsReject)
        {
            Part().Text("reason "u8).Hex((byte)ct.Reason, 2).Text(" "u8).Text(StandardNames.Of(ct.Reason) ?? "");
            Part().Text("explanation "u8).Hex((byte)ct.Explanation, 2).Text(" "u8).Text(StandardNames.Of(ct.Explanation) ?? "");
        }
        else
        {
            Part().Number(body.Length).Text(" bytes"u8);
        }
        Answer(exchange, isCopy);
    }
}
