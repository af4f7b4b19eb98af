// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>Programs of this machine.</summary>
internal static class Shell
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TimeoutException">It took too long and was killed.</exception>
    public static Finished Run(string program, IEnumerable<string> arguments, TimeSpan limit, IDictionary<string, string>? environment = null)
    {
        string[] words = [.. arguments];
        ProcessStartInfo start = new(program, words) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', words)} took more than {limit.TotalSeconds} s");
        }
        process.WaitForExit();
        return new Finished($"{program} {string.Join(' ', words)}", process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Runs a short program that has to succeed, and returns what it printed.</summary>
    public static string Check(string program, params string[] arguments) => Run(program, arguments, TimeSpan.FromSeconds(30)).OrThrow();

    /// <summary>Whether a program of that name is on the path.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FcTarget.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No FcTarget.sln above {AppContext.BaseDirectory}.");
    }
}

/// <summary>What a program left behind.</summary>
internal sealed record Finished(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>Its output, if it succeeded.</summary>
    public string OrThrow() => ExitCode == 0 ? Output : throw new InvalidOperationException($"{Command}\nexit {ExitCode}\n{Output}{Errors}");
}
