// SPDX-License-Identifier: MIT

namespace FcTarget.Lab.Tests.Rig;

/// <summary>FcTarget as a user starts it: <c>./fctarget run</c>, the Release build.</summary>
internal sealed class Target : IDisposable
{
    // The launcher may build first.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private readonly Daemon _daemon;

    public Target(string networkInterface, string probeFile, params string[] logicalUnits)
    {
        ProbeFile = probeFile;
        string[] units = [.. logicalUnits.SelectMany(lu => new[] { "--lu", lu })];
        _daemon = new Daemon(
            Path.Combine(Shell.Root, "fctarget"),
            ["run", "--interface", networkInterface, "--topology", "vn2vn", "--probes", probeFile, .. units]);
        try
        {
            Wwpn = _daemon.WaitFor($@"^ready {networkInterface} (\S+)", StartLimit).Groups[1].Value.Replace(":", "");
        }
        catch
        {
            _daemon.Dispose();
            throw;
        }
    }

    /// <summary>WWPN of the ready line: 16 digits.</summary>
    public string Wwpn { get; }

    public string ProbeFile { get; }

    public string Output => _daemon.Output;

    public bool HasExited => _daemon.HasExited;

    /// <summary>SIGTERM; returns the exit code, null if it does not end.</summary>
    public int? Stop()
    {
        _daemon.Signal("TERM");
        return _daemon.WaitForExit(TimeSpan.FromSeconds(15));
    }

    /// <summary>SIGKILL: no chance to write anything back.</summary>
    public void Kill() => _daemon.Kill();

    public void Dispose()
    {
        if (!HasExited) Stop();
        _daemon.Dispose();
    }
}
