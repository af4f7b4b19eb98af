// SPDX-License-Identifier: MIT

namespace FcTarget.Host.Options;

/// <summary>
/// The operator asked for something that cannot be done. The message is one line: what is wrong, then the remedy.
/// </summary>
internal sealed class OperatorException : Exception
{
    public OperatorException(string message, int exitCode = ExitCodes.Failure) : base(message)
    {
        ExitCode = exitCode;
    }

    public int ExitCode { get; }
}
