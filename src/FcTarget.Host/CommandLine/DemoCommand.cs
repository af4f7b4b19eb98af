// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Formats;
using FcTarget.Host.Demo;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Wire;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.CommandLine;

/// <summary>
/// <c>fctarget demo</c>: serves a disk, logs in to it, writes, reads, verifies. As root over a veth pair in a network namespace of its
/// own, in which the process starts itself again; otherwise in memory.
/// </summary>
internal static class DemoCommand
{
    private const int DefaultSeconds = 6, MaxSeconds = 3600;

    public static Command Make()
    {
        Option<bool> inMemory = new("--in-memory") { Description = "Frames go through memory: needs neither root nor libpcap." };
        Option<int> seconds = new("--seconds") { HelpName = "N", Description = $"How long random I/O goes on; {DefaultSeconds} by default.", DefaultValueFactory = _ => DefaultSeconds };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out int n) && n is >= 1 and <= MaxSeconds))
                result.AddError($"'{result.Tokens[0].Value}' seconds are not possible. Write 1 to {MaxSeconds}.");
        });
        Option<bool> inside = new(PrivateNetwork.InsideOption) { Hidden = true };
        Command command = new("demo", "Serves a disk in memory, logs in to it, writes, reads and verifies; about ten seconds.") { inMemory, seconds, inside };
        command.SetAction(async (parsed, _) =>
        {
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            if (parsed.GetValue(inside)) return await RunOnVethAsync(length);
            if (parsed.GetValue(inMemory)) return await RunInMemoryAsync(length, "in memory, as asked for");
            if (PrivateNetwork.WhyNot() is { } reason) return await RunInMemoryAsync(length, $"in memory: {reason}");
            return await PrivateNetwork.RunSelfAsync(["demo", PrivateNetwork.InsideOption, "--seconds", length.TotalSeconds.ToString("0")]);
        });
        return command;
    }

    private static async Task<int> RunInMemoryAsync(TimeSpan length, string carrier)
    {
        MemorySegment segment = new();
        MemoryWire target = segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul));
        MemoryWire initiator = segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul));
        return await RunAsync(target, initiator, length, carrier);
    }

    private static async Task<int> RunOnVethAsync(TimeSpan length)
    {
        (string targetEnd, string initiatorEnd) = PrivateNetwork.MakeVethPair();
        PcapWire target = PcapWire.Open(targetEnd);
        PcapWire initiator = PcapWire.Open(initiatorEnd);
        return await RunAsync(target, initiator, length, $"veth pair {targetEnd} - {initiatorEnd} in a network namespace of its own");
    }

    private static async Task<int> RunAsync(IFrameWire target, IFrameWire initiator, TimeSpan length, string carrier)
    {
        using CancellationTokenSource stop = new();
        using StopSignals signals = new(stop.Cancel);
        using DemoRig rig = new(target, initiator);
        try
        {
            return await new DemoRun(rig, new DemoScreen(), length).RunAsync(carrier, stop.Token) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}
