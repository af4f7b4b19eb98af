// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;

namespace FcTarget.Formats.Tests.Framing;

public sealed class FCtlTests
{
    [Fact]
    public void The_named_combinations_have_the_numbers_their_comments_say()
    {
        ((uint)FCtlValues.ExchangeRequest).Should().Be(0x290000);
        ((uint)FCtlValues.ElsReply).Should().Be(0x990000);
        ((uint)FCtlValues.FcpXferRdy).Should().Be(0x890000);
        ((uint)FCtlValues.FcpDataIn).Should().Be(0x800008);
        ((uint)FCtlValues.FcpDataInLast).Should().Be(0x880008);
        ((uint)FCtlValues.FcpDataOut).Should().Be(0x000008);
        ((uint)FCtlValues.FcpDataOutLast).Should().Be(0x090008);
        ((uint)FCtlValues.FcpRsp).Should().Be(0x980000);
        ((uint)FCtlValues.FcpRspConfirmationRequested).Should().Be(0x890000);
        ((uint)FCtlValues.FcpConf).Should().Be(0x180000);
        ((uint)FCtlValues.AbtsByOriginator).Should().Be(0x090000);
        ((uint)FCtlValues.AbtsByResponder).Should().Be(0x890000);
        ((uint)FCtlValues.BasicReplyByResponder).Should().Be(0x980000);
        ((uint)FCtlValues.BasicReplyByOriginator).Should().Be(0x180000);
    }

    [Fact]
    public void Each_of_the_24_bits_has_a_name()
    {
        FCtl all = Enum.GetValues<FCtl>().Aggregate(FCtl.None, (a, b) => a | b);
        ((uint)all).Should().Be(0xFFFFFF);
    }

    [Fact]
    public void Fill_bytes_replace_those_that_were_there()
    {
        FCtl fCtl = (FCtlValues.FcpRsp | (FCtl)3).WithFillFor(42);
        fCtl.Should().Be(FCtlValues.FcpRsp | (FCtl)2);
        fCtl.FillBytes().Should().Be(2);
        fCtl.WithFillFor(44).Should().Be(FCtlValues.FcpRsp);
    }

    [Fact]
    public void SEQ_CNT_and_SEQ_ID_wrap()
    {
        SequenceCount.Next(0xFFFF).Should().Be(0);
        SequenceCount.Next(0x00FF).Should().Be(0x0100);
        SequenceCount.Add(0xFFFE, 5).Should().Be(3);
        SequenceCount.FramesAfter(0xFFFE, 3).Should().Be(5);
        SequenceCount.FramesAfter(3, 3).Should().Be(0);
        SequenceCount.FramesAfter(3, 2).Should().Be(0xFFFF);
        SequenceId.Next(0xFF).Should().Be(0);
        SequenceId.Next(7).Should().Be(8);
    }
}
