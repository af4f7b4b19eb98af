// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

public sealed partial class LocalPort
{
    // RLS needs a login, as in other implementations; RNID and RDP are what a switch asks of a port that it has no login with.

    private void OnRls(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out RlsPayload rls)) Reject(request, ElsReject.InvalidPayloadLength);
        else if (Find(request.Header.SId) is not { IsLoggedIn: true }) Reject(request, ElsReject.PlogiRequired);
        else if (!IsUs(rls.PortId)) Reject(request, ElsReject.InvalidNPortId);
        else Accept(request, new RlsAccPayload { Command = ElsCommand.LsAcc, FcoeLesb = LinkErrors() });
    }

    /// <summary>
    /// What the wire has suffered since it was made (FC-BB-6, FCoE LESB). Symbol errors and errored blocks are the NIC's, which does not
    /// tell us. A frame whose FCS was right and whose FC CRC was wrong is damaged as well, and nothing else counts it.
    /// </summary>
    private FcoeLinkErrorStatusBlock LinkErrors() => new()
    {
        LinkFailures = (uint)Counters.LinkFailures,
        VirtualLinkFailures = (uint)Counters.VirtualLinksCleared,
        MissedAdvertisements = (uint)Counters.FcfsLost,
        FrameCheckSequenceErrors = (uint)Counters.FcoeBadCrc,
    };

    /// <summary>Of a format that we do not have, the common data alone are the answer (FC-LS-3, RNID).</summary>
    private void OnRnid(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out RnidPayload rnid))
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        bool general = rnid.Format == RnidFormat.GeneralTopology;
        Span<byte> answer = stackalloc byte[RnidAccPayload.WireSize + RnidGeneralTopology.WireSize];
        MemoryMarshal.Write(answer, new RnidAccPayload
        {
            Command = ElsCommand.LsAcc,
            Format = general ? RnidFormat.GeneralTopology : RnidFormat.CommonOnly,
            CommonLength = RnidAccPayload.CommonIdentificationLength,
            SpecificLength = general ? (byte)RnidGeneralTopology.WireSize : (byte)0,
            PortName = PortName,
            NodeName = NodeName,
        });
        bool target = (FcpParameters & FcpServiceParameters.TargetFunction) != 0;
        MemoryMarshal.Write(answer[RnidAccPayload.WireSize..], new RnidGeneralTopology
        {
            AssociatedType = target ? RnidAssociatedType.StorageSubsystem : RnidAssociatedType.Host,
        });
        Reply(request, general ? answer : answer[..RnidAccPayload.WireSize]);
    }

    private void OnRdp(scoped in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out RdpPayload rdp) || !rdp.HasValidLengths)
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        if (rdp.NPortId.Tag != RdpDescriptorTag.NPortId || !IsUs(rdp.PortId))
        {
            Reject(request, ElsReject.InvalidNPortId);
            return;
        }
        bool inFabric = Fabric is { FPortName.IsNone: false };
        RdpAccPayload accept = RdpAccPayload.Create(inFabric);
        accept.RequestWord = (uint)ElsCommand.Rdp << 24;
        accept.SpeedCapabilities = RdpPortSpeed.CapabilitiesUnknown;
        accept.OperatingSpeed = RdpPortSpeed.SpeedUnknown;
        accept.Lesb = LinkErrors();
        accept.PhysicalType = RdpAccPayload.EthernetMac;
        accept.DiagnosedNames = new RdpPortNames { NodeName = NodeName, PortName = PortName };
        if (inFabric) accept.AttachedNames = new RdpPortNames { NodeName = Fabric!.FabricName, PortName = Fabric.FPortName };
        ReadOnlySpan<byte> bytes = WireBytes.Of(accept);
        Reply(request, inFabric ? bytes : bytes[..RdpAccPayload.LengthWithoutAttached]);
    }

    /// <summary>The echo data come back in one frame (FC-LS-3, ECHO): what does not fit is not cut off but refused.</summary>
    private void OnEcho(scoped in ElsRequest request)
    {
        if (request.Payload.Length > MaxSentPayload)
        {
            Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        Span<byte> echo = stackalloc byte[FcFrame.MaxPayloadLength];
        request.Payload.CopyTo(echo);
        echo[0] = (byte)ElsCommand.LsAcc;
        Reply(request, echo[..request.Payload.Length]);
    }

    /// <summary>The port that a request asks about; some name none, and mean the one that they ask.</summary>
    private bool IsUs(FcId asked) => asked == Id || asked == FcId.None;
}
