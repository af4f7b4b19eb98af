// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

// PRLI and PRLO, both ways (FC-LS, process login).
public sealed partial class RemotePort
{
    /// <summary>Pages of a PRLI or PRLO that are answered; nobody has as many FC-4s.</summary>
    private const int MaxProcessPages = 8;

    private FcpServiceParameters _theirs; // of the PRLI just answered

    private static PrliPage? ReadFcpPage(ReadOnlySpan<byte> payload)
    {
        if (!ProcessPages.TryRead(payload, out ProcessPages pages)) return null;
        while (pages.TryNext(out PrliPage page))
            if (page.Type == FcType.Fcp) return page;
        return null;
    }

    private void SendPrli()
    {
        PrliPage page = new() { Type = FcType.Fcp, Flags = PrliFlags.EstablishImagePair, FcpParameters = Local.FcpParameters };
        Span<byte> prli = stackalloc byte[20];
        Local.Els.Send(Id, prli[..ProcessPages.Write(prli, ElsCommand.Prli, page)], OnPrliReply);
    }

    /// <summary>Answers PRLI, a page for a page. False when no image pair comes of it, so that the login stays as it is.</summary>
    private bool AnswerPrli(scoped in ElsRequest request)
    {
        if (!ProcessPages.TryRead(request.Payload, out ProcessPages pages) || pages.Remaining > MaxProcessPages)
        {
            Local.Reject(request, ElsReject.InvalidPayloadLength);
            return false;
        }
        bool establishes = false;
        Span<PrliPage> answers = stackalloc PrliPage[MaxProcessPages];
        int count = 0;
        for (; pages.TryNext(out PrliPage asked); count++)
        {
            // One image pair, FCP's, is what this port has: other types are answered "no such image" (FC-LS, PRLI response codes).
            bool pairs = asked.Type == FcType.Fcp && Local.PairsWith(asked.FcpParameters);
            PrliFlags flags = pairs ? asked.Flags & PrliFlags.EstablishImagePair : PrliFlags.None;
            answers[count] = new PrliPage
            {
                Type = asked.Type,
                TypeExtension = asked.TypeExtension,
                ResponseCode = pairs ? ProcessResponseCode.RequestExecuted
                    : asked.Type == FcType.Fcp ? ProcessResponseCode.ServiceParametersInvalid : ProcessResponseCode.NoSuchImage,
                Flags = flags,
                FcpParameters = pairs ? Local.FcpParameters : FcpServiceParameters.None,
            };
            if (flags == PrliFlags.None) continue;
            establishes = true;
            _theirs = asked.FcpParameters;
        }
        Span<byte> reply = stackalloc byte[ProcessHeader.WireSize + (MaxProcessPages * PrliPage.WireSize)];
        Local.Reply(request, reply[..ProcessPages.Write(reply, ElsCommand.LsAcc, answers[..count])]);
        return establishes;
    }

    /// <summary>Answers PRLO, a page for a page. False when it is not about FCP, so that the login stays as it is.</summary>
    private bool AnswerPrlo(scoped in ElsRequest request)
    {
        if (!ProcessPages.TryRead(request.Payload, out ProcessPages pages) || pages.Remaining > MaxProcessPages)
        {
            Local.Reject(request, ElsReject.InvalidPayloadLength);
            return false;
        }
        bool ends = false;
        Span<PrloPage> answers = stackalloc PrloPage[MaxProcessPages];
        int count = 0;
        for (; pages.TryNext(out PrloPage asked); count++)
        {
            bool fcp = asked.Type == FcType.Fcp;
            ends |= fcp;
            answers[count] = new PrloPage
            {
                Type = asked.Type,
                TypeExtension = asked.TypeExtension,
                ResponseCode = fcp ? ProcessResponseCode.RequestExecuted : ProcessResponseCode.NoSuchImage,
            };
        }
        Span<byte> reply = stackalloc byte[ProcessHeader.WireSize + (MaxProcessPages * PrloPage.WireSize)];
        if (ends) EndImage(); // before the answer: nothing of the image pair may follow it
        Local.Reply(request, reply[..ProcessPages.Write(reply, ElsCommand.LsAcc, answers[..count])]);
        return ends;
    }

    private void BeginImage(FcpServiceParameters theirs)
    {
        foreach (IFc4 fc4 in Local.Fc4s) fc4.OnImagePair(this, theirs);
    }

    private void EndImage()
    {
        foreach (IFc4 fc4 in Local.Fc4s) fc4.OnImageEnd(this);
    }
}
