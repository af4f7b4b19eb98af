// SPDX-License-Identifier: MIT

using FcTarget.Decode;
using FcTarget.Wire.Capture;

namespace FcTarget.TestKit.Tests;

/// <summary>What an expectation that is not met says, and what it leaves behind.</summary>
public sealed class ExpectationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-testkit-").FullName;

    private string Capture => Path.Combine(_folder, "failure.pcapng");

    [Fact]
    public void A_frame_that_is_missing_is_named_with_what_was_sent_and_all_frames_are_in_a_capture()
    {
        using TestFabric fabric = Conversation();
        string message = fabric.Invoking(f => f.Frames.Expects("ABTS")).Should().Throw<ConversationException>().Which.Message;
        message.Should().Contain("expected ABTS, found 0").And.Contain("FCP_RSP READ(10): GOOD").And.Contain("seed 9").And.EndWith($"frames: {Capture}");

        using PcapReader reader = CaptureDecoding.Open(Capture);
        using MemoryStream text = new();
        FrameDecoder decoder = CaptureDecoding.Run(reader, null, DecodeFormat.Text, text);
        decoder.Problems.Should().Be(0);
        decoder.Counts.Sum().Should().Be(fabric.Frames.Count);
        decoder.Counts[(int)FrameKind.Other].Should().Be(0);
    }

    [Fact]
    public void Frames_in_another_order_or_number_are_not_what_was_expected()
    {
        using TestFabric fabric = Conversation();
        fabric.Invoking(f => f.Frames.ExpectsInOrder("FCP_RSP", "FLOGI")).Should().Throw<ConversationException>().WithMessage("*FLOGI is missing*");
        fabric.Invoking(f => f.Frames.Expects("FLOGI", times: 2)).Should().Throw<ConversationException>().WithMessage("expected 2 times FLOGI, found*");
        fabric.Invoking(f => f.Frames.ExpectsNo("FLOGI")).Should().Throw<ConversationException>();
    }

    [Fact]
    public void Probes_that_do_not_fire_as_expected_are_named_with_those_that_did()
    {
        using TestFabric fabric = Conversation();
        fabric.Invoking(f => f.Probes.Expects("abts-receive")).Should().Throw<ConversationException>().WithMessage("expected abts-receive to fire, it did 0 times; fired: link-up*");
        fabric.Invoking(f => f.Probes.ExpectsInOrder("scsi-response", "link-up")).Should().Throw<ConversationException>().WithMessage("*link-up is missing*");
        fabric.Invoking(f => f.Probes.ExpectsNo("link-up")).Should().Throw<ConversationException>();
    }

    [Fact]
    public void What_does_not_come_to_pass_in_time_is_said_in_the_words_of_the_test()
    {
        using TestFabric fabric = Conversation();
        fabric.Invoking(f => f.RunUntil(() => false, "the moon turns blue", TimeSpan.FromHours(1))).Should().Throw<ConversationException>()
            .WithMessage("the moon turns blue: not within 01:00:00 of virtual time*");
    }

    [Fact]
    public void A_read_that_fails_says_how()
    {
        using TestFabric fabric = Conversation();
        fabric.Invoking(f => f.Hosts[0].Reads(1 << 20, 1)).Should().Throw<ConversationException>().WithMessage("*LBA 1048576 of LUN 0: CheckCondition, IllegalRequest 21/00*");
    }

    [Fact]
    public void Frames_that_are_not_kept_are_counted()
    {
        using TestFabric fabric = new(new TestFabricOptions { KeptFrames = 100 });
        fabric.AddLogicalUnit();
        TestHost host = fabric.AddHost();
        for (int i = 0; i < 200; i++) host.Reads(0, 1);
        fabric.Frames.Count.Should().BeInRange(100, 200);
        fabric.Frames.Lost.Should().BeGreaterThan(300);
        fabric.Frames[^1].Number.Should().Be(fabric.Frames.Lost + fabric.Frames.Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TestFabric Conversation()
    {
        TestFabric fabric = new(new TestFabricOptions { Seed = 9, CaptureFile = Capture });
        fabric.AddLogicalUnit("disk", "memory:1M");
        fabric.AddHost().Reads(0, 1);
        return fabric;
    }
}
