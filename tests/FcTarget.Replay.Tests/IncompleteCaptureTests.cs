// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Scsi;
using FcTarget.TestKit;
using FcTarget.Wire.Recording;

namespace FcTarget.Replay.Tests;

/// <summary>Captures whose recorder has lost frames, and commands that were under way at the same time.</summary>
public sealed class IncompleteCaptureTests
{
    private const int FcAt = 28, OxIdAt = FcAt + 16, CdbAt = FcAt + 24 + 12, SenseAt = FcAt + 24 + 24, Blocks = 100;

    private static readonly byte[] First = Random(1), Second = Random(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]  // the first frame only
    public void Write_data_that_is_missing_is_what_is_read_afterwards(int every)
    {
        List<(byte[] Frame, long Time)> frames = Record(host =>
        {
            host.Writes(lba: 8, First);
            host.Reads(lba: 8, blocks: Blocks);
            host.Writes(lba: 8, Second);
            host.Reads(lba: 8, blocks: Blocks);
        });
        int seen = 0;
        int lost = frames.RemoveAll(f => Is(f.Frame, FcpIu.Data, fromInitiator: true) && seen++ % every == 0);
        (ReportList report, _) = Captures.Replay(frames);
        lost.Should().BePositive();
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Where(e => e.Name == "READ(10)").Should().HaveCount(2).And.OnlyContain(e => e.Outcome == ExchangeOutcome.Same);
        report.Exchanges.Where(e => e.Name == "WRITE(10)").Should().Contain(e => e.Reasons.Any(r => r.Contains("bytes of the write data are missing in the capture")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-1)]  // the last frame
    public void Read_data_that_is_missing_is_not_compared_and_the_rest_is(int which)
    {
        List<(byte[] Frame, long Time)> frames = Record(host =>
        {
            host.Reads(lba: 8, blocks: Blocks);
            host.Reads(lba: 8, blocks: Blocks);
        });
        List<int> data = [.. frames.Select((f, i) => (f.Frame, i)).Where(f => f.Frame.Length > 1000 && Is(f.Frame, FcpIu.Data, fromInitiator: false)).Select(f => f.i)];
        int at = which < 0 ? data[(data.Count / 2) - 1] : data[which], other = data[which < 0 ? 0 : which + 1];
        (byte[] Frame, long Time) kept = frames[other];
        frames.RemoveAt(at);
        (ReportList report, _) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Where(e => e.Name == "READ(10)").Select(e => e.Outcome).Should().Equal(ExchangeOutcome.Equivalent, ExchangeOutcome.Same);

        kept.Frame[FcAt + 24 + 40] ^= 1;   // read again it is otherwise
        ReferenceReplayTests.Seal(kept.Frame);
        (report, _) = Captures.Replay(frames);
        report.Different.Should().ContainSingle().Which.Differences.Should().ContainSingle().Which.Field.Should().Be("data");
    }

    [Fact]
    public void Frames_that_the_recorder_dropped_are_told()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (PcapNgWriter writer = new(File.Create(path), "eth0", "test"))
                foreach ((byte[] frame, long time) in Captures.Frames("vn2vn-errors.pcap")) writer.Write(frame, time, FrameDirection.Inbound, dropped: 3, comment: default);
            (_, ReplayTotals totals) = Captures.Replay(path);
            totals.Dropped.Should().Be(3UL * (ulong)totals.Frames);
            StringWriter text = new();
            new TextReport(text, quiet: true).End(totals);
            text.ToString().Should().Contain($"the recorder dropped {totals.Dropped} frames");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_answer_that_is_missing_although_the_OX_ID_is_used_again()
    {
        List<(byte[] Frame, long Time)> frames = Record(host =>
        {
            host.Reads(lba: 8, blocks: 1);
            host.Reads(lba: 8, blocks: 1);
        });
        List<(byte[] Frame, long Time)> commands = [.. frames.Where(f => Is(f.Frame, FcpIu.Cmnd, fromInitiator: true) && f.Frame[CdbAt] == (byte)OperationCode.Read10)];
        commands.Should().HaveCount(2);
        ushort first = OxId(commands[0].Frame), second = OxId(commands[1].Frame);
        frames.RemoveAll(f => Is(f.Frame, FcpIu.Rsp, fromInitiator: false) && OxId(f.Frame) == first);
        foreach ((byte[] frame, _) in frames.Where(f => f.Frame.Length > 60 && f.Frame[13] == 0x06 && OxId(f.Frame) == second))
        {
            (frame[OxIdAt], frame[OxIdAt + 1]) = ((byte)(first >> 8), (byte)first);
            ReferenceReplayTests.Seal(frame);
        }
        (ReportList report, _) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Where(e => e.Name == "READ(10)").Select(e => e.Outcome).Should().Equal(ExchangeOutcome.Equivalent, ExchangeOutcome.Same);
    }

    // Our store has its content in pieces of 16 MiB, and asks for data piece by piece: a frame may be in two bursts.
    [Fact]
    public void A_write_whose_frames_do_not_fit_the_bursts_of_our_target()
    {
        const int Piece = (16 << 20) / 512;
        List<(byte[] Frame, long Time)> frames = Record(host =>
        {
            host.Writes(lba: Piece - 51, First);
            host.Reads(lba: Piece - 51, blocks: Blocks);
        });
        (ReportList report, _) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Single(e => e.Name == "WRITE(10)").Reasons.Should().Contain("write data is asked for in other bursts");
        report.Exchanges.Single(e => e.Name == "READ(10)").Outcome.Should().Be(ExchangeOutcome.Same);
    }

    /// <summary>A write of another host comes between the data of a reservation and its answer: the captured target served it, or did not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reservation_counts_when_the_captured_target_says_so(bool conflicts)
    {
        using TemporaryFile file = new();
        using (TestFabric fabric = new(seed: 3))
        {
            fabric.AddLogicalUnit("disk", "memory:64M");
            TestHost owner = fabric.AddHost("owner"), other = fabric.AddHost("other");
            byte[] list = new byte[24];
            list[15] = 7;
            owner.Executes([0x5F, 0, 0, 0, 0, 0, 0, 0, 24, 0], dataOut: list).Status.Should().Be(ScsiStatus.Good);
            other.Writes(lba: 8, new byte[512]);
            list[7] = 7;
            owner.Executes([0x5F, 1, 1, 0, 0, 0, 0, 0, 24, 0], dataOut: list).Status.Should().Be(ScsiStatus.Good);
            other.Executes([0x2A, 0, 0, 0, 0, 8, 0, 0, 1, 0], dataOut: new byte[512]).Status.Should().Be(ScsiStatus.ReservationConflict);
            fabric.Frames.Save(file.Path);
        }
        List<(byte[] Frame, long Time)> frames = Captures.FramesOf(file.Path);
        List<int> commands = [.. Enumerable.Range(0, frames.Count).Where(i => Is(frames[i].Frame, FcpIu.Cmnd, fromInitiator: true) && frames[i].Frame[CdbAt] == 0x2A)];
        commands.Should().HaveCount(2);
        int reserve = frames.FindIndex(f => Is(f.Frame, FcpIu.Cmnd, fromInitiator: true) && f.Frame[CdbAt] == 0x5F && f.Frame[CdbAt + 1] == 1);
        int answer = frames.FindIndex(reserve, f => Is(f.Frame, FcpIu.Rsp, fromInitiator: false));
        (byte[] Frame, long Time) answered = frames[answer];
        int command = commands[conflicts ? 1 : 0];
        ushort oxId = OxId(frames[command].Frame);
        uint host = Id(frames[command].Frame, 5);
        List<(byte[] Frame, long Time)> write = [.. frames.Skip(command).TakeWhile(f => f.Frame[13] == 0x06 && OxId(f.Frame) == oxId && (Id(f.Frame, 5) == host || Id(f.Frame, 1) == host))];
        write.Count.Should().Be(conflicts ? 2 : 4);
        frames.RemoveRange(command, write.Count);
        frames.InsertRange(frames.IndexOf(answered), write.Select(f => (f.Frame, answered.Time)));

        (ReportList report, _) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Where(e => e.Name == "WRITE(10)").Should().HaveCount(2).And.OnlyContain(e => e.Outcome == ExchangeOutcome.Same);
    }

    /// <summary>A unit of 16 TiB cannot be worked through block by block.</summary>
    [Theory]
    [InlineData("memory:64M", false)]
    [InlineData("memory:64M", true)]
    [InlineData("memory:16T", false)]
    [InlineData("memory:16T", true)]
    public void Formatting_takes_neither_time_nor_memory(string spec, bool immediately)
    {
        List<(byte[] Frame, long Time)> frames = Record(host => Formats(host, immediately), spec);
        (ReportList report, ReplayTotals totals) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Fault.Should().BeNull();
        report.Exchanges.Single(e => e.Name == "FORMAT UNIT").Outcome.Should().Be(ExchangeOutcome.Same);
        Output().Should().Equal(Output());

        byte[] Output()
        {
            using MemoryStream output = new();
            Captures.Replay(frames, new ReplayOptions { Output = output });
            return output.ToArray();
        }
    }

    /// <summary>The captured target still formats when ours has done so.</summary>
    [Fact]
    public void How_long_formatting_takes_is_the_devices_own()
    {
        List<(byte[] Frame, long Time)> frames = Record(host => Formats(host, immediately: true));
        int format = frames.FindIndex(f => Is(f.Frame, FcpIu.Cmnd, fromInitiator: true) && f.Frame[CdbAt] == 0x04);
        int ready = frames.FindIndex(format + 1, f => Is(f.Frame, FcpIu.Cmnd, fromInitiator: true) && f.Frame[CdbAt] == 0x00);
        int answer = frames.FindIndex(ready, f => Is(f.Frame, FcpIu.Rsp, fromInitiator: false));
        byte[] good = frames[answer].Frame, attention = [.. frames.First(f => Is(f.Frame, FcpIu.Rsp, fromInitiator: false) && f.Frame[SenseAt + 2] == 0x06).Frame];
        good.AsSpan(OxIdAt, 4).CopyTo(attention.AsSpan(OxIdAt));
        (attention[SenseAt + 2], attention[SenseAt + 12], attention[SenseAt + 13]) = (0x02, 0x04, 0x04); // NOT READY, FORMAT IN PROGRESS
        ReferenceReplayTests.Seal(attention);
        frames[answer] = (attention, frames[answer].Time);
        (ReportList report, _) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Should().ContainSingle(e => e.Reasons.Contains("formatting and sanitizing take each device its own time"));
    }

    private static void Formats(TestHost host, bool immediately)
    {
        host.Executes([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], dataIn: new byte[32]);
        host.Writes(lba: 8, new byte[512]);
        host.Executes([0x04, 0x10, 0, 0, 0, 0], dataOut: immediately ? [0, 2, 0, 0] : new byte[4]).Status.Should().Be(ScsiStatus.Good);
        host.Executes(new byte[6]).Status.Should().Be(ScsiStatus.Good);
        host.Executes([0x03, 0, 0, 0, 252, 0], dataIn: new byte[252]);
    }

    private static byte[] Random(int seed)
    {
        byte[] data = new byte[Blocks * 512];
        new Random(seed).NextBytes(data);
        return data;
    }

    private static List<(byte[] Frame, long Time)> Record(Action<TestHost> converse, string spec = "memory:64M")
    {
        using TemporaryFile file = new();
        using (TestFabric fabric = new(seed: 3))
        {
            fabric.AddLogicalUnit("disk", spec);
            converse(fabric.AddHost("host"));
            fabric.Frames.Save(file.Path);
        }
        return Captures.FramesOf(file.Path);
    }

    private static bool Is(byte[] frame, RCtl rCtl, bool fromInitiator) =>
        frame.Length > 60 && frame[13] == 0x06 && frame[FcAt] == (byte)rCtl && frame[FcAt + 8] == (byte)FcType.Fcp && (frame[FcAt + 9] & 0x80) == 0 == fromInitiator;

    private static ushort OxId(byte[] frame) => (ushort)((frame[OxIdAt] << 8) | frame[OxIdAt + 1]);

    private static uint Id(byte[] frame, int at) => (uint)((frame[FcAt + at] << 16) | (frame[FcAt + at + 1] << 8) | frame[FcAt + at + 2]);
}
