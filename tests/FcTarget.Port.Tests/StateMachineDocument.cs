// SPDX-License-Identifier: MIT

namespace FcTarget.Port.Tests;

/// <summary>The tables of docs/state-machines.md, one entry a cell.</summary>
internal static class StateMachineDocument
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Root(), "docs", "state-machines.md"));

    /// <summary>Every cell of a machine. Throws when two rows name the same cell.</summary>
    public static Dictionary<(TState, TEvent), (TState Next, TAction Do)> Cells<TState, TEvent, TAction>(string machine)
        where TState : struct, Enum where TEvent : struct, Enum where TAction : struct, Enum
    {
        Dictionary<(TState, TEvent), (TState, TAction)> cells = [];
        foreach (string[] row in Rows(machine))
            foreach (TEvent cause in Names<TEvent>(row[1]))
                foreach (TState state in States(row[0], cause))
                {
                    TState next = row[2] == "same" ? state : Enum.Parse<TState>(row[2]);
                    if (!cells.TryAdd((state, cause), (next, Enum.Parse<TAction>(row[3]))))
                        throw new InvalidDataException($"{machine}: two rows for {state} x {cause}");
                }
        return cells;

        IEnumerable<TState> States(string column, TEvent cause) => column switch
        {
            "all" => Enum.GetValues<TState>(),
            "others" => [.. Enum.GetValues<TState>().Where(s => !cells.ContainsKey((s, cause)))],
            _ => Names<TState>(column),
        };
    }

    private static IEnumerable<T> Names<T>(string column) where T : struct, Enum =>
        column.Split(',', StringSplitOptions.TrimEntries).Select(Enum.Parse<T>);

    private static IEnumerable<string[]> Rows(string machine)
    {
        int at = Array.IndexOf(Lines, $"<!-- machine: {machine} -->");
        if (at < 0) throw new InvalidDataException($"docs/state-machines.md has no machine {machine}");
        return Lines.Skip(at + 3).TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries)[1..^1]);
    }

    private static string Root()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) return at.FullName;
        throw new DirectoryNotFoundException("No FcTarget.sln above " + AppContext.BaseDirectory);
    }
}
