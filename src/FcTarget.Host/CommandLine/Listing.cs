// SPDX-License-Identifier: MIT

using Spectre.Console;

namespace FcTarget.Host.CommandLine;

/// <summary>
/// A table on standard output. Where the terminal is too narrow for it, each row is a block of lines: a WWN that is cut in two helps
/// nobody. Into a pipe it is never cut and has no escape sequences.
/// </summary>
internal sealed class Listing
{
    /// <summary>Columns when there is no terminal: more than any row has.</summary>
    private const int WidthWithoutTerminal = 2000;

    /// <summary>Between two columns.</summary>
    private const int Gap = 2;

    private readonly string[] _columns;
    private readonly List<string[]> _rows = [];

    public Listing(params string[] columns) => _columns = columns;

    /// <param name="cells">As many as columns; an empty one is shown as a dash.</param>
    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : cell)]);

    public void Print() => Print(AnsiConsole.Console, Console.IsOutputRedirected ? WidthWithoutTerminal : AnsiConsole.Profile.Width);

    internal void Print(IAnsiConsole console, int width)
    {
        console.Profile.Width = Math.Max(width, 1);
        int needed = _columns.Select((name, i) => Gap + _rows.Select(row => row[i].Length).Append(name.Length).Max()).Sum();
        console.Write(needed <= width ? AsTable() : AsBlocks());
    }

    /// <summary>A point in time, in local time, to the second.</summary>
    public static string Time(DateTimeOffset? time) => time is { } at ? at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss") : "";

    private Table AsTable()
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string column in _columns) table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        foreach (string[] row in _rows) table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }

    private Grid AsBlocks()
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        for (int r = 0; r < _rows.Count; r++)
        {
            if (r > 0) grid.AddEmptyRow();
            for (int c = 0; c < _columns.Length; c++) grid.AddRow(new Text(_columns[c]), new Text(_rows[r][c]));
        }
        return grid;
    }
}
