// SPDX-License-Identifier: MIT

using FcTarget.Probes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FcTarget.Host.Demo;

/// <summary>What the demo shows: a live table on a terminal, lines elsewhere.</summary>
internal sealed class DemoScreen
{
    private const int WidthWithoutTerminal = 400, LastProbes = 8;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250), Line = TimeSpan.FromSeconds(1);

    private readonly IAnsiConsole _console;
    private readonly Queue<string> _last = new();

    public DemoScreen()
    {
        bool terminal = !Console.IsOutputRedirected;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal) _console.Profile.Width = WidthWithoutTerminal;
    }

    public void Title(string text) => _console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");

    public void Text(string text) => _console.MarkupLine(Markup.Escape(text));

    public void Failure(string text) => _console.MarkupLine($"[red]{Markup.Escape(text)}[/]");

    /// <summary>Prints the steps and the probes that have come since the last call.</summary>
    public void PrintEvents(DemoRig rig)
    {
        while (rig.Events.TryTake(out DemoEvent step)) _console.MarkupLine($"{step.At.TotalSeconds,7:0.000} s  {step.Who,-9}  {Markup.Escape(step.What)}");
        while (rig.Probes.TryTake(out string line)) _console.MarkupLine($"           [grey]probe      {Markup.Escape(ProbeText.Of(line))}[/]");
    }

    /// <summary>Shows how a phase goes until it is over.</summary>
    public async Task WatchAsync(string phase, Meter meter, DemoRig rig, Task work)
    {
        if (_console.Profile.Capabilities.Interactive && _console.Profile.Capabilities.Ansi)
        {
            await _console.Live(Render(phase, meter, rig)).AutoClear(true).StartAsync(async live =>
            {
                while (!work.IsCompleted)
                {
                    rig.Probes.Want(LastProbes);
                    await Task.WhenAny(work, Task.Delay(Frame));
                    if (work.IsCompletedSuccessfully) meter.Stop();
                    live.UpdateTarget(Render(phase, meter, rig));
                    live.Refresh();
                }
            });
            if (work.IsCompletedSuccessfully) Text($"{phase}: {Rates(meter)}");
        }
        else
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(Line));
                if (work.IsCompletedSuccessfully) meter.Stop();
                Text($"{phase}: {Rates(meter)}");
            }
        }
        await work;
    }

    /// <summary>A table of the probes that have fired.</summary>
    public void PrintProbes(ProbeTally probes)
    {
        IEnumerable<string> counts = Fired(probes).Select(probe => $"{FcProbeNames.Of(probe)} {probes[probe]}");
        Text($"Probes: {string.Join(", ", counts)}");
    }

    public static string Rates(Meter meter) =>
        $"{meter.Commands} commands, {meter.CommandsPerSecond:0} IOPS, {meter.MebibytesPerSecond:0.0} MiB/s, latency {meter.Percentile(0.5):0} us median, {meter.Percentile(0.99):0} us 99 %";

    private static IEnumerable<FcProbe> Fired(ProbeTally probes) => Enum.GetValues<FcProbe>().Where(probe => probes[probe] > 0);

    private IRenderable Render(string phase, Meter meter, DemoRig rig)
    {
        while (rig.Probes.TryTake(out string line))
        {
            _last.Enqueue(line);
            if (_last.Count > LastProbes) _last.Dequeue();
        }
        Table rates = new Table().Border(TableBorder.Rounded).AddColumns("phase", "commands", "IOPS", "MiB/s", "median", "99 %");
        rates.AddRow(
            Markup.Escape(phase), $"{meter.Commands}", $"[green]{meter.CommandsPerSecond:0}[/]", $"[green]{meter.MebibytesPerSecond:0.0}[/]",
            $"{meter.Percentile(0.5):0} us", $"{meter.Percentile(0.99):0} us");
        Table probes = new Table().Border(TableBorder.Rounded).AddColumns("probe", "fired");
        foreach (FcProbe probe in Fired(rig.Probes)) probes.AddRow($"fc:::{FcProbeNames.Of(probe)}", $"{rig.Probes[probe]}");
        string last = string.Join('\n', _last.Select(line => Markup.Escape(ProbeText.Of(line))));
        return new Rows(rates, probes, new Markup($"[grey]{last}[/]"));
    }
}
