// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Decode;

public sealed partial class FrameDecoder
{
    /// <summary>The link services that only ask, and their answers (FC-LS-3).</summary>
    private void DescribeDiagnostic(ElsCommand command, ReadOnlySpan<byte> payload, string? asked)
    {
        switch (command)
        {
            case ElsCommand.LsAcc when asked == "RTV" && ElsPayload.TryRead(payload, out RtvAccPayload rtv):
                Part().Text("R_A_TOV "u8).Number((uint)rtv.RATov).Text(" ms"u8);
                bool fine = (rtv.Qualifier & RtvQualifier.EDTovInNanoseconds) != 0;
                Part().Text("E_D_TOV "u8).Number((uint)rtv.EDTov).Text(fine ? " ns"u8 : " ms"u8);
                break;
            case ElsCommand.Rls when ElsPayload.TryRead(payload, out RlsPayload rls):
                Part().Text("about "u8).Hex(rls.PortId.Value, 6);
                break;
            case ElsCommand.LsAcc when asked == "RLS" && ElsPayload.TryRead(payload, out RlsAccPayload rls):
                Describe(rls.FcoeLesb, rls.Lesb);
                break;
            case ElsCommand.Rnid when ElsPayload.TryRead(payload, out RnidPayload rnid):
                Part().Text("format "u8).Hex((byte)rnid.Format, 2);
                break;
            case ElsCommand.LsAcc when asked == "RNID" && ElsPayload.TryRead(payload, out RnidAccPayload rnid):
                Describe(rnid, payload[RnidAccPayload.WireSize..]);
                break;
            case ElsCommand.Rdp when ElsPayload.TryRead(payload, out RdpPayload rdp):
                Part().Text("about "u8).Hex(rdp.PortId.Value, 6);
                break;
            case ElsCommand.LsAcc when asked == "RDP" && payload.Length >= 8:
                DescribeRdp(payload[8..]);
                break;
            case ElsCommand.Echo:
            case ElsCommand.LsAcc when asked == "ECHO":
                Part().Number(payload.Length - EchoPayload.WireSize).Text(" bytes"u8);
                break;
        }
    }

    private void Describe(in RnidAccPayload rnid, ReadOnlySpan<byte> specific)
    {
        if (rnid.CommonLength != RnidAccPayload.CommonIdentificationLength) return;
        Part().Text("name "u8).Hex(rnid.PortName.Value, 16).Text(" node "u8).Hex(rnid.NodeName.Value, 16);
        if (rnid.Format != RnidFormat.GeneralTopology || !ElsPayload.TryRead(specific, out RnidGeneralTopology general)) return;
        Part().Text(StandardNames.Of(general.AssociatedType) ?? "associated type unknown");
        if (general.AttachedNodes != 0) _frame.Details.Text(", "u8).Number((uint)general.AttachedNodes).Text(" attached nodes"u8);
    }

    /// <summary>The descriptors that are there, in whatever order; those of optics are passed over.</summary>
    private void DescribeRdp(ReadOnlySpan<byte> list)
    {
        while (ElsPayload.TryRead(list, out RdpDescriptorHeader header))
        {
            list = list[RdpDescriptorHeader.WireSize..];
            if (header.Length > (uint)list.Length) return;
            ReadOnlySpan<byte> descriptor = list[..(int)(uint)header.Length];
            list = list[descriptor.Length..];
            if (header.Tag == RdpDescriptorTag.PortNames && ElsPayload.TryRead(descriptor, out RdpPortNames names))
                Part().Text("name "u8).Hex(names.PortName.Value, 16).Text(" node "u8).Hex(names.NodeName.Value, 16);
            else if (header.Tag == RdpDescriptorTag.LinkErrorStatusBlock && ElsPayload.TryRead(descriptor, out LinkErrorStatusBlock native)
                && ElsPayload.TryRead(descriptor, out FcoeLinkErrorStatusBlock fcoe))
                Describe(fcoe, native);
        }
    }

    /// <summary>Six counters, whose meaning is the medium's: Ethernet's, or that of an FC link.</summary>
    private void Describe(in FcoeLinkErrorStatusBlock fcoe, in LinkErrorStatusBlock native)
    {
        Part().Text("link failures "u8).Number((uint)native.LinkFailures);
        if (_isNative)
        {
            Part().Text("loss of synchronization "u8).Number((uint)native.LossOfSynchronization);
            Part().Text("loss of signal "u8).Number((uint)native.LossOfSignal);
            Part().Text("protocol errors "u8).Number((uint)native.PrimitiveSequenceProtocolErrors);
            Part().Text("invalid transmission words "u8).Number((uint)native.InvalidTransmissionWords);
            Part().Text("invalid CRCs "u8).Number((uint)native.InvalidCrcs);
            return;
        }
        Part().Text("virtual link failures "u8).Number((uint)fcoe.VirtualLinkFailures);
        Part().Text("missed advertisements "u8).Number((uint)fcoe.MissedAdvertisements);
        Part().Text("symbol errors "u8).Number((uint)fcoe.SymbolErrors);
        Part().Text("errored blocks "u8).Number((uint)fcoe.ErroredBlocks);
        Part().Text("FCS errors "u8).Number((uint)fcoe.FrameCheckSequenceErrors);
    }

    /// <summary>ACK, P_RJT, F_RJT, P_BSY and F_BSY of class 2 (FC-FS-3, Link_Control).</summary>
    private void DecodeLinkControl(in FcHeader header)
    {
        _frame.Name = StandardNames.OfLinkControl(header.RCtl);
        Exchange? exchange = _exchanges.Find(header, HostOf(header));
        if (exchange is not null)
        {
            _frame.Of = exchange.Name;
            (_frame.OperationCode, _frame.Lun) = (exchange.OperationCode, exchange.Lun);
        }
        if (header.RCtl is not (RCtl.PRjt or RCtl.FRjt)) return;
        LinkReject reject = LinkReject.Of(header);
        Part().Text(reject.Action == LinkRejectAction.Retryable ? "retryable"u8 : "non-retryable"u8);
        Part().Text("reason "u8).Hex((byte)reject.Reason, 2).Text(" "u8).Text(StandardNames.Of(reject.Reason) ?? "");
        if (exchange is not null) End(exchange);
    }
}
