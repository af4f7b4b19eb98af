// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Compile;

/// <summary>One program of a command line.</summary>
/// <param name="Text">D.</param>
/// <param name="Script">Name of the file it came from (<c>-s</c>); null for one given on the command line.</param>
/// <param name="Fields">Which field a description without colon names: 4 a probe name (<c>-n</c> and scripts), 3 a function, 2 a module, 1 a provider.</param>
internal sealed record DSource(string Text, string? Script = null, int Fields = 4)
{
    /// <summary>What the message about matches names: a description is cut where its predicate or actions begin.</summary>
    public string Title
    {
        get
        {
            if (Script is not null) return $"script '{Script}'";
            int end = Text.AsSpan().IndexOfAny("{/;");
            return $"description '{(end < 0 ? Text : Text[..end])}'";
        }
    }
}
