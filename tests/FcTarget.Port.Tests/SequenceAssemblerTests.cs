// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;

namespace FcTarget.Port.Tests;

public sealed class SequenceAssemblerTests
{
    private readonly SequenceAssembler _assembler = new();

    /// <summary>
    /// Frame number <paramref name="i"/> of <paramref name="count"/>: eight bytes of that number, the last one with three fewer.
    /// </summary>
    private byte[] Add(int i, int count, ushort firstCnt = 0, byte seqId = 0, uint from = 1)
    {
        bool last = i == count - 1;
        FcHeader header = new()
        {
            RCtl = RCtl.ElsRequest,
            Type = FcType.Els,
            SId = new FcId(from),
            SeqId = seqId,
            SeqCnt = (ushort)(firstCnt + i),
            FCtl = last ? FCtlValues.ExchangeRequest : FCtl.FirstSequence,
        };
        byte[] bytes = new byte[64];
        int length = FcFrame.Write(bytes, header, Enumerable.Repeat((byte)(i + 1), last ? 5 : 8).ToArray());
        FcFrame.TryRead(bytes.AsSpan(0, length), out FcFrame frame).Should().Be(FcFrameError.None);
        return _assembler.Complete(frame, i == 0).ToArray();
    }

    private static byte[] Whole(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)(i + 1), i == count - 1 ? 5 : 8))];

    [Fact]
    public void Every_order_of_four_frames_gives_the_same_payload()
    {
        byte seqId = 0;
        foreach (int[] order in Permutations([0, 1, 2, 3]))
        {
            for (int i = 0; i < 3; i++) Add(order[i], 4, seqId: seqId).Should().BeEmpty();
            Add(order[3], 4, seqId: seqId++).Should().Equal(Whole(4));
        }
    }

    [Fact]
    public void Every_frame_twice_gives_the_payload_once()
    {
        Add(1, 3).Should().BeEmpty();
        Add(1, 3).Should().BeEmpty();
        Add(0, 3).Should().BeEmpty();
        Add(0, 3).Should().BeEmpty();
        Add(2, 3).Should().Equal(Whole(3));
    }

    [Fact]
    public void SEQ_CNT_may_wrap_within_a_sequence()
    {
        Add(2, 4, 0xFFFE).Should().BeEmpty();
        Add(0, 4, 0xFFFE).Should().BeEmpty();
        Add(3, 4, 0xFFFE).Should().BeEmpty();
        Add(1, 4, 0xFFFE).Should().Equal(Whole(4));
    }

    [Fact]
    public void Sequences_of_several_ports_do_not_mix()
    {
        Add(0, 2, from: 1).Should().BeEmpty();
        Add(0, 2, from: 2).Should().BeEmpty();
        Add(1, 2, from: 2).Should().Equal(Whole(2));
        Add(1, 2, from: 1).Should().Equal(Whole(2));
    }

    [Fact]
    public void The_oldest_sequence_gives_way_when_there_are_too_many()
    {
        for (uint from = 1; from <= 9; from++) Add(0, 2, from: from).Should().BeEmpty();
        Add(1, 2, from: 9).Should().Equal(Whole(2));
        Add(1, 2, from: 2).Should().Equal(Whole(2));
        Add(1, 2, from: 1).Should().BeEmpty("its first frame was given up");
    }

    [Fact]
    public void A_sequence_of_too_many_frames_is_given_up()
    {
        for (int i = 0; i < 65; i++) Add(i, 66).Should().BeEmpty();
        Add(65, 66).Should().BeEmpty();
    }

    [Fact]
    public void Clear_forgets_what_has_begun()
    {
        Add(0, 2);
        _assembler.Clear();
        Add(1, 2).Should().BeEmpty();
    }

    private static IEnumerable<int[]> Permutations(int[] of)
    {
        if (of.Length == 1) return [of];
        return of.SelectMany(first => Permutations([.. of.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]));
    }
}
