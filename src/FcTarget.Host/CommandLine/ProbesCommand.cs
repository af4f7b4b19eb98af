// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Host.Options;
using FcTarget.Probes.Usdt;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget probes</c>: what tracers find in a running target, and the library they find it by.</summary>
internal static class ProbesCommand
{
    public static Command Make() => new("probes", "The USDT probes that bpftrace, perf, SystemTap and others trace.") { MakeList(), MakeEmit() };

    private static Command MakeList()
    {
        Command command = new("list", "Lists the probes with their arguments, as in probes/fc_probes.h.");
        command.SetAction(_ =>
        {
            foreach (string probe in UsdtDescription.Probes) Console.Out.WriteLine($"{UsdtDescription.Provider}:{probe}");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command MakeEmit()
    {
        Argument<string> path = new("PATH") { Description = "The file, replaced if it is there. Beside the program, as libfcprobes.so, it is what the program loads." };
        Option<string> architecture = new("--arch") { HelpName = string.Join('|', UsdtDescription.Architectures), Description = "Processor; this machine's by default." };
        architecture.AcceptOnlyFromAmong([.. UsdtDescription.Architectures]);
        Command command = new("emit", "Writes the probe library, libfcprobes.so.") { path, architecture };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(path)!;
            try
            {
                UsdtDescription.Emit(file, parsed.GetValue(architecture));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new OperatorException($"Probe library '{file}' cannot be written: {fault.Message}");
            }
            return ExitCodes.Success;
        });
        return command;
    }
}
