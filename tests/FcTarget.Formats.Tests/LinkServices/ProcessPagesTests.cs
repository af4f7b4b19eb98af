// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Formats.Tests.Framing;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.LinkServices;

public sealed class ProcessPagesTests
{
    [Fact]
    public void Prli_of_a_Linux_initiator()
    {
        PrliPage page = SinglePage(CapturedFcFrames.Get("vn2vn-link-bounce.pcap", 20), ElsCommand.Prli);
        page.Type.Should().Be(FcType.Fcp);
        page.Flags.Should().Be(PrliFlags.EstablishImagePair);
        page.ResponseCode.Should().Be(ProcessResponseCode.None);
        page.FcpParameters.Should().Be(
            FcpServiceParameters.Retry | FcpServiceParameters.ConfirmedCompletionAllowed | FcpServiceParameters.InitiatorFunction
            | FcpServiceParameters.ReadXferRdyDisabled);
    }

    [Fact]
    public void Ls_Acc_to_Prli_of_a_Linux_target()
    {
        PrliPage page = SinglePage(CapturedFcFrames.Get("vn2vn-link-bounce.pcap", 22), ElsCommand.LsAcc);
        page.Flags.Should().Be(PrliFlags.EstablishImagePair);
        page.ResponseCode.Should().Be(ProcessResponseCode.RequestExecuted);
        page.FcpParameters.Should().HaveFlag(FcpServiceParameters.TargetFunction);
    }

    [Fact]
    public void Prlo_has_a_page_of_16_bytes()
    {
        byte[] wire = new byte[32];
        PrloPage page = new() { Type = FcType.Fcp, ResponseCode = ProcessResponseCode.RequestExecuted };
        int length = ProcessPages.Write(wire, ElsCommand.LsAcc, page);
        Convert.ToHexString(wire[..length]).Should().Be("02100014" + "08000100" + "00000000" + "00000000" + "00000000");
        ProcessPages.TryRead(wire, out ProcessPages pages).Should().BeTrue();
        pages.TryNext(out PrloPage read).Should().BeTrue();
        read.ResponseCode.Should().Be(ProcessResponseCode.RequestExecuted);
        pages.TryNext(out PrloPage _).Should().BeFalse();
    }

    [Fact]
    public void Several_pages_come_in_order_and_then_no_more()
    {
        byte[] wire = new byte[64];
        PrliPage fcp = new() { Type = FcType.Fcp }, ip = new() { Type = FcType.IpFc };
        ProcessPages.Write(wire, ElsCommand.Prli, fcp, ip).Should().Be(36);
        ProcessPages.TryRead(wire, out ProcessPages pages).Should().BeTrue();
        pages.Remaining.Should().Be(2);
        pages.TryNext(out PrliPage first).Should().BeTrue();
        pages.TryNext(out PrliPage second).Should().BeTrue();
        first.Type.Should().Be(FcType.Fcp);
        second.Type.Should().Be(FcType.IpFc);
        pages.Remaining.Should().Be(0);
        pages.TryNext(out PrliPage _).Should().BeFalse();
    }

    [Fact]
    public void Longer_pages_of_another_TYPE_are_walked_at_their_own_length()
    {
        byte[] wire = new byte[4 + 40];
        (wire[0], wire[1], wire[3]) = (0x20, 20, 44);
        (wire[4], wire[24]) = ((byte)FcType.Nvme, (byte)FcType.Fcp);
        ProcessPages.TryRead(wire, out ProcessPages pages).Should().BeTrue();
        pages.TryNext(out PrliPage first).Should().BeTrue();
        pages.TryNext(out PrliPage second).Should().BeTrue();
        (first.Type, second.Type).Should().Be((FcType.Nvme, FcType.Fcp));
        pages.TryNext(out PrliPage _).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 20)]   // a page of nothing would never end
    [InlineData(12, 16)]  // shorter than a page
    [InlineData(18, 22)]  // broken words
    [InlineData(16, 4)]   // no page
    [InlineData(16, 3)]   // shorter than the header
    [InlineData(16, 0)]
    [InlineData(16, 24)]  // half a page at the end
    [InlineData(16, 68)]  // more than there is
    [InlineData(252, 20)] // a page longer than the payload
    public void Lengths_that_contradict_each_other_are_refused(byte pageLength, byte payloadLength)
    {
        byte[] wire = new byte[64];
        (wire[0], wire[1], wire[3]) = (0x20, pageLength, payloadLength);
        ProcessPages.TryRead(wire, out ProcessPages pages).Should().BeFalse();
        pages.TryNext(out PrliPage _).Should().BeFalse();
        pages.Remaining.Should().Be(0);
    }

    [Fact]
    public void Any_bytes_are_walked_to_an_end() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            if (bytes.Length > 3) (bytes[1], bytes[2], bytes[3]) = ((byte)(bytes[1] & 0x3F), 0, (byte)bytes.Length);
            int pages = 0;
            if (ProcessPages.TryRead(bytes, out ProcessPages walk))
            {
                int announced = walk.Remaining;
                while (walk.TryNext(out PrliPage _)) pages++;
                if (pages != announced || pages == 0) return false;
            }
            return pages * PrliPage.WireSize <= bytes.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(120));

    private static PrliPage SinglePage(byte[] fc, ElsCommand command)
    {
        FcFrame.TryRead(fc, out FcFrame frame).Should().Be(FcFrameError.None);
        ElsPayload.TryReadCommand(frame.Payload, out ElsCommand read).Should().BeTrue();
        read.Should().Be(command);
        ProcessPages.TryRead(frame.Payload, out ProcessPages pages).Should().BeTrue();
        pages.PageLength.Should().Be(16);
        pages.TryNext(out PrliPage page).Should().BeTrue();
        pages.Remaining.Should().Be(0);
        return page;
    }
}
