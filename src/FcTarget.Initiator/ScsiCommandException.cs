// SPDX-License-Identifier: MIT

namespace FcTarget.Initiator;

/// <summary>A command whose data was asked for did not end with GOOD.</summary>
public sealed class ScsiCommandException(string command, ScsiResult result) : Exception($"{command} ended with {result}.")
{
    public ScsiResult Result => result;
}
