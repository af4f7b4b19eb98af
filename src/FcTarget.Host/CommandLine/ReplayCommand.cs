// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Formats;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Port;
using FcTarget.Replay;
using FcTarget.Replay.Compare;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget replay</c>: a capture as a test of our target.</summary>
internal static class ReplayCommand
{
    public static Command Make()
    {
        Argument<string> capture = new("CAPTURE") { Description = "A pcap or pcapng file, compressed with gzip or not." };
        Option<string> target = new("--target") { HelpName = "PORT", Description = "The target of the capture that it is about: WWPN, N_Port_ID or MAC address; all of them, if it is not given." };
        Option<string> tolerance = new("--tolerance") { HelpName = "FILE", Description = "Differences that are allowed, on top of the built-in ones or instead of them (docs/replay.md)." };
        Option<bool> strict = new("--strict") { Description = "Allows no difference." };
        Option<int> seed = new("--seed") { HelpName = "N", Description = "Of everything random in the target; the same gives the same frames.", DefaultValueFactory = static _ => 1 };
        Option<string> output = new("--out") { HelpName = "FILE.pcapng", Description = "Writes the frames of the replay, both ways." };
        Option<bool> json = new("--json") { Description = "Prints JSON, an object a line." };
        Option<string> role = new("--as") { HelpName = "target|initiator", Description = "Whose part is played; an initiator's against a live target.", DefaultValueFactory = static _ => "target" };
        role.AcceptOnlyFromAmong("target", "initiator");
        Option<string> on = new("--interface") { HelpName = "IF", Description = "With --as initiator: where the live target is. What the capture writes is written there." };
        Option<string> topology = new("--topology") { HelpName = "fabric|vn2vn|p2p", Description = "With --as initiator: who is on the wire.", DefaultValueFactory = static _ => "fabric" };
        topology.AcceptOnlyFromAmong("fabric", "vn2vn", "p2p");
        Option<string> live = new("--live-target") { HelpName = "WWPN", Description = "With --as initiator: the live target; the first one found, if it is not given." };
        Option<bool> inMemory = new("--in-memory") { Description = "With --as initiator: the target is our own, in memory, with the disks of the capture." };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Prints exchanges that are different, and the totals." };
        Command command = new("replay", "Plays the target of a capture, or its initiator against a live target, and compares each answer. Exit status: 0 same or equivalent, 1 different, 2 it cannot be replayed.")
        {
            capture, role, target, tolerance, strict, seed, output, json, quiet, on, topology, live, inMemory,
        };
        command.SetAction(parsed =>
        {
            try
            {
                string? file = parsed.GetValue(tolerance);
                if (file is not null && parsed.GetValue(strict)) throw new ReplayException("--tolerance and --strict exclude each other.");
                ReplayOptions options = new()
                {
                    Target = parsed.GetValue(target),
                    Seed = parsed.GetValue(seed),
                    Tolerance = parsed.GetValue(strict) ? Tolerance.None : file is null ? Tolerance.BuiltIn : Tolerance.Load(file),
                };
                if (parsed.GetValue(role) == "initiator")
                {
                    if (parsed.GetValue(inMemory))
                    {
                        if (parsed.GetValue(on) is not null) throw new ReplayException("--in-memory and --interface exclude each other.");
                        return Print(parsed.GetValue(json), parsed.GetValue(quiet), report => CaptureReplay.AsInitiatorInMemory(parsed.GetRequiredValue(capture), options, report));
                    }
                    string where = parsed.GetValue(on) ?? throw new ReplayException("--as initiator needs --interface, where the live target is, or --in-memory.");
                    if (parsed.GetValue(output) is not null) throw new ReplayException("--out is for the role of the target; tcpdump records what is live.");
                    Wwn? port = null;
                    if (parsed.GetValue(live) is { } name) port = Wwn.TryParse(name, out Wwn wwn) ? wwn : throw new ReplayException($"'{name}' is no WWPN: 16 hexadecimal digits.");
                    SettingParsers.Topology(parsed.GetRequiredValue(topology), out Topology known);
                    using LiveInitiator initiator = new(where, known, port);
                    return Print(parsed.GetValue(json), parsed.GetValue(quiet), report => CaptureReplay.AsInitiator(parsed.GetRequiredValue(capture), options, report, initiator.Initiator));
                }
                return Run(parsed.GetRequiredValue(capture), options, parsed.GetValue(output), parsed.GetValue(json), parsed.GetValue(quiet));
            }
            catch (ReplayException refusal)
            {
                throw new OperatorException(refusal.Message, ExitCodes.Usage);
            }
            catch (IOException gone) when (DescriptorStream.IsBrokenPipe(gone))
            {
                return ExitCodes.BrokenPipe; // as of "replay ... | head -1": nobody wants the rest
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new OperatorException(fault.Message, ExitCodes.Usage);
            }
        });
        return command;
    }

    private static int Run(string path, ReplayOptions options, string? output, bool json, bool quiet)
    {
        using Stream? frames = output is null ? null : new BufferedStream(File.Create(output), 1 << 16);
        return Print(json, quiet, report => CaptureReplay.AsTarget(path, options with { Output = frames }, report));
    }

    private static int Print(bool json, bool quiet, Func<IReplayReport, ReplayTotals> replay)
    {
        using StreamWriter writer = new(new DescriptorStream(DescriptorStream.StandardOutput), bufferSize: 1 << 16);
        TextReport? text = json ? null : new TextReport(writer, quiet);
        using JsonReport? lines = json ? new JsonReport(writer.BaseStream, quiet) : null;
        ReplayTotals totals = replay((IReplayReport?)text ?? lines!);
        text?.End(totals);
        lines?.End(totals);
        return totals.IsGood ? ExitCodes.Success : ExitCodes.Failure;
    }
}
