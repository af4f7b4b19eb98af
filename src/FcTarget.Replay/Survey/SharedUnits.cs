// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Survey;

/// <summary>Finds the logical units that a capture shows behind several targets: what one path writes is there for the other.</summary>
internal static class SharedUnits
{
    /// <summary>By target and LUN: the first target and LUN that has the same unit.</summary>
    public static Dictionary<(uint Target, int Lun), (uint Target, int Lun)> Of(CaptureSurvey survey)
    {
        Dictionary<(uint Target, int Lun), (uint Target, int Lun)> shared = [];
        Dictionary<string, (uint Target, int Lun)> first = [];
        HashSet<(uint Target, string Name)> named = []; // a unit is behind one LUN of a target
        foreach (((uint Target, int Lun) at, UnitSurvey unit) in survey.Units)
        {
            string? name = unit.Naa != 0 ? unit.Naa.ToString("x32") : unit.SerialNumber.Length > 0 ? $"{unit.Product} {unit.SerialNumber}" : null;
            if (name is null || !named.Add((at.Target, name))) continue;
            if (first.TryAdd(name, at)) continue;
            UnitSurvey other = survey.Units[first[name]];
            if (unit.Blocks == 0 || other.Blocks == 0 || (unit.Blocks == other.Blocks && unit.BlockLength == other.BlockLength)) shared.Add(at, first[name]);
        }
        return shared;
    }
}
