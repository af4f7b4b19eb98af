// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Host.CommandLine;
using FcTarget.Host.Options;
using Microsoft.Extensions.Configuration;

namespace FcTarget.Host.Tests;

/// <summary>fctarget as a process of its own.</summary>
internal static class Cli
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public static string Program { get; } = typeof(FcTargetCommand).Assembly.Location;

    public sealed record Outcome(int ExitCode, string Output, string Error);

    /// <summary>Runs it to its end, in a directory without a configuration file.</summary>
    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using Process process = Start("dotnet", [Program, .. arguments]);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await EndOf(process);
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>XDG_RUNTIME_DIR of the processes: targets elsewhere on this machine are not found, nor in the way.</summary>
    public static string RuntimeDirectory { get; } = Directory.CreateTempSubdirectory("fctarget-test.").FullName;

    /// <summary>Starts a program. One that is there for longer than any test is killed, so that no test reads from it for ever.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            Environment = { ["XDG_RUNTIME_DIR"] = RuntimeDirectory },
        })!;
        _ = EndLateAsync(process);
        return process;
    }

    private static async Task EndLateAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(2 * Patience);
        }
        catch (TimeoutException)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // The test is through with it.
            }
        }
        catch (InvalidOperationException)
        {
            // The same, before it ended.
        }
    }

    /// <summary>Waits for its end; one that does not end is killed and the test fails.</summary>
    public static async Task EndOf(Process process)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"fctarget did not end within {Patience.TotalSeconds} s.");
        }
    }
}

/// <summary>Settings from layers made for a test.</summary>
internal static class Layers
{
    public static TargetSettings Read(string? file, params (string Key, string Value)[] commandLine)
    {
        ConfigurationBuilder builder = new();
        SettingsLayers.AddTo(builder, file, commandLine.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        TargetSettings settings = new();
        SettingsLayers.Read(builder.Build(), settings);
        return settings;
    }
}
