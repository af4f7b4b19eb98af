// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Output;

/// <summary>A format string that is wrong, or does not go with its arguments, in libdtrace's words.</summary>
/// <param name="message">Its sentence.</param>
/// <param name="tag">libdtrace's name for it, for <c>-x errtags</c>; null: it has none.</param>
internal sealed class DFormatException(string message, string? tag = null) : FormatException(message)
{
    public string? Tag { get; } = tag;
}
