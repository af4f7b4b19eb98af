// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Formats.Tests.Framing;

/// <summary>Damaged captures and plain noise through every decoder: a value comes out, never an exception.</summary>
public sealed class HostilePayloadTests
{
    // PRLI and RSCN: payload length; FCP_RSP: FCP_SNS_LEN and FCP_RSP_LEN.
    private static readonly int[] HighLengthBytes = [2, 16, 17, 18, 20, 21, 22];

    [Fact]
    public void Mutated_frames_of_the_captures_never_throw()
    {
        Random random = new(42);
        FcPayloadCodec codec = new();
        int decoded = 0, refused = 0;
        for (int i = 0; i < 50_000; i++)
        {
            CapturedFcFrame captured = CapturedFcFrames.All[random.Next(CapturedFcFrames.All.Count)];
            byte[] bytes = captured.Bytes[..Math.Min(captured.Bytes.Length, 160)];
            for (int damage = random.Next(1, 5); damage > 0; damage--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (FcFrame.TryRead(bytes, out FcFrame frame) != FcFrameError.None || codec.KindOf(frame) is not FcKind kind
                || kind.Reencode(frame.Payload) is null) refused++;
            else decoded++;
        }
        decoded.Should().BeGreaterThan(1000);
        refused.Should().BeGreaterThan(100);
    }

    [Fact]
    public void Noise_through_every_variable_length_decoder_never_throws()
    {
        Random random = new(43);
        byte[] buffer = new byte[160];
        for (int i = 0; i < 50_000; i++)
        {
            Span<byte> bytes = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(bytes);
            // Small length fields get further into a decoder than random ones do.
            if (bytes.Length > 24 && random.Next(2) == 0)
            {
                foreach (int high in HighLengthBytes) bytes[high] = 0;
            }
            FcPayloadCodec.Prli(bytes);
            FcPayloadCodec.Cmnd(bytes);
            FcPayloadCodec.Rsp(bytes);
            if (!RscnPages.TryRead(bytes, out RscnPages pages)) continue;
            int left = bytes.Length;
            while (pages.TryNext(out _)) (left -= 4).Should().BeGreaterThanOrEqualTo(0);
        }
    }
}
