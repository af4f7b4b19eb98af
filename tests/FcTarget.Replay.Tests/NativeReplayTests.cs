// SPDX-License-Identifier: MIT

using FcTarget.Decode.Tests;
using FcTarget.Wire.Capture;

namespace FcTarget.Replay.Tests;

/// <summary>What an analyzer has captured of a Fibre Channel link replays like FCoE.</summary>
public sealed class NativeReplayTests
{
    private const string Target = "010001"; // of the captures of our own fabric

    [Theory]
    [InlineData("vn2vn-write-read.pcap")]
    [InlineData("vn2vn-scsi-probe.pcap")]
    [InlineData("vn2vn-errors.pcap")]
    [InlineData("fabric-login.pcapng")]
    [InlineData("fabric-aborts.pcapng")]
    [InlineData("fabric-resets.pcapng")]
    public void A_capture_of_the_link_of_a_host_has_the_exchanges_that_the_capture_of_FCoE_has(string name) => Compare(name, _ => true);

    // No login with the fabric, and many hosts.
    [Theory]
    [InlineData("fabric-login.pcapng")]
    [InlineData("fabric-reservations.pcapng")]
    [InlineData("fabric-npiv.pcapng")]
    public void A_capture_of_the_link_of_the_target_has_them_too(string name) =>
        Compare(name, fc => (IdAt(fc, 1) == Target && !IdAt(fc, 5).StartsWith("ff")) || (IdAt(fc, 5) == Target && !IdAt(fc, 1).StartsWith("ff")));

    private static string IdAt(byte[] delimited, int at) => Convert.ToHexStringLower(delimited.AsSpan(4 + at, 3));

    private static void Compare(string name, Func<byte[], bool> isOnTheLink)
    {
        string[] fcoe = Commands(Captures.Replay(Captures.Of(name)).Report);
        (ReportList report, ReplayTotals totals) = Replay(name, isOnTheLink);
        report.Different.Should().BeEmpty();
        totals.Fault.Should().BeNull();
        totals.Damaged.Should().Be(0);
        Commands(report).Should().Equal(fcoe).And.NotBeEmpty();

        static string[] Commands(ReportList report) => [.. report.Exchanges.Where(e => e.Lun >= 0).Select(e => e.Name)];
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(string name, Func<byte[], bool> isOnTheLink)
    {
        using TemporaryFile file = new();
        List<(byte[] Frame, long Time)> frames = [.. Captures.Frames(name)
            .Select(f => (Frame: NativeFrames.Of(f.Frame, LinkType.Fc2WithDelimiters)!, f.Time)).Where(f => f.Frame is not null && isOnTheLink(f.Frame))];
        using (PcapWriter writer = PcapWriter.Create(file.Path))
            foreach ((byte[] frame, long time) in frames) writer.Write(frame, time);
        byte[] bytes = File.ReadAllBytes(file.Path);
        bytes[20] = (byte)LinkType.Fc2WithDelimiters; // the writer writes Ethernet
        File.WriteAllBytes(file.Path, bytes);
        return Captures.Replay(file.Path);
    }
}
