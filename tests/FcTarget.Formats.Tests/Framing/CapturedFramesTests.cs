// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;

namespace FcTarget.Formats.Tests.Framing;

public sealed class CapturedFramesTests
{
    [Fact]
    public void Every_header_survives_decode_and_encode_field_by_field()
    {
        CapturedFcFrames.All.Should().HaveCountGreaterThan(200);
        foreach (CapturedFcFrame captured in CapturedFcFrames.All)
        {
            byte[]? again = FieldByField.Reencode<FcHeader>(captured.Bytes);
            again.Should().Equal(captured.Bytes[..FcHeader.WireSize], captured.ToString());
        }
    }

    [Fact]
    public void Every_frame_survives_decode_and_encode_through_FcFrame()
    {
        foreach (CapturedFcFrame captured in CapturedFcFrames.All)
        {
            FcFrame.TryRead(captured.Bytes, out FcFrame frame).Should().Be(FcFrameError.None, captured.ToString());
            byte[] again = new byte[captured.Bytes.Length];
            FcFrame.Write(again, frame.Header, frame.Payload).Should().Be(captured.Bytes.Length);
            again.AsSpan().SequenceEqual(captured.Bytes).Should().BeTrue(captured.ToString());
        }
    }

    [Fact]
    public void Every_payload_is_of_a_known_kind_and_survives_decode_and_encode_field_by_field()
    {
        List<string> unknown = [], different = [];
        ForEachPayload((captured, kind, payload) =>
        {
            if (kind is null) unknown.Add(captured.ToString());
            else if (kind.Reencode(payload) is not byte[] again || !payload.AsSpan().SequenceEqual(again))
                different.Add($"{captured}: {kind.Name}");
        });
        unknown.Should().BeEmpty();
        different.Should().BeEmpty();
    }

    [Fact]
    public void The_captures_hold_these_kinds()
    {
        SortedSet<string> kinds = new(StringComparer.Ordinal);
        ForEachPayload((_, kind, _) => kinds.Add(kind?.Name ?? "?"));
        kinds.Should().Equal(
            "Adisc", "FCP_CMND", "FCP_DATA", "FCP_RSP", "FCP_XFER_RDY", "Flogi", "LS_ACC to Adisc", "LS_ACC to Flogi", "LS_ACC to Logo",
            "LS_ACC to Plogi", "LS_ACC to Prli", "LS_ACC to Rtv", "LS_RJT to Flogi", "LS_RJT to Plogi", "Logo", "Plogi", "Prli", "Rtv");
    }

    [Fact]
    public void Every_truncation_of_a_payload_is_refused_by_its_decoder()
    {
        List<string> taken = [];
        ForEachPayload((captured, kind, payload) =>
        {
            if (kind!.Name == "FCP_DATA") return; // any length is data
            for (int length = 0; length < payload.Length; length++)
            {
                if (kind.Reencode(payload.AsSpan(0, length)) is not null) taken.Add($"{captured}: {kind.Name} of {length}");
            }
        });
        taken.Should().BeEmpty();
    }

    [Fact]
    public void Every_truncation_of_a_frame_is_an_error_value_or_a_frame_with_less_payload()
    {
        foreach (CapturedFcFrame captured in CapturedFcFrames.All)
        {
            for (int length = 0; length < captured.Bytes.Length; length++)
            {
                FcFrameError error = FcFrame.TryRead(captured.Bytes.AsSpan(0, length), out FcFrame frame);
                FcFrameError expected = length < FcHeader.WireSize ? FcFrameError.TooShort
                    : (length & 3) != 0 ? FcFrameError.NotWholeWords : FcFrameError.None;
                if (error != expected || frame.Payload.Length > Math.Max(0, length - FcHeader.WireSize))
                    throw new Xunit.Sdk.XunitException($"{captured} cut to {length}: {error}");
            }
        }
    }

    [Theory]
    [InlineData("FCP_CMND", FCtlValues.ExchangeRequest)]
    [InlineData("FCP_XFER_RDY", FCtlValues.FcpXferRdy)]
    [InlineData("FCP_RSP", FCtlValues.FcpRsp)]
    [InlineData("Flogi", FCtlValues.ExchangeRequest)]
    [InlineData("Plogi", FCtlValues.ExchangeRequest)]
    [InlineData("Prli", FCtlValues.ExchangeRequest)]
    [InlineData("LS_ACC to Flogi", FCtlValues.ElsReply)]
    [InlineData("LS_ACC to Plogi", FCtlValues.ElsReply)]
    [InlineData("LS_ACC to Prli", FCtlValues.ElsReply)]
    [InlineData("LS_RJT to Plogi", FCtlValues.ElsReply)]
    public void Our_F_CTL_is_what_a_real_peer_sends(string kindName, FCtl expected) =>
        FCtlOf(kindName, _ => true).Should().Equal(expected);

    [Fact]
    public void Our_F_CTL_of_FCP_DATA_is_what_a_real_peer_sends()
    {
        FCtlOf("FCP_DATA", h => h.FCtl.Has(FCtl.ExchangeResponder)).Should().Equal(FCtlValues.FcpDataIn, FCtlValues.FcpDataInLast);
        FCtlOf("FCP_DATA", h => !h.FCtl.Has(FCtl.ExchangeResponder)).Should().Equal(FCtlValues.FcpDataOut, FCtlValues.FcpDataOutLast);
    }

    private static SortedSet<FCtl> FCtlOf(string kindName, Func<FcHeader, bool> where)
    {
        SortedSet<FCtl> found = [];
        ForEachFrame((_, kind, frame) =>
        {
            if (kind?.Name == kindName && where(frame.Header)) found.Add(frame.Header.FCtl & ~FCtl.FillBytesMask);
        });
        return found;
    }

    private delegate void OnFrame(CapturedFcFrame captured, FcKind? kind, FcFrame frame);

    private static void ForEachFrame(OnFrame on)
    {
        foreach (IGrouping<string, CapturedFcFrame> file in CapturedFcFrames.All.GroupBy(f => f.File))
        {
            FcPayloadCodec codec = new();
            foreach (CapturedFcFrame captured in file)
            {
                FcFrame.TryRead(captured.Bytes, out FcFrame frame).Should().Be(FcFrameError.None, captured.ToString());
                on(captured, codec.KindOf(frame), frame);
            }
        }
    }

    private static void ForEachPayload(Action<CapturedFcFrame, FcKind?, byte[]> on) =>
        ForEachFrame((captured, kind, frame) => on(captured, kind, frame.Payload.ToArray()));
}
