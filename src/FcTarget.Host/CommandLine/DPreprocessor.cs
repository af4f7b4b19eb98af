// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Diagnostics;
using FcTarget.Host.Options;

namespace FcTarget.Host.CommandLine;

/// <summary><c>-C</c>: programs go through the C preprocessor of this machine before they are sent; <c>-D -I -U -H</c> are its options.</summary>
internal sealed class DPreprocessor
{
    private const string Program = "cpp";

    private readonly List<string> _options = ["-D__SUNW_D=1", "-D__SUNW_D_VERSION=0x01000000"];

    /// <summary>Whether <c>-C</c> was given; without it the other letters do nothing, as in dtrace(1).</summary>
    public bool IsWanted { get; set; }

    /// <param name="letter">D, I, U or H.</param>
    public void Add(char letter, string value = "") => _options.Add($"-{letter}{value}");

    /// <summary>The program as the preprocessor leaves it, with its line markers.</summary>
    /// <param name="title">How messages name it.</param>
    /// <exception cref="DTraceUsageException">There is no preprocessor, or it refuses the program.</exception>
    public string Run(string text, string title)
    {
        // #! is no directive; its line stays, so that the others keep their numbers.
        if (text.StartsWith("#!", StringComparison.Ordinal)) text = text[Math.Max(text.IndexOf('\n'), 0)..];
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program, [.. _options, "-"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!; // its messages go to our standard error
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            process.StandardInput.Write(text);
            process.StandardInput.Close();
            string preprocessed = output.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == 0 ? preprocessed : throw Failed(title, "Preprocessor failed to process input program");
        }
        catch (Win32Exception)
        {
            throw Failed(title, "Preprocessor not found");
        }
        catch (IOException)
        {
            throw Failed(title, "Preprocessor failed to process input program"); // it ended before it had read all
        }
    }

    private static DTraceUsageException Failed(string title, string why) =>
        new($"failed to compile {title}: {why}", hasUsage: false, exitCode: ExitCodes.Failure);
}
