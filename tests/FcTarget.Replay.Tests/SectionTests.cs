// SPDX-License-Identifier: MIT

using FcTarget.TestKit;

namespace FcTarget.Replay.Tests;

/// <summary>Captures in which the same addresses mean something else later: files that were merged, a target that was restarted with other units.</summary>
public sealed class SectionTests
{
    private const long Second = 1_000_000_000;

    private static readonly string[] All = [.. Captures.Names().Select((object[] row) => (string)row[0])];

    /// <summary>As mergecap -a does: time goes back where the file before is the younger one.</summary>
    [Fact]
    public void All_reference_captures_one_after_another()
    {
        (ReportList report, ReplayTotals totals) = Captures.Replay(All.SelectMany(Captures.Frames));
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Sections.Should().BeGreaterThanOrEqualTo(All.Length - 3, "a few of them go on where another ends");
        totals.Strays.Should().BeLessThan(100);
    }

    /// <summary>As mergecap does without an option.</summary>
    [Fact]
    public void All_reference_captures_in_the_order_of_time()
    {
        (ReportList report, _) = Captures.Replay(All.SelectMany(Captures.Frames).OrderBy(f => f.Time));
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Count(e => e.Name == "READ(10)").Should().Be(All.Sum(name => Reads(name)));

        static int Reads(string name) => Captures.Replay(Captures.Of(name)).Report.Exchanges.Count(e => e.Name == "READ(10)");
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(30)]
    [InlineData(15)]   // FIP keep alives are not missed yet
    [InlineData(12)]
    public void The_same_conversation_again_after_so_many_seconds(int seconds)
    {
        List<(byte[] Frame, long Time)> once = Captures.Frames("fabric-login.pcapng");
        (ReportList report, _) = Captures.Replay(once.Concat(Shift(once, seconds * Second)));
        string.Join("\n", report.Different).Should().BeEmpty();
        report.Exchanges.Count(e => e.Name == "WRITE(10)").Should().Be(2 * Captures.Replay(once).Report.Exchanges.Count(e => e.Name == "WRITE(10)"));
    }

    /// <summary>A file that was merged with itself, and that says which way frames went.</summary>
    [Fact]
    public void Each_frame_twice_at_the_same_time_is_one_conversation()
    {
        using TemporaryFile file = new();
        using (FileStream stream = File.Create(file.Path))
        {
            Wire.Recording.PcapNgWriter writer = new(stream, "eth0", "test");
            foreach ((byte[] frame, long time) in Captures.Frames("fabric-login.pcapng"))
                for (int copy = 0; copy < 2; copy++) writer.Write(frame, time, Wire.Recording.FrameDirection.Inbound, dropped: 0, comment: default);
            writer.Flush();
        }
        (ReportList report, ReplayTotals totals) = Captures.Replay(file.Path);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Copies.Should().Be(totals.Frames / 2);
    }

    /// <summary>Two conversations that have nothing to do with each other, on one Ethernet at the same time.</summary>
    [Fact]
    public void A_fabric_and_VN2VN_ports_interleaved()
    {
        List<(byte[] Frame, long Time)> fabric = Captures.Frames("fabric-login.pcapng"), vn2vn = Captures.Frames("vn2vn-login-scan.pcap");
        (ReportList report, ReplayTotals totals) = Captures.Replay(fabric.Concat(Shift(vn2vn, fabric[0].Time - vn2vn[0].Time)).OrderBy(f => f.Time));
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Targets.Should().HaveCount(2).And.Contain(t => t.Contains("VN2VN")).And.Contain(t => t.Contains("behind our switch"));
        totals.Sections.Should().Be(1);
    }

    [Theory]
    [InlineData("memory:64M", "memory:32M", 2)]             // another capacity
    [InlineData("memory:64M", "memory:64M,block=4096", 2)]
    [InlineData("memory:64M", "memory:64M", 1)]             // nothing says that it is another one
    public void A_target_that_comes_back_with_another_unit_at_once(string before, string after, int sections)
    {
        List<(byte[] Frame, long Time)> frames = Converse(before, 1), later = Converse(after, 1);
        (ReportList report, ReplayTotals totals) = Captures.Replay(frames.Concat(Shift(later, frames[^1].Time + (Second / 2) - later[0].Time)));
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Sections.Should().Be(sections);
    }

    /// <summary>The unit behind the LUN is of the same size but another one, so what is read of it is no error.</summary>
    [Theory]
    [InlineData("disk", "other", true, 2, 0)]
    [InlineData("disk", "disk", true, 2, 0)]    // the target was powered on, and its memory is empty
    [InlineData("disk", "disk", false, 1, 1)]   // it was not: the unit must hold what was written
    public void What_a_unit_holds_is_learnt_anew_when_it_is_another_one(string before, string after, bool isPoweredOn, int sections, int different)
    {
        const int SenseAt = 28 + 24 + 24;
        List<(byte[] Frame, long Time)> frames = Converse("memory:64M", 1, before), later = Converse("memory:64M", 2, after, write: false);
        List<byte[]> powerOns = [.. later.Select(f => f.Frame).Where(f => f[13] == 0x06 && f[28] == 0x07 && f.Length > SenseAt + 14 && f[SenseAt + 12] == 0x29 && f[SenseAt + 13] == 0x00)];
        powerOns.Should().NotBeEmpty();
        foreach (byte[] attention in isPoweredOn ? [] : powerOns)
        {
            attention[SenseAt + 13] = 0x07; // I_T NEXUS LOSS OCCURRED
            ReferenceReplayTests.Seal(attention);
        }
        (ReportList report, ReplayTotals totals) = Captures.Replay(frames.Concat(Shift(later, frames[^1].Time + (Second / 2) - later[0].Time)));
        totals.Sections.Should().Be(sections);
        report.Different.Where(e => e.Name == "READ(10)").Should().HaveCount(different);
    }

    [Fact]
    public void A_session_that_goes_on_after_its_logout_is_logged_in_again()
    {
        List<(byte[] Frame, long Time)> scan = Captures.Frames("vn2vn-login-scan.pcap"), logout = Captures.Frames("vn2vn-logout.pcap"), probe = Captures.Frames("vn2vn-scsi-probe.pcap");
        long at = scan[^1].Time + Second;
        IEnumerable<(byte[] Frame, long Time)> frames = scan.Concat(Shift(logout, at - logout[0].Time)).Concat(Shift(probe, at + Second - probe[0].Time));
        (ReportList report, ReplayTotals totals) = Captures.Replay(frames);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.MadeUp.Should().Contain(note => note.Contains("000001"));
    }

    private static IEnumerable<(byte[] Frame, long Time)> Shift(IEnumerable<(byte[] Frame, long Time)> frames, long by) => frames.Select(f => (f.Frame, f.Time + by));

    /// <summary>A host that looks at a disk, writes and reads.</summary>
    private static List<(byte[] Frame, long Time)> Converse(string spec, byte content, string name = "disk", bool write = true)
    {
        using TemporaryFile file = new();
        using (TestFabric fabric = new(seed: 3))
        {
            fabric.AddLogicalUnit(name, spec);
            TestHost host = fabric.AddHost("host");
            host.Executes([0x12, 0, 0, 0, 96, 0], dataIn: new byte[96]);
            host.Executes([0x12, 1, 0x80, 0, 252, 0], dataIn: new byte[252]);
            host.Executes([0x12, 1, 0x83, 0, 252, 0], dataIn: new byte[252]);
            host.Executes([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], dataIn: new byte[32]);
            byte[] data = new byte[16 * 4096];
            data.AsSpan().Fill(content);
            if (write) host.Writes(lba: 8, data);
            host.Reads(lba: 8, blocks: 4);
            host.LogsOut();
            fabric.Frames.Save(file.Path);
        }
        return Captures.FramesOf(file.Path);
    }
}
