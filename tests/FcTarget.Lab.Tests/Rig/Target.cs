// SPDX-License-Identifier: MIT

namespace FcTarget.Lab.Tests.Rig;

/// <summary>FcTarget as a user starts it: <c>./fctarget run</c>, the Release build.</summary>
internal sealed class Target : IDisposable
{
    // The launcher may build first.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private readonly Daemon _daemon;

    /// <param name="networkInterface">Where it serves.</param>
    /// <param name="topology">What it plays there.</param>
    /// <param name="probeFile">Where its probes go.</param>
    /// <param name="arguments">More of the command line.</param>
    public Target(string networkInterface, string topology, string probeFile, params string[] arguments)
    {
        ProbeFile = probeFile;
        ControlSocket = probeFile + ".sock";
        _daemon = new Daemon(
            Path.Combine(Shell.Root, "fctarget"),
            ["run", "--interface", networkInterface, "--topology", topology, "--probes", probeFile, "--control", ControlSocket, .. arguments]);
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

    /// <summary>For the commands' <c>--target-socket</c>.</summary>
    public string ControlSocket { get; }

    public string Output => _daemon.Output;

    public bool HasExited => _daemon.HasExited;

    /// <summary>Administers it: <c>fctarget</c> with these words, which has to succeed. Returns what it printed.</summary>
    public string Admin(params string[] words) =>
        Shell.Run(Path.Combine(Shell.Root, "fctarget"), [.. words, "--target-socket", ControlSocket], TimeSpan.FromMinutes(1)).OrThrow();

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
