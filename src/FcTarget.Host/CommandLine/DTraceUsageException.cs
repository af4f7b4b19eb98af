// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;

namespace FcTarget.Host.CommandLine;

/// <summary>The command line of <c>fctarget dtrace</c> is wrong.</summary>
internal sealed class DTraceUsageException : Exception
{
    /// <param name="message">What follows <c>dtrace: </c>; null: nothing but the usage.</param>
    /// <param name="hasUsage">Whether the usage is printed.</param>
    /// <param name="isHelp">It was asked for.</param>
    /// <param name="exitCode">What the process ends with.</param>
    public DTraceUsageException(string? message, bool hasUsage = true, bool isHelp = false, int exitCode = ExitCodes.Usage) : base(message)
    {
        Sentence = message;
        HasUsage = hasUsage;
        IsHelp = isHelp;
        ExitCode = isHelp ? ExitCodes.Success : exitCode;
    }

    public string? Sentence { get; }

    public bool HasUsage { get; }

    public bool IsHelp { get; }

    public int ExitCode { get; }
}
