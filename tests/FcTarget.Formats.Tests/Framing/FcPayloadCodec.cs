// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Formats.Tests.Framing;

/// <summary>What a frame carries: an information unit or a link service, and for LS_ACC what it answers.</summary>
public sealed record FcKind(string Name, FcKind.Reencoder Reencode)
{
    /// <summary>Decodes to values and encodes those into a zeroed buffer. Null when the decoder refuses the payload.</summary>
    public delegate byte[]? Reencoder(ReadOnlySpan<byte> payload);
}

/// <summary>Names every frame of a conversation, and takes its payload apart and together again.</summary>
public sealed class FcPayloadCodec
{
    // LS_ACC does not say what it answers: the exchange does.
    private readonly Dictionary<(FcId Originator, OxId OxId), ElsCommand> _requests = [];

    /// <summary>Null for a frame of no known kind.</summary>
    public FcKind? KindOf(scoped in FcFrame frame)
    {
        FcHeader h = frame.Header;
        switch (h.Type, h.RCtl)
        {
            case (FcType.Els, RCtl.ElsRequest):
                if (!ElsPayload.TryReadCommand(frame.Payload, out ElsCommand request)) return null;
                _requests[(h.SId, h.OxId)] = request;
                return Request(request);
            case (FcType.Els, RCtl.ElsReply):
                if (!ElsPayload.TryReadCommand(frame.Payload, out ElsCommand reply)) return null;
                if (!_requests.TryGetValue((h.DId, h.OxId), out ElsCommand answered)) return null;
                return reply == ElsCommand.LsRjt ? new($"LS_RJT to {answered}", FieldByField.Reencode<LsRjtPayload>) : Accept(answered);
            case (FcType.Bls, RCtl.Abts): return new("ABTS", p => p.ToArray());
            case (FcType.Bls, RCtl.BaAcc): return new("BA_ACC", FieldByField.Reencode<BaAccPayload>);
            case (FcType.Bls, RCtl.BaRjt): return new("BA_RJT", FieldByField.Reencode<BaRjtPayload>);
            case (FcType.Fcp, FcpIu.Cmnd): return new("FCP_CMND", Cmnd);
            case (FcType.Fcp, FcpIu.XferRdy): return new("FCP_XFER_RDY", FieldByField.Reencode<FcpXferRdy>);
            case (FcType.Fcp, FcpIu.Data): return new("FCP_DATA", p => p.ToArray());
            case (FcType.Fcp, FcpIu.Rsp): return new("FCP_RSP", Rsp);
            case (FcType.Fcp, FcpIu.Conf): return new("FCP_CONF", p => p.ToArray());
            default: return null;
        }
    }

    private static FcKind? Request(ElsCommand command) => command switch
    {
        ElsCommand.Flogi or ElsCommand.Fdisc or ElsCommand.Plogi or ElsCommand.Pdisc =>
            new($"{command}", FieldByField.Reencode<LoginPayload>),
        ElsCommand.Prli => new("Prli", Prli),
        ElsCommand.Prlo => new("Prlo", Prlo),
        ElsCommand.Logo => new("Logo", FieldByField.Reencode<LogoPayload>),
        ElsCommand.Adisc => new("Adisc", FieldByField.Reencode<AdiscPayload>),
        ElsCommand.Rtv => new("Rtv", FieldByField.Reencode<RtvPayload>),
        ElsCommand.Rrq => new("Rrq", FieldByField.Reencode<RrqPayload>),
        ElsCommand.Rec => new("Rec", FieldByField.Reencode<RecPayload>),
        _ => null,
    };

    private static FcKind? Accept(ElsCommand answered) => answered switch
    {
        ElsCommand.Flogi or ElsCommand.Fdisc or ElsCommand.Plogi or ElsCommand.Pdisc =>
            new($"LS_ACC to {answered}", FieldByField.Reencode<LoginPayload>),
        ElsCommand.Prli => new("LS_ACC to Prli", Prli),
        ElsCommand.Prlo => new("LS_ACC to Prlo", Prlo),
        ElsCommand.Logo or ElsCommand.Rrq => new($"LS_ACC to {answered}", FieldByField.Reencode<LsAccPayload>),
        ElsCommand.Adisc => new("LS_ACC to Adisc", FieldByField.Reencode<AdiscPayload>),
        ElsCommand.Rtv => new("LS_ACC to Rtv", FieldByField.Reencode<RtvAccPayload>),
        ElsCommand.Rec => new("LS_ACC to Rec", FieldByField.Reencode<RecAccPayload>),
        _ => null,
    };

    public static byte[]? Prli(ReadOnlySpan<byte> payload)
    {
        if (!ProcessPages.TryRead(payload, out ProcessPages pages)) return null;
        List<PrliPage> copies = [];
        while (pages.TryNext(out PrliPage page)) copies.Add(FieldByField.Copy(page, withReserved: false));
        byte[] again = new byte[payload.Length];
        int length = ProcessPages.Write(again, (ElsCommand)payload[0], CollectionsMarshal.AsSpan(copies));
        return again[..length];
    }

    public static byte[]? Prlo(ReadOnlySpan<byte> payload)
    {
        if (!ProcessPages.TryRead(payload, out ProcessPages pages)) return null;
        List<PrloPage> copies = [];
        while (pages.TryNext(out PrloPage page)) copies.Add(FieldByField.Copy(page, withReserved: false));
        byte[] again = new byte[payload.Length];
        int length = ProcessPages.Write(again, (ElsCommand)payload[0], CollectionsMarshal.AsSpan(copies));
        return again[..length];
    }

    public static byte[]? Cmnd(ReadOnlySpan<byte> payload)
    {
        if (FcpCmnd.TryRead(payload, out FcpCmnd cmnd) != FcpCmndError.None) return null;
        byte[] again = new byte[payload.Length];
        FcpCmndHeader header = FieldByField.Copy(cmnd.Header, withReserved: false);
        int length = FcpCmnd.Write(again, header, cmnd.Cdb, cmnd.DataLength, cmnd.BidirectionalReadDataLength);
        return again[..length];
    }

    public static byte[]? Rsp(ReadOnlySpan<byte> payload)
    {
        if (FcpRsp.TryRead(payload, out FcpRsp rsp) != FcpRspError.None) return null;
        byte[] again = new byte[payload.Length + FcpRspInfo.WireSize];
        FcpRspHeader header = FieldByField.Copy(rsp.Header, withReserved: false);
        int length = FcpRsp.Write(again, header, rsp.Code, rsp.Sense, rsp.BidirectionalReadResid, rsp.Additional);
        return again[..length];
    }
}
