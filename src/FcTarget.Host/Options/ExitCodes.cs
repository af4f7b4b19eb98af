// SPDX-License-Identifier: MIT

namespace FcTarget.Host.Options;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>It could not be done: no such interface, no rights, a bad file, ...</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>There is no running target to ask.</summary>
    public const int NotRunning = 3;

    /// <summary>Ended by SIGINT before it was done, as shells write it: 128 + 2.</summary>
    public const int Interrupted = 130;

    /// <summary>Nobody reads its output any more, as of <c>... | head -1</c>: 128 + 13, as shells write SIGPIPE.</summary>
    public const int BrokenPipe = 141;
}
