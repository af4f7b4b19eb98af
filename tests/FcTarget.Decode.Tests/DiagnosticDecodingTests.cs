// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Decode.Tests;

/// <summary>Link services that only ask, and Link_Control frames, in words.</summary>
public sealed class DiagnosticDecodingTests
{
    private static readonly FcId Host = new(0x010001u), Target = new(0x010002u);
    private static readonly Wwn PortName = new(0x2000020000000002ul), NodeName = new(0x1000020000000002ul);

    [Fact]
    public void Rtv_shows_the_resolution_of_E_D_TOV()
    {
        Answer(new RtvPayload { Command = ElsCommand.Rtv }, RtvAccPayload.Of(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)))
            .Should().Contain("LS_ACC RTV: R_A_TOV 10000 ms, E_D_TOV 2000 ms");
        Answer(new RtvPayload { Command = ElsCommand.Rtv }, RtvAccPayload.Of(TimeSpan.FromSeconds(10), TimeSpan.FromMicroseconds(1500)))
            .Should().Contain("E_D_TOV 1500000 ns");
    }

    [Fact]
    public void Rls_shows_the_counters_of_FCoE()
    {
        FcoeLinkErrorStatusBlock lesb = new() { LinkFailures = 1, VirtualLinkFailures = 2, FrameCheckSequenceErrors = 6 };
        RlsAccPayload accept = new() { Command = ElsCommand.LsAcc, FcoeLesb = lesb };
        Answer(new RlsPayload { Command = ElsCommand.Rls, PortId = Target }, accept, out string request)
            .Should().Contain("LS_ACC RLS: link failures 1, virtual link failures 2, missed advertisements 0, symbol errors 0, "
                + "errored blocks 0, FCS errors 6");
        request.Should().EndWith("RLS: about 010002");
    }

    [Fact]
    public void Rnid_shows_names_and_what_the_node_is()
    {
        RnidAccPayload common = new()
        {
            Command = ElsCommand.LsAcc,
            Format = RnidFormat.GeneralTopology,
            CommonLength = 16,
            SpecificLength = 52,
            PortName = PortName,
            NodeName = NodeName,
        };
        RnidGeneralTopology general = new() { AssociatedType = RnidAssociatedType.StorageSubsystem, AttachedNodes = 3 };
        string[] lines = Decode(
            Request(Bytes(new RnidPayload { Command = ElsCommand.Rnid, Format = RnidFormat.GeneralTopology })),
            Reply([.. Bytes(common), .. Bytes(general)]));
        lines[0].Should().EndWith("RNID: format df");
        lines[1].Should().Contain("LS_ACC RNID: name 2000020000000002 node 1000020000000002, storage subsystem, 3 attached nodes");
    }

    [Fact]
    public void Rdp_shows_errors_and_names()
    {
        RdpAccPayload accept = RdpAccPayload.Create(withAttached: true);
        accept.DiagnosedNames = new RdpPortNames { PortName = PortName, NodeName = NodeName };
        accept.Lesb.MissedAdvertisements = 4;
        Answer(RdpPayload.About(Target), accept, out string request)
            .Should().Contain("LS_ACC RDP: link failures 0, virtual link failures 0, missed advertisements 4")
            .And.Contain("name 2000020000000002 node 1000020000000002, name 0000000000000000");
        request.Should().EndWith("RDP: about 010002");
    }

    // Lengths of descriptors are the sender's.
    [Fact]
    public void A_list_of_RDP_descriptors_that_is_cut_anywhere_or_lies_is_shown_as_far_as_it_goes()
    {
        byte[] accept = Bytes(RdpAccPayload.Create(withAttached: true)), request = Bytes(RdpPayload.About(Target));
        for (int length = 4; length <= accept.Length; length += 4)
            Decode(Request(request), Reply(accept.AsSpan(0, length)))[1].Should().Contain("LS_ACC RDP");
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. accept];
            for (int n = 0; n < 3; n++) changed[random.Next(4, changed.Length)] = (byte)random.Next(256);
            Decode(Request(request), Reply(changed)).Should().HaveCount(2);
        }
    }

    [Theory]
    [InlineData(RCtl.PRjt, "P_RJT RLS: non-retryable, reason 05 class not supported")]
    [InlineData(RCtl.FRjt, "F_RJT RLS: non-retryable, reason 05 class not supported")]
    public void P_RJT_and_F_RJT_show_their_reason_and_end_the_exchange(RCtl kind, string shown)
    {
        byte[] rls = Bytes(new RlsPayload { Command = ElsCommand.Rls, PortId = Target });
        FcHeader request = Header(RCtl.ElsRequest, Host, Target, FCtlValues.ExchangeRequest);
        FcHeader reject = (LinkReject.ByNPort with { Kind = kind }).To(request);
        (string[] lines, FrameDecoder decoder) = Captures.Decode(
            Captures.Of([Frame(request, rls, Sof.SOFi2), Frame(reject, [], Sof.SOFn2)]));
        lines[1].Should().Contain(shown);
        (decoder.Problems, decoder.Unanswered).Should().Be((0, 0));
    }

    [Theory]
    [InlineData(RCtl.Ack1, "ACK_1")]
    [InlineData(RCtl.Ack0, "ACK_0")]
    [InlineData(RCtl.PBsy, "P_BSY")]
    [InlineData(RCtl.FBsyToDataFrame, "F_BSY")]
    public void Link_Control_frames_have_their_names_and_end_nothing(RCtl kind, string name)
    {
        FcHeader request = Header(RCtl.ElsRequest, Host, Target, FCtlValues.ExchangeRequest);
        FcHeader answer = LinkReject.ByNPort.To(request) with { RCtl = kind, Parameter = 0 };
        byte[] rls = Bytes(new RlsPayload { Command = ElsCommand.Rls });
        (string[] lines, FrameDecoder decoder) = Captures.Decode(
            Captures.Of([Frame(request, rls, Sof.SOFi2), Frame(answer, [], Sof.SOFn2)]));
        lines[1].Should().Contain($" {name} RLS");
        decoder.Unanswered.Should().Be(1);
    }

    // ---- helpers --------------------------------------------------------------------------------------------------

    private static string Answer<TRequest, TReply>(in TRequest request, in TReply reply)
        where TRequest : struct, IWirePayload where TReply : struct, IWirePayload =>
        Answer(request, reply, out _);

    private static string Answer<TRequest, TReply>(in TRequest request, in TReply reply, out string asked)
        where TRequest : struct, IWirePayload where TReply : struct, IWirePayload
    {
        string[] lines = Decode(Request(Bytes(request)), Reply(Bytes(reply)));
        asked = lines[0];
        return lines[1];
    }

    private static string[] Decode(params byte[][] frames)
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(frames));
        decoder.Problems.Should().Be(0);
        return lines;
    }

    private static byte[] Request(ReadOnlySpan<byte> payload) =>
        Frame(Header(RCtl.ElsRequest, Host, Target, FCtlValues.ExchangeRequest), payload);

    private static byte[] Reply(ReadOnlySpan<byte> payload) => Frame(Header(RCtl.ElsReply, Target, Host, FCtlValues.ElsReply), payload);

    private static FcHeader Header(RCtl rCtl, FcId from, FcId to, FCtl fCtl) =>
        new() { RCtl = rCtl, SId = from, DId = to, Type = FcType.Els, FCtl = fCtl, OxId = new OxId((ushort)0x77), RxId = RxId.Unassigned };

    private static byte[] Bytes<T>(in T payload) where T : struct, IWirePayload
    {
        byte[] bytes = new byte[T.WireSize];
        MemoryMarshal.Write(bytes, in payload);
        return bytes;
    }

    private static byte[] Frame(in FcHeader header, ReadOnlySpan<byte> payload, Sof sof = Sof.SOFi3)
    {
        byte[] frame = new byte[EthernetFrame.TaggedHeaderLength + FcoeSize.PduForDataField(payload.Length + 3)];
        int at = EthernetFrame.WriteHeader(frame, MacOf(header.DId), MacOf(header.SId), EtherType.Fcoe, null);
        FcoeFrame.WriteHeader(frame.AsSpan(at), sof);
        at += FcoeFrame.HeaderLength;
        int length = FcFrame.Write(frame.AsSpan(at), header, payload);
        uint crc = FcCrc.Compute(frame.AsSpan(at, length));
        FcoeFrame.WriteTrailer(frame.AsSpan(at + length), crc, Eof.EOFt);
        return frame[..(at + length + FcoeFrame.TrailerLength)];
    }

    private static MacAddress MacOf(FcId id) => MacAddress.Fpma(MacAddress.DefaultFcMap, id);
}
