// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace FcTarget.Probes.Tests.Usdt;

/// <summary>Programs of the system that read or trace probes.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public sealed record Outcome(int ExitCode, string Output, string Error);

    /// <summary>Skips the test unless this machine can trace a process of its own.</summary>
    public static void SkipUnlessTracing(params string[] programs)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "USDT is for Linux");
        SkipUnlessThere(programs);
        Skip.IfNot(Environment.IsPrivilegedProcess, "tracing needs root");
        Skip.IfNot(Directory.Exists("/sys/bus/event_source/devices/uprobe"), "the kernel has no uprobes");
    }

    public static void SkipUnlessThere(params string[] programs)
    {
        foreach (string program in programs)
            Skip.IfNot((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, program))), $"{program} is not installed");
    }

    public static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a program to its end.</summary>
    public static Outcome Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        process.StandardInput.Close();
        return End(process);
    }

    /// <summary>Waits for its end; one that does not end is killed and the test fails.</summary>
    public static Outcome End(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"{process.StartInfo.FileName} did not end: {output.Result} {error.Result}");
        }
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Ends a program as Ctrl-C does.</summary>
    public static Outcome Interrupt(Process process)
    {
        Run("kill", "-INT", process.Id.ToString());
        return End(process);
    }

    /// <summary>Reads the program's output up to a line. What came before it.</summary>
    public static string[] ReadUntil(Process process, string line) => ReadUntil(process, read => read == line);

    /// <summary>Reads the program's output up to a line that is as wanted. What came before it.</summary>
    public static string[] ReadUntil(Process process, Func<string, bool> isLast)
    {
        List<string> before = [];
        using CancellationTokenSource limit = new(Patience);
        try
        {
            while (process.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult() is { } read)
            {
                if (isLast(read)) return [.. before];
                before.Add(read);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        throw new TimeoutException($"{process.StartInfo.FileName} did not say what was waited for");
    }

    /// <summary>Waits until something is so.</summary>
    public static void WaitUntil(Func<bool> isSo, Process orItEnds)
    {
        if (SpinWait.SpinUntil(() => isSo() || orItEnds.HasExited, Patience) && isSo()) return;
        throw new TimeoutException($"{orItEnds.StartInfo.FileName} did not get there: {(orItEnds.HasExited ? orItEnds.StandardError.ReadToEnd() : "too slow")}");
    }
}
