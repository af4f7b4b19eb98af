// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

public sealed partial class RemotePort
{
    /// <summary>R_A_TOV as the port told it in answer to RTV; null before.</summary>
    public TimeSpan? RATov { get; private set; }

    /// <summary>E_D_TOV as the port told it in answer to RTV; null before.</summary>
    public TimeSpan? EDTov { get; private set; }

    /// <summary>
    /// Asks whether the port is still the one that logged in: ADISC, or PDISC with the service parameters (FC-LS). A refusal, other
    /// names or silence end the login, and a new one begins. On the loop; nothing happens when the port is not logged in.
    /// </summary>
    /// <param name="withPdisc">PDISC instead of ADISC.</param>
    public void Verify(bool withPdisc = false)
    {
        if (!IsLoggedIn) return;
        if (withPdisc) Send(Local.Login(ElsCommand.Pdisc), OnPdiscReply);
        else Send(new AdiscPayload { Command = ElsCommand.Adisc, PortName = Local.PortName, NodeName = Local.NodeName, NPortId = Local.Id }, OnAdiscReply);
    }

    /// <summary>Asks for the port's time-outs: RTV (FC-LS). The answer is in <see cref="RATov"/> and <see cref="EDTov"/>. On the loop.</summary>
    public void ReadTimeouts()
    {
        if (IsLoggedIn) Send(new RtvPayload { Command = ElsCommand.Rtv }, OnRtvReply);
    }

    /// <summary>Ends the FCP image pair with PRLO and stays logged in. On the loop; nothing happens without an image pair.</summary>
    public void EndImagePair() => Handle(LoginEvent.LeaveImage);

    private void OnAdiscReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        bool same = outcome == ElsOutcome.Accepted && ElsPayload.TryRead(reply, out AdiscPayload adisc)
            && adisc.PortName == PortName && adisc.NodeName == NodeName && adisc.NPortId == Id;
        if (!same) BeginAnew();
    }

    private void OnPdiscReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        bool same = outcome == ElsOutcome.Accepted && ElsPayload.TryRead(reply, out LoginPayload pdisc)
            && pdisc.PortName == PortName && pdisc.NodeName == NodeName;
        if (!same) BeginAnew();
    }

    private void OnRtvReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome != ElsOutcome.Accepted || !ElsPayload.TryRead(reply, out RtvAccPayload rtv)) return; // FC-LS: RTV is optional
        RATov = TimeSpan.FromMilliseconds((uint)rtv.RATov);
        EDTov = TimeSpan.FromMilliseconds(rtv.EDTovMilliseconds);
    }

    /// <summary>PRLO for FCP.</summary>
    internal void SendPrlo()
    {
        PrloPage page = new() { Type = FcType.Fcp };
        Span<byte> prlo = stackalloc byte[20];
        // Whatever the answer: on our side the image pair is over.
        Local.Els.Send(Id, prlo[..ProcessPages.Write(prlo, ElsCommand.Prlo, page)], static (ElsOutcome _, in FcHeader _, ReadOnlySpan<byte> _) => { });
    }

    private void BeginAnew()
    {
        Handle(LoginEvent.Gone);
        Local.Link.BeginLogin(this);
    }
}
