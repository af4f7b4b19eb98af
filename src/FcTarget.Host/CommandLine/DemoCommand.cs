// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Formats;
using FcTarget.Host.Demo;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Wire;
using FcTarget.Wire.Pcap;
using FcTarget.Wire.Recording;

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
        Option<string?> record = new("--record")
        {
            HelpName = "FILE.pcapng",
            Description = "Records every frame of the target both ways, as run --record does; ,size=100M ,count=5 to turn the file over.",
        };
        record.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && RecordSpec.Parse(result.Tokens[0].Value, out _) is { } error) result.AddError(error);
        });
        Option<bool> inside = new(PrivateNetwork.InsideOption) { Hidden = true };
        Command command = new("demo", "Serves a disk in memory, logs in to it, writes, reads and verifies; about ten seconds.") { inMemory, seconds, record, inside };
        command.SetAction(async (parsed, _) =>
        {
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            RecordingOptions? recording = null;
            string? file = parsed.GetValue(record);
            if (file is not null) RecordSpec.Parse(file, out recording);
            if (parsed.GetValue(inside)) return await RunOnVethAsync(length, recording);
            if (parsed.GetValue(inMemory)) return await RunInMemoryAsync(length, recording, "in memory, as asked for");
            if (PrivateNetwork.WhyNot() is { } reason) return await RunInMemoryAsync(length, recording, $"in memory: {reason}");
            string[] arguments = ["demo", PrivateNetwork.InsideOption, "--seconds", length.TotalSeconds.ToString("0")];
            return await PrivateNetwork.RunSelfAsync(file is null ? arguments : [.. arguments, "--record", file]);
        });
        return command;
    }

    private static async Task<int> RunInMemoryAsync(TimeSpan length, RecordingOptions? record, string carrier)
    {
        MemorySegment segment = new();
        MemoryWire target = segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul));
        MemoryWire initiator = segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul));
        return await RunAsync(target, initiator, record, length, carrier);
    }

    private static async Task<int> RunOnVethAsync(TimeSpan length, RecordingOptions? record)
    {
        (string targetEnd, string initiatorEnd) = PrivateNetwork.MakeVethPair();
        PcapWire target = PcapWire.Open(targetEnd);
        PcapWire initiator = PcapWire.Open(initiatorEnd);
        return await RunAsync(target, initiator, record, length, $"veth pair {targetEnd} - {initiatorEnd} in a network namespace of its own");
    }

    private static async Task<int> RunAsync(
        IFrameWire target, IFrameWire initiator, RecordingOptions? record, TimeSpan length, string carrier)
    {
        using CancellationTokenSource stop = new();
        using StopSignals signals = new(stop.Cancel);
        DemoRig rig = new(target, initiator, record);
        try
        {
            return await new DemoRun(rig, new DemoScreen(), length).RunAsync(carrier, stop.Token) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        finally
        {
            rig.Dispose(); // the recording is written to its end
            if (rig.Recorder?.Lacks is { } lacks) Console.Error.WriteLine($"fctarget: {lacks}");
        }
    }
}
