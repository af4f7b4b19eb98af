// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Fabric.Services;

/// <summary>
/// Extended Link Services of the well-known addresses: login with a service, SCR at the fabric controller, LOGO at the F_Port controller,
/// which ends the login with the fabric. FLOGI and FDISC are the topology's.
/// </summary>
internal sealed class LinkServices
{
    private readonly FcFabric _fabric;

    public LinkServices(FcFabric fabric) => _fabric = fabric;

    private FabricOptions Options => _fabric.Options;

    public void OnRequest(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        _fabric.Counters.ElsReceived++;
        FcId service = header.DId;
        if (!ElsPayload.TryReadCommand(payload, out ElsCommand command)) _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
        else if (service.ServiceOf() == ServiceLogins.None) Refuse(from, header);
        else
            switch (command)
            {
                case ElsCommand.Plogi: OnPlogi(from, header, payload); return;
                case ElsCommand.Pdisc: OnPdisc(from, header, payload); return;
                case ElsCommand.Logo: OnLogo(from, header, payload); return;
                case ElsCommand.Adisc: OnAdisc(from, header, payload); return;
                case ElsCommand.Rtv: OnRtv(from, header); return;
                case ElsCommand.Scr when service == FcId.FabricController: OnScr(from, header, payload); return;
                case ElsCommand.Rscn when service == FcId.FabricController: OnRscn(from, header, payload); return;
                default: Refuse(from, header); return;
            }
    }

    // ---- login with a service -------------------------------------------------------------------------------------

    private void OnPlogi(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!ElsPayload.TryRead(payload, out LoginPayload plogi)) _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
        else if (plogi.PortName != from.PortName) _fabric.Reject(from, header, ElsReject.InvalidPortName);
        else if (!plogi.Class3.IsValid) _fabric.Reject(from, header, ElsReject.ClassNotSupported);
        else
        {
            from.ServiceLogins |= header.DId.ServiceOf();
            Accept(from, header, LoginOf(header.DId));
        }
    }

    private void OnPdisc(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!ElsPayload.TryRead(payload, out LoginPayload pdisc)) _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
        else if (!IsLoggedIn(from, header) || pdisc.PortName != from.PortName) _fabric.Reject(from, header, ElsReject.PlogiRequired);
        else Accept(from, header, LoginOf(header.DId));
    }

    private void OnAdisc(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!ElsPayload.TryRead(payload, out AdiscPayload adisc)) _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
        else if (!IsLoggedIn(from, header) || adisc.PortName != from.PortName) _fabric.Reject(from, header, ElsReject.PlogiRequired);
        else
        {
            AdiscPayload accept = new()
            {
                Command = ElsCommand.LsAcc,
                PortName = _fabric.NameOf(header.DId),
                NodeName = Options.SwitchName,
                NPortId = header.DId,
            };
            Accept(from, header, accept);
        }
    }

    private void OnLogo(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!ElsPayload.TryRead(payload, out LogoPayload logo))
        {
            _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
            return;
        }
        if (logo.NPortName != from.PortName)
        {
            _fabric.Reject(from, header, ElsReject.InvalidPortName);
            return;
        }
        Accept(from, header, LsAccPayload.Accept);
        from.ServiceLogins &= ~header.DId.ServiceOf();
        if (header.DId == FcId.FPortController) _fabric.OnLogo(from);
    }

    private static bool IsLoggedIn(FabricPort from, in FcHeader header) => (from.ServiceLogins & header.DId.ServiceOf()) != 0;

    private LoginPayload LoginOf(FcId service) => new()
    {
        Command = ElsCommand.LsAcc,
        Common = new CommonServiceParameters
        {
            HighestVersion = CommonServiceParameters.FcPh3,
            LowestVersion = CommonServiceParameters.FcPh3,
            BbCredit = 10,
            NPortFeatures = NPortFeatures.ContinuouslyIncreasingRelativeOffset | NPortFeatures.BbCreditManagementAlternate,
            ReceiveDataFieldSize = Options.ReceiveDataFieldSize,
            TotalConcurrentSequences = 255,
            RelativeOffsetByCategory = 0x1F,
            EDTov = (uint)Options.EDTov.TotalMilliseconds,
        },
        PortName = _fabric.NameOf(service),
        NodeName = Options.SwitchName,
        Class3 = new ClassServiceParameters
        {
            ServiceOptions = ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery,
            ReceiveDataFieldSize = (ushort)Options.ReceiveDataFieldSize,
            ConcurrentSequences = 255,
            OpenSequencesPerExchange = 1,
        },
    };

    // ---- state changes, time-outs ---------------------------------------------------------------------------------

    private void OnScr(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!ElsPayload.TryRead(payload, out ScrPayload scr)) _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
        else if (scr.Function is not (ScrFunction.FabricDetected or ScrFunction.NxPortDetected or ScrFunction.Full or ScrFunction.Clear))
            _fabric.Reject(from, header, ElsReject.RequestNotSupported);
        else
        {
            _fabric.StateChanges.Register(from, scr.Function);
            Accept(from, header, LsAccPayload.Accept);
        }
    }

    /// <summary>A port says that it has changed itself (FC-LS-3, RSCN by an Nx_Port). What it says of others is nobody's business.</summary>
    private void OnRscn(FabricPort from, in FcHeader header, ReadOnlySpan<byte> payload)
    {
        if (!RscnPages.TryRead(payload, out RscnPages pages))
        {
            _fabric.Reject(from, header, ElsReject.InvalidPayloadLength);
            return;
        }
        _fabric.Counters.RscnsReceived++;
        Accept(from, header, LsAccPayload.Accept);
        while (pages.TryNext(out RscnPage page))
            if (page.AffectedId == from.Id && page.AddressFormat == RscnAddressFormat.Port) _fabric.StateChanges.Of(from, page.EventQualifier, byPort: true);
    }

    private void OnRtv(FabricPort from, in FcHeader header) => Accept(from, header, RtvAccPayload.Of(Options.RATov, Options.EDTov));

    // ---- answers --------------------------------------------------------------------------------------------------

    private void Refuse(FabricPort from, in FcHeader header)
    {
        _fabric.Counters.ElsUnsupported++;
        _fabric.Reject(from, header, ElsReject.CommandNotSupported);
    }

    private void Accept<T>(FabricPort to, in FcHeader request, in T payload) where T : struct, IWirePayload =>
        _fabric.Reply(to, request, RCtl.ElsReply, FcType.Els, Port.WireBytes.Of(payload));
}
