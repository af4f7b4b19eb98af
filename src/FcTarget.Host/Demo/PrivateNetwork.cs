// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Diagnostics;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;

namespace FcTarget.Host.Demo;

/// <summary>
/// A network namespace for one run of this program. It has no name and belongs to the process in it: the kernel removes it and the
/// veth pair with that process, however it ends. Needs root, <c>unshare</c> (util-linux) and <c>ip</c> (iproute2).
/// </summary>
internal static class PrivateNetwork
{
    /// <summary>Tells the inner process where it is.</summary>
    public const string InsideOption = "--in-own-namespace";

    private const string TargetEnd = "fctarget0", InitiatorEnd = "fctarget1";

    /// <summary>Full FC frames of 2112 bytes fit (FC-BB-6).</summary>
    private const int Mtu = 2500;

    /// <summary>Why there can be no namespace; null when there can.</summary>
    public static string? WhyNot()
    {
        if (!Environment.IsPrivilegedProcess) return "sudo lets it use a veth pair";
        if (Try("ip", ["-V"]) is not null) return "a veth pair needs the program ip (package iproute2)";
        return Try("unshare", ["--net", "true"]) is { } error ? $"no network namespace to be had ({error})" : null;
    }

    /// <summary>Runs this program in a new namespace, with the terminal of this process, and returns its exit code.</summary>
    public static async Task<int> RunSelfAsync(string[] arguments)
    {
        string self = Environment.ProcessPath!;
        // Started as "dotnet fctarget.dll", the program is the first argument; as an executable of its own it is the process.
        string[] program = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [self, Environment.GetCommandLineArgs()[0]] : [self];
        using Process inner = Process.Start(new ProcessStartInfo("unshare", ["--net", "--", .. program, .. arguments]) { UseShellExecute = false })!;
        // A terminal sends Ctrl-C to both processes; whoever sends a signal to this one means the demo.
        using StopSignals signals = new(() => Try("kill", ["-TERM", inner.Id.ToString()]));
        await inner.WaitForExitAsync();
        return inner.ExitCode;
    }

    /// <summary>Makes the veth pair, both ends up. In the namespace.</summary>
    /// <exception cref="OperatorException">It cannot be made.</exception>
    public static (string Target, string Initiator) MakeVethPair()
    {
        Ip("link", "add", TargetEnd, "mtu", $"{Mtu}", "type", "veth", "peer", "name", InitiatorEnd, "mtu", $"{Mtu}");
        Ip("link", "set", TargetEnd, "up");
        Ip("link", "set", InitiatorEnd, "up");
        return (TargetEnd, InitiatorEnd);

        static void Ip(params string[] arguments)
        {
            if (Try("ip", arguments) is { } error)
                throw new OperatorException($"'ip {string.Join(' ', arguments)}' failed: {error} Use fctarget demo --in-memory.");
        }
    }

    /// <summary>Runs a program; null when it ends with 0, otherwise what it said.</summary>
    private static string? Try(string program, string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            string error = process.StandardError.ReadToEnd().Trim().ReplaceLineEndings(" ");
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Length > 0 ? error : $"exit code {process.ExitCode}";
        }
        catch (Win32Exception fault)
        {
            return fault.Message;
        }
    }
}
