// SPDX-License-Identifier: MIT

namespace FcTarget.Port.Tests;

/// <summary>What the tables of probes share.</summary>
internal static class ProbeTable
{
    /// <summary>Each row twice: as documented, and as COMSTAR shows it.</summary>
    public static TheoryData<string, bool> InBothModes(IEnumerable<string> rows)
    {
        TheoryData<string, bool> names = [];
        foreach (string row in rows)
        {
            names.Add(row, false);
            names.Add(row, true);
        }
        return names;
    }
}
