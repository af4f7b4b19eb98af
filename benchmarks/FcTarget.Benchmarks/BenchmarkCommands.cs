// SPDX-License-Identifier: MIT

using System.CommandLine;
using BenchmarkDotNet.Running;
using FcTarget.Benchmarks.Live;
using FcTarget.Benchmarks.Micro;
using FcTarget.Benchmarks.ProbeCost;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Wire.Capture;
using FcTarget.Wire.Pcap;

namespace FcTarget.Benchmarks;

/// <summary>The command line: micro benchmarks, and what whole-process.sh is made of.</summary>
internal static class BenchmarkCommands
{
    private static readonly Argument<string> Interface = new("IF") { Description = "Interface to use." };

    public static RootCommand Make() => new("Benchmarks of FcTarget; docs/performance.md tells how to use them.")
    {
        Micro(), ProbeCosts(), ProtectionCosts(), Commands(), Responder(), Generator(), Load(), Capture(), Recording(),
    };

    private static Command Micro()
    {
        Command command = new("micro", "Runs the micro benchmarks: all of them, or as the arguments of BenchmarkDotNet say that follow.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed =>
        {
            string[] given = parsed.UnmatchedTokens.Count > 0 ? [.. parsed.UnmatchedTokens] : ["--filter", "*"];
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkCommands).Assembly).Run(given, MicroConfig.Make());
        });
        return command;
    }

    private static Command ProbeCosts() => Comparison(
        "probe-cost", "Prints what probes that nobody listens to cost a command, against code without them.", ProbeCostComparison.Run);

    private static Command ProtectionCosts() => Comparison(
        "protection-cost", "Prints what it costs a command that a unit supports protection information and has none.", ProtectionCostComparison.Run);

    private static Command Comparison(string name, string description, Action<int, TimeSpan> run)
    {
        Option<int> copies = new("--copies") { Description = "Copies of each kind.", DefaultValueFactory = _ => 12 };
        copies.Validators.Add(result =>
        {
            if (result.GetValue(copies) is < 2 or > 100) result.AddError("--copies is a number from 2 to 100.");
        });
        Option<double> seconds = new("--secs") { Description = "How long each direction is measured.", DefaultValueFactory = _ => 20 };
        Command command = new(name, description) { copies, seconds };
        command.SetAction(parsed => run(parsed.GetValue(copies), TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static Command Commands()
    {
        Option<bool> writes = new("--writes") { Description = "Writes; else reads." };
        Option<int> batches = new("--batches") { Description = $"How many times {CommandPeer.Depth} commands.", DefaultValueFactory = _ => 1000 };
        Option<bool> without = new("--without-probes") { Description = "With the probes taken out." };
        Command command = new("commands", "Runs 4 KiB commands through a port in memory, for tools that count what that takes.") { writes, batches, without };
        command.SetAction(parsed =>
        {
            PortCopy copy = PortCopy.Load(hasProbes: !parsed.GetValue(without));
            Action run = parsed.GetValue(writes) ? copy.Writes : copy.Reads;
            for (int i = parsed.GetValue(batches); i > 0; i--) run();
        });
        return command;
    }

    private static Command Responder()
    {
        Command command = new("null-responder", "Answers each request with the frames of a 4 KiB read, until SIGINT or SIGTERM.")
        {
            Interface,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                using PcapWire wire = PcapWire.Open(parsed.GetRequiredValue(Interface));
                new NullResponder(wire).Run(cancellation);
            },
            CancellationToken.None));
        return command;
    }

    private static Command Generator()
    {
        Argument<int> depth = new("DEPTH") { Description = "Requests under way." };
        Argument<double> seconds = new("SECS") { Description = "How long." };
        Command command = new("null-generator", "Sends requests to a null responder and prints how many were answered a second.")
        {
            Interface, depth, seconds,
        };
        command.SetAction(parsed =>
        {
            using PcapWire wire = PcapWire.Open(parsed.GetRequiredValue(Interface));
            double rate = new NullGenerator(wire, parsed.GetValue(depth)).Run(TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Console.WriteLine($"{rate:F0} IOPS");
        });
        return command;
    }

    private static Command Capture()
    {
        Argument<string> file = new("FILE") { Description = "The capture to write." };
        Argument<long> frames = new("FRAMES") { Description = "Frames in it, at least." };
        Command command = new("capture", "Writes a capture of 4 KiB reads and writes of a 64 MiB disk.") { file, frames };
        command.SetAction(parsed =>
        {
            using PcapWriter writer = PcapWriter.Create(parsed.GetRequiredValue(file));
            CaptureGenerator generator = new(writer, seed: 1);
            generator.Run(parsed.GetValue(frames));
            Console.WriteLine($"{generator.Frames} frames");
        });
        return command;
    }

    private static Command Recording()
    {
        Argument<string> file = new("FILE") { Description = "The recording; it turns over at 64 MB." };
        Option<double> seconds = new("--secs") { Description = "How long, once there is load.", DefaultValueFactory = _ => 20 };
        Command command = new("recording", "Serves a target that is recorded by turns of 50 ms, and prints what that costs.") { Interface, file, seconds };
        command.SetAction((parsed, _) =>
            RecordingCost.RunAsync(parsed.GetRequiredValue(Interface), parsed.GetRequiredValue(file), TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static Command Load()
    {
        Option<string> direction = new("--rw") { Description = "Read or write.", DefaultValueFactory = _ => "randread" };
        direction.AcceptOnlyFromAmong("randread", "randwrite");
        Option<int> length = new("--bs")
        {
            Description = "Bytes of a command.",
            HelpName = "4K",
            DefaultValueFactory = _ => 4096,
            CustomParser = result =>
            {
                if (ByteSize.TryParse(result.Tokens[0].Value, out long bytes) && bytes is > 0 and <= int.MaxValue) return (int)bytes;
                result.AddError("--bs is a number of bytes, such as 4K.");
                return 0;
            },
        };
        Option<int> depth = new("--qd") { Description = "Commands under way.", DefaultValueFactory = _ => 32 };
        Option<double> seconds = new("--secs") { Description = "How long.", DefaultValueFactory = _ => 5 };
        Option<string> topology = new("--topology") { Description = "As of fctarget run.", DefaultValueFactory = _ => "vn2vn" };
        topology.AcceptOnlyFromAmong("fabric", "vn2vn", "p2p");
        Command command = new("load", "Loads LUN 0 of the first target on the wire with the software initiator.")
        {
            Interface, direction, length, depth, seconds, topology,
        };
        command.SetAction(async (parsed, _) =>
        {
            LoadOptions options = new()
            {
                Topology = parsed.GetValue(topology) switch
                {
                    "p2p" => Topology.PointToPoint,
                    "fabric" => Topology.Fabric,
                    _ => Topology.Vn2Vn,
                },
                Writes = parsed.GetValue(direction) == "randwrite",
                Length = parsed.GetValue(length),
                Depth = parsed.GetValue(depth),
                Time = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            };
            using PcapWire wire = PcapWire.Open(parsed.GetRequiredValue(Interface));
            LoadResult result = await InitiatorLoad.RunAsync(wire, options);
            Console.WriteLine(result);
            return result.IsClean ? 0 : 1;
        });
        return command;
    }
}
