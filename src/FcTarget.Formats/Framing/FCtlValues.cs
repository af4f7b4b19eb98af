// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>
/// F_CTL of the frames this project sends (FC-FS-3, F_CTL; FCP-4 for the information units). All are class 3, one sequence an
/// information unit; the fill bytes are added with <see cref="FCtlExtensions.WithFillFor"/>.
/// </summary>
public static class FCtlValues
{
    /// <summary>
    /// 290000h: the only frame of a new exchange's first sequence, and the initiative with it. Every ELS request, FCP_CMND.
    /// </summary>
    public const FCtl ExchangeRequest = FCtl.FirstSequence | FCtl.EndSequence | FCtl.SequenceInitiative;

    /// <summary>990000h: the reply that ends the exchange. LS_ACC, LS_RJT.</summary>
    public const FCtl ElsReply = FCtl.ExchangeResponder | FCtl.LastSequence | FCtl.EndSequence | FCtl.SequenceInitiative;

    /// <summary>890000h: the target asks for data and passes the initiative to the initiator.</summary>
    public const FCtl FcpXferRdy = FCtl.ExchangeResponder | FCtl.EndSequence | FCtl.SequenceInitiative;

    /// <summary>800008h: read data, any frame of the sequence but the last.</summary>
    public const FCtl FcpDataIn = FCtl.ExchangeResponder | FCtl.RelativeOffsetPresent;

    /// <summary>880008h: read data, the last frame of the sequence; the target keeps the initiative for FCP_RSP or more data.</summary>
    public const FCtl FcpDataInLast = FcpDataIn | FCtl.EndSequence;

    /// <summary>000008h: write data, any frame of the sequence but the last.</summary>
    public const FCtl FcpDataOut = FCtl.RelativeOffsetPresent;

    /// <summary>090008h: write data, the last frame of the sequence; the initiative goes back to the target.</summary>
    public const FCtl FcpDataOutLast = FcpDataOut | FCtl.EndSequence | FCtl.SequenceInitiative;

    /// <summary>
    /// 980000h: FCP_RSP that ends the exchange. Nobody needs the initiative after Last_Sequence, so it is not transferred.
    /// </summary>
    public const FCtl FcpRsp = FCtl.ExchangeResponder | FCtl.LastSequence | FCtl.EndSequence;

    /// <summary>890000h: FCP_RSP with FCP_CONF_REQ; the exchange stays open and the initiative goes over for FCP_CONF.</summary>
    public const FCtl FcpRspConfirmationRequested = FCtl.ExchangeResponder | FCtl.EndSequence | FCtl.SequenceInitiative;

    /// <summary>180000h: FCP_CONF, which ends the exchange.</summary>
    public const FCtl FcpConf = FCtl.LastSequence | FCtl.EndSequence;

    /// <summary>090000h: ABTS by the Originator of the exchange.</summary>
    public const FCtl AbtsByOriginator = FCtl.EndSequence | FCtl.SequenceInitiative;

    /// <summary>890000h: ABTS by the Responder of the exchange.</summary>
    public const FCtl AbtsByResponder = FCtl.ExchangeResponder | AbtsByOriginator;

    /// <summary>
    /// 980000h: BA_ACC or BA_RJT to an ABTS of the Originator. Last_Sequence tells it that the exchange is over (FC-FS-3, ABTS).
    /// </summary>
    public const FCtl BasicReplyByResponder = FCtl.ExchangeResponder | FCtl.LastSequence | FCtl.EndSequence;

    /// <summary>180000h: BA_ACC or BA_RJT to an ABTS of the Responder.</summary>
    public const FCtl BasicReplyByOriginator = FCtl.LastSequence | FCtl.EndSequence;
}
