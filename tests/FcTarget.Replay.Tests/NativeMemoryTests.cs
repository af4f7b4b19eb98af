// SPDX-License-Identifier: MIT

using FcTarget.Probes;

namespace FcTarget.Replay.Tests;

/// <summary>What replays take outside the managed heap they give back. Everything is on the thread of the test, and counted by thread.</summary>
public sealed class NativeMemoryTests
{
    [Fact]
    public void A_thousand_replays_leave_no_string_of_a_probe()
    {
        string[] paths = [.. new[] { "vn2vn-login-scan.pcap", "vn2vn-link-bounce.pcap", "vn2vn-errors.pcap", "vn2vn-logout.pcap" }.Select(Captures.Of)];
        Blocks seen = new();
        int before = NativeBlocks.Taken;
        for (int i = 0; i < 1000; i++) CaptureReplay.AsTarget(paths[i % paths.Length], new ReplayOptions(), seen);
        NativeBlocks.Taken.Should().Be(before);
        seen.Most.Should().BeGreaterThan(before + 3, "there were strings of ports");
    }

    private sealed class Blocks : IReplayReport
    {
        public int Most { get; private set; }

        public void OnExchange(in ExchangeReport exchange) => Most = Math.Max(Most, NativeBlocks.Taken);

        public void OnProbe(in FcProbeEvent e, long unixNanoseconds) => Most = Math.Max(Most, NativeBlocks.Taken);
    }
}
