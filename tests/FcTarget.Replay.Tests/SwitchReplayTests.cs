// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.TestKit;
using FcTarget.Wire.Capture;

namespace FcTarget.Replay.Tests;

/// <summary>Captures of hosts that log in to our switch, as one sees them on the Ethernet: our own target must answer as it did.</summary>
public sealed class SwitchReplayTests
{
    [Fact]
    public void Logins_registrations_and_commands_of_two_hosts()
    {
        (ReportList report, ReplayTotals totals) = Replay(Converse);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Select(e => e.Name).Should().Contain(["FLOGI", "PLOGI", "PRLI", "CT RFT_ID", "READ(10)", "WRITE(10)", "LOGICAL UNIT RESET", "LOGO"]);
        report.Exchanges.Where(e => e.Name is "READ(10)" or "WRITE(10)" or "TEST UNIT READY").Should().OnlyContain(e => e.Outcome == ExchangeOutcome.Same);
        totals.MadeUp.Should().BeEmpty();
        totals.Strays.Should().Be(0);
        totals.Targets[0].Should().Contain("behind our switch");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(30)]
    [InlineData(45)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    public void In_mid_conversation_the_logins_before_are_made_up(int from)
    {
        (ReportList report, ReplayTotals totals) = Replay(Converse, from);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Exchanges.Should().BePositive();
    }

    [Fact]
    public void Every_target_behind_the_switch_is_played_or_the_one_that_is_named()
    {
        using TemporaryFile file = new();
        string second;
        using (TestFabric fabric = new(seed: 3))
        {
            fabric.AddLogicalUnit("disk", "memory:64M");
            TestTargetPort port = fabric.AddTargetPort("second");
            second = port.PortName.ToColonString();
            TestHost host = fabric.AddHost("host");
            byte[] data = new byte[64 * 512];
            new Random(1).NextBytes(data);
            host.Writes(lba: 8, data, to: fabric.Target);
            host.Reads(lba: 8, blocks: 64, from: fabric.Target).Should().Equal(data);
            host.Reads(lba: 0, blocks: 16, from: port).Should().HaveCount(16 * 512);
            fabric.Frames.Save(file.Path);
        }
        (ReportList report, ReplayTotals totals) = Captures.Replay(file.Path);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Targets.Should().HaveCount(2).And.OnlyContain(target => target.Contains("behind our switch"));
        report.Exchanges.Where(e => e.Name == "READ(10)").Should().HaveCount(2).And.OnlyContain(e => e.Outcome == ExchangeOutcome.Same);
        report.Exchanges.Where(e => e.Name is "FLOGI").Should().ContainSingle("the switch is there once");
        totals.Frames.Should().Be(Captures.Replay(file.Path, new ReplayOptions { Target = second }).Totals.Frames);

        (report, totals) = Captures.Replay(file.Path, new ReplayOptions { Target = second });
        totals.Targets.Should().ContainSingle().Which.Should().Contain(second);
        report.Exchanges.Where(e => e.Name == "READ(10)").Should().ContainSingle();
    }

    [Fact]
    public void Data_beyond_16_MiB_in_an_exchange_is_compared()
    {
        using TemporaryFile file = new();
        using (TestFabric fabric = new(new TestFabricOptions { Seed = 3, KeptFrames = 20_000 }))
        {
            fabric.AddLogicalUnit("disk", "memory:64M");
            fabric.AddHost("host").Reads(lba: 0, blocks: 20 * 2048).Length.Should().Be(20 << 20);
            fabric.Frames.Save(file.Path);
        }
        (ReportList report, _) = Captures.Replay(file.Path);
        report.Exchanges.Single(e => e.Name == "READ(10)").Outcome.Should().Be(ExchangeOutcome.Same);

        List<(byte[] Frame, long Time)> frames = Captures.FramesOf(file.Path);
        int at = frames.FindIndex(f => f.Frame.Length > 1000 && f.Frame[28] == 0x01 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(f.Frame.AsSpan(48)) > 18 << 20);
        frames[at].Frame[100] ^= 1;
        ReferenceReplayTests.Seal(frames[at].Frame);
        // What a block holds that is read once is what was read: it has to be read again, and otherwise.
        frames.AddRange(frames.Where(f => f.Frame.Length > 60 && f.Frame[13] == 0x06 && f.Frame[28] is 0x01 or 0x06 or 0x07).Select(f => (f.Frame.ToArray(), f.Time + 1_000_000_000)).ToList());
        int again = frames.FindLastIndex(f => f.Frame.Length > 1000 && f.Frame.AsSpan(48, 4).SequenceEqual(frames[at].Frame.AsSpan(48, 4)));
        frames[again].Frame[100] ^= 1;
        ReferenceReplayTests.Seal(frames[again].Frame);
        (report, _) = Captures.Replay(frames);
        report.Different.Should().ContainSingle().Which.Differences.Should().ContainSingle().Which.Got.Should().Be("another one of the MiB at byte 18874368");
    }

    [Fact]
    public void In_a_VLAN()
    {
        TestFabricOptions options = new() { Fcf = new Fabric.FcfOptions { Vlans = [100] } };
        (ReportList report, ReplayTotals totals) = Replay(Converse, options: options);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Should().Contain(e => e.Name == "WRITE(10)" && e.Outcome == ExchangeOutcome.Same);
        totals.NotOfTarget.Should().Be(0);
    }

    private static void Converse(TestFabric fabric)
    {
        fabric.AddLogicalUnit("disk", "memory:64M");
        fabric.AddLogicalUnit("other", "memory:1G,block=4096");
        TestHost first = fabric.AddHost("first"), second = fabric.AddHost("second");
        byte[] data = new byte[300 * 1024];
        new Random(1).NextBytes(data);
        first.Writes(lba: 8, data);
        second.Reads(lba: 0, blocks: 700).Length.Should().Be(700 * 512);
        second.Executes([0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], dataIn: new byte[8], lun: 1);
        first.Executes([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], dataIn: new byte[32]);
        first.Executes([0x12, 0, 0, 0, 96, 0], dataIn: new byte[96]);
        first.Executes([0x12, 1, 0x83, 0, 252, 0], dataIn: new byte[252]);
        first.Manages(FcpTaskManagementFlags.LogicalUnitReset);
        second.Executes(new byte[6]);
        first.TakesUnitAttentions();
        first.Reads(lba: 8, blocks: 600).Should().Equal(data);
        second.LogsOut();
        fabric.Advance(TimeSpan.FromSeconds(20));
        first.Reads(lba: 100, blocks: 1);
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(Action<TestFabric> converse, int from = 0, TestFabricOptions? options = null)
    {
        using TemporaryFile file = new();
        using (TestFabric fabric = new(options ?? new TestFabricOptions { Seed = 3 }))
        {
            converse(fabric);
            fabric.Frames.Save(file.Path);
        }
        if (from == 0) return Captures.Replay(file.Path);
        List<(byte[] Frame, long Time)> frames = [];
        using (PcapReader reader = PcapReader.Open(file.Path))
            while (reader.TryRead(out CapturedFrame frame)) frames.Add((frame.Data.ToArray(), frame.UnixNanoseconds));
        return Captures.Replay(frames.Skip(from));
    }
}
