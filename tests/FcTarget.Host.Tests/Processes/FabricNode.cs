// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using FcTarget.Host.Control;

namespace FcTarget.Host.Tests.Processes;

/// <summary><c>fctarget run</c> on an interface of a <see cref="FabricNetwork"/>, from its ready line to its end.</summary>
internal sealed class FabricNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly FabricNetwork _network;
    private readonly string _interface;
    private readonly string[] _arguments;
    private readonly string _socket = Path.Combine(Directory.CreateTempSubdirectory("fctarget-node.").FullName, "control");
    private Process _process = null!;

    public FabricNode(FabricNetwork network, string onInterface, params string[] arguments)
    {
        _network = network;
        _interface = onInterface;
        _arguments = arguments;
        Start();
    }

    /// <summary>Starts it, again if it was killed. Without waiting for its ready line: in a fabric that takes a login.</summary>
    public void Start()
    {
        _process = _network.Start(["run", "--interface", _interface, "--control", _socket, .. _arguments]);
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: nobody is told.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGSTOP, or SIGCONT: it falls silent with all it knows, or goes on.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>What a command prints as JSON; null while it cannot be asked.</summary>
    public async Task<JsonElement?> AskAsync(params string[] command)
    {
        Cli.Outcome outcome = await Cli.RunAsync([.. command, "--json", "-T", _socket]);
        if (outcome.ExitCode != 0) return null;
        using JsonDocument answer = JsonDocument.Parse(outcome.Output);
        return answer.RootElement.Clone();
    }

    /// <summary>Likewise by the control socket without a process for each question, until the answer is what the test waits for.</summary>
    public async Task<JsonElement> WaitForAsync(string what, string path, Func<JsonElement, bool> isIt)
    {
        string last = "it was not to be asked";
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < Patience; await Task.Delay(50))
        {
            try
            {
                using ControlClient client = new(_socket);
                using JsonDocument answer = JsonDocument.Parse(await client.AskAsync(HttpMethod.Get, path, default));
                if (isIt(answer.RootElement)) return answer.RootElement.Clone();
                last = answer.RootElement.GetRawText();
            }
            catch (Exception fault) when (fault is Options.OperatorException or ControlException or HttpRequestException or JsonException)
            {
                last = fault.Message;
            }
        }
        throw new TimeoutException($"{_interface}: not {what} within {Patience.TotalSeconds} s; at last {last}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Signal("CONT");
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        Directory.Delete(Path.GetDirectoryName(_socket)!, recursive: true);
    }
}
