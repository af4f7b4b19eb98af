// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>The tasks of one logical unit (SAM-5 task set).</summary>
public sealed class TaskSet
{
    internal static void OnComplete(ScsiTask task) { }
}
