// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using FcTarget.Host.Options;
using FcTarget.LogicalUnits;
using FcTarget.Stmf.Configuration;
using FcTarget.Wire.Pcap;
using Microsoft.Extensions.Options;

namespace FcTarget.Host.CommandLine;

/// <summary>The command line: parses, runs, and turns what went wrong into one line and an exit code.</summary>
internal static class FcTargetCommand
{
    /// <param name="args">What follows <c>fctarget</c>.</param>
    /// <param name="stop">For <c>run</c>: a signal came.</param>
    public static async Task<int> RunAsync(string[] args, CancellationToken stop = default)
    {
        args = CommonOptions.BehindCommand(args);
        if (args is [DTraceCommand.Name, .. var rest]) return await DTraceCommand.RunAsync(rest);
        ParseResult parsed = Root(stop).Parse(args);
        if (parsed.Errors.Count > 0) return Fail(FirstLine(parsed), ExitCodes.Usage);
        try
        {
            // Signals are the commands' own affair: a target has peers to log out of.
            InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation);
        }
        catch (OperatorException fault)
        {
            return Fail(fault.Message, fault.ExitCode);
        }
        catch (IOException fault)
        {
            // What a command reads and writes it answers for itself; what is left is its standard output, on a full disk for instance.
            return Fail($"The output cannot be written: {fault.Message.TrimEnd('.')}.", ExitCodes.Failure);
        }
        catch (OptionsValidationException fault)
        {
            return Fail(string.Join(' ', fault.Failures), ExitCodes.Failure);
        }
        catch (Exception fault) when (fault is StmfException or LuConfigurationException or WireOpenException or PcapNotFoundException)
        {
            return Fail(fault.Message, ExitCodes.Failure);
        }
    }

    private static RootCommand Root(CancellationToken stop) => new("A Fibre Channel (FCoE) target in user space.")
    {
        RunCommand.Make(stop),
        DemoCommand.Make(),
        InterfacesCommand.Make(),
        StatusCommands.Status(),
        PortCommand.Make(),
        StatusCommands.Session(),
        StatusCommands.Counters(),
        LuCommand.Make(),
        ViewCommand.Make(),
        GroupCommand.Make("host-group", "Host groups: names for sets of initiator ports.", "initiator port", "host-groups"),
        GroupCommand.MakeTargetGroup(),
        TargetCommand.Make(),
        FabricCommand.Make(),
        DecodeCommand.Make(),
        ReplayCommand.Make(),
        ProbesCommand.Make(),
        DTraceCommand.Describe(),
    };

    private static string FirstLine(ParseResult parsed)
    {
        // A word where a command is due is more often a wrong command than one command too few.
        string what = parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-')
            ? $"There is no command '{word}'"
            : parsed.Errors[0].Message.TrimEnd('.');
        return $"{what}. See {string.Join(' ', Path(parsed.CommandResult))} --help.";
    }

    /// <summary>The words that name a command: <c>fctarget</c>, <c>lu</c>, <c>create</c>.</summary>
    private static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult parent ? Path(parent).Append(result.Command.Name) : ["fctarget"];

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"fctarget: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
