// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>A program that runs in the background, with what it prints.</summary>
internal sealed class Daemon : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly AutoResetEvent _printed = new(false);

    public Daemon(string program, IEnumerable<string> arguments, IDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Shell.Root,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Print(e.Data);
        _process.ErrorDataReceived += (_, e) => Print(e.Data);
        _process.Exited += (_, _) => _printed.Set();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>What it has printed so far on either stream.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Waits for a line and returns the match.</summary>
    /// <exception cref="InvalidOperationException">It ended, or the time did, before it printed such a line.</exception>
    public Match WaitFor(string pattern, TimeSpan limit)
    {
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            bool ended = HasExited; // looked at before the output: its last words count
            if (ended) _process.WaitForExit();
            Match match = Regex.Match(Output, pattern, RegexOptions.Multiline);
            if (match.Success) return match;
            TimeSpan left = limit - Stopwatch.GetElapsedTime(begin);
            if (ended || left <= TimeSpan.Zero)
                throw new InvalidOperationException($"{_process.StartInfo.FileName} {(ended ? $"ended ({_process.ExitCode})" : "did not")} before it printed '{pattern}':\n{Output}");
            _printed.WaitOne(left);
        }
    }

    /// <summary>Sends SIGTERM or another signal by name, to this process only.</summary>
    public void Signal(string signal) => Shell.Run("kill", [$"-{signal}", _process.Id.ToString()], TimeSpan.FromSeconds(5));

    /// <summary>Waits for its end and returns its exit code; null if it goes on.</summary>
    public int? WaitForExit(TimeSpan limit) => _process.WaitForExit(limit) ? _process.ExitCode : null;

    /// <summary>SIGKILL to it and to what it has started.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit(TimeSpan.FromSeconds(5));
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Print(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Append(line).Append('\n');
        _printed.Set();
    }
}
