// SPDX-License-Identifier: MIT

namespace FcTarget.Host.CommandLine;

/// <summary>
/// Options that most commands have may also stand before the command, where other programs have theirs: <c>fctarget -T eth0 lu list</c>.
/// </summary>
internal static class CommonOptions
{
    /// <summary>The same arguments with what stands before the command behind it.</summary>
    public static string[] BehindCommand(string[] args)
    {
        int at = 0;
        while (at < args.Length && Length(args[at]) is int length and > 0) at += length;
        if (at == 0 || at >= args.Length) return args; // none, or no command follows
        string[] options = args[..at], rest = args[at..];
        // dtrace's operands are the script's: its options come first. Of the others' what follows "--" is no option.
        int to = rest[0] == DTraceCommand.Name ? 1 : Array.IndexOf(rest, "--") is >= 0 and var end ? end : rest.Length;
        return [.. rest[..to], .. options, .. rest[to..]];
    }

    /// <summary>How many arguments the option takes with it; 0: it is none of these.</summary>
    private static int Length(string arg) => arg switch
    {
        "-T" or "--target-socket" => 2,
        "--json" => 1,
        _ when arg.StartsWith("--target-socket=", StringComparison.Ordinal) || arg.StartsWith("-T=", StringComparison.Ordinal) => 1,
        _ => 0,
    };
}
