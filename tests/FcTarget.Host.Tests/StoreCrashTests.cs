// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Host.Control;
using FcTarget.Host.Options;
using FcTarget.Scsi;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Host.Tests;

/// <summary>kill -9 of a real target in the midst of administrative changes. Needs root.</summary>
[Collection("environment")]
public sealed class StoreCrashTests : IDisposable
{
    private const int Changes = 1000, Lives = 20;
    private const string Target = "20000000000000aa"; // a veth has another MAC address in each life

    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-crash.").FullName;
    private readonly Random _random = new(1);
    private StmfConfiguration _acknowledged = StmfConfiguration.Empty.WithTargetPort(Target);

    private string Store => Path.Combine(_folder, "stmf.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task After_each_kill_every_acknowledged_change_is_there_and_none_by_half()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        int done = 0, inFlight = 0;
        for (int life = 0; life < Lives || done < Changes; life++)
        {
            using Process process = Start();
            (await process.StandardOutput.ReadLineAsync()).Should().StartWith("ready ");
            Task kill = KillAfter(process, TimeSpan.FromMilliseconds(_random.Next(20, 200)), minimum: Changes / Lives);
            StmfConfiguration? maybe = null;
            using (ControlClient client = new(Path.Combine(_folder, "a.sock")))
            {
                try
                {
                    while (true)
                    {
                        (maybe, Func<ControlClient, Task> ask) = NextChange();
                        await ask(client);
                        _acknowledged = maybe;
                        maybe = null;
                        done++;
                        Interlocked.Increment(ref _inThisLife);
                    }
                }
                catch (Exception fault) when (_killed && fault is (OperatorException or IOException or HttpRequestException))
                {
                    await kill;
                }
                finally
                {
                    process.Kill(); // a change was refused that the rules allow: the test fails, and leaves nothing behind
                }
            }
            StmfConfiguration found = new ConfigurationStore(Store).Load();
            if (maybe is not null && found.Equals(maybe) && !found.Equals(_acknowledged)) inFlight++;
            else found.Should().Be(_acknowledged);
            _acknowledged = found;
            _inThisLife = 0;
            _killed = false;
        }
        done.Should().BeGreaterThanOrEqualTo(Changes);
    }

    private int _inThisLife;
    private volatile bool _killed;

    private Process Start() => Cli.Start(
        "unshare", "--net", "sh", "-c",
        $"ip link add fct0 type veth peer name fct1 && ip link set fct0 up && ip link set fct1 up && exec dotnet '{Cli.Program}' run --interface fct0 "
        + $"--topology p2p --wwpn {Target} --store '{Store}' --control '{Path.Combine(_folder, "a.sock")}'");

    private async Task KillAfter(Process process, TimeSpan time, int minimum)
    {
        while (Volatile.Read(ref _inThisLife) < minimum && !process.HasExited) await Task.Delay(5);
        await Task.Delay(time);
        _killed = true;
        process.Kill(); // SIGKILL
        await Cli.EndOf(process);
    }

    /// <summary>A change that the rules allow, and how it is asked for.</summary>
    private (StmfConfiguration Next, Func<ControlClient, Task> Ask) NextChange()
    {
        while (true)
        {
            string unit = Any(["one", "two", "three"]), group = Any(["a", "b"]), port = Any(["2000000000000001", "2000000000000002"]);
            bool preferred = _random.Next(2) == 0;
            string? viewGroup = _random.Next(2) == 0 ? null : group;
            try
            {
                return _random.Next(9) switch
                {
                    0 => (_acknowledged.WithLogicalUnit(new LogicalUnitRecord(unit, "memory:1M")),
                        client => client.AskAsync(HttpMethod.Post, "lus", new NewLogicalUnit(unit, "memory:1M"), StmfJson.Default.NewLogicalUnit, default)),
                    1 => (_acknowledged.WithoutLogicalUnit(unit), client => client.AskAsync(HttpMethod.Delete, $"lus/{unit}", default)),
                    2 => (_acknowledged.WithHostGroup(group),
                        client => client.AskAsync(HttpMethod.Post, "host-groups", new NewName(group), StmfJson.Default.NewName, default)),
                    3 => (_acknowledged.WithoutHostGroup(group), client => client.AskAsync(HttpMethod.Delete, $"host-groups/{group}", default)),
                    4 => (_acknowledged.WithHost(group, port),
                        client => client.AskAsync(HttpMethod.Post, $"host-groups/{group}/members", new NewName(port), StmfJson.Default.NewName, default)),
                    5 => (_acknowledged.WithTargetGroup(group),
                        client => client.AskAsync(HttpMethod.Post, "target-groups", new NewName(group), StmfJson.Default.NewName, default)),
                    6 => (_acknowledged.WithAccess(group, AccessState.Standby, preferred),
                        client => client.AskAsync(
                            HttpMethod.Put, $"target-groups/{group}/alua", new NewAccess("standby", preferred), StmfJson.Default.NewAccess, default)),
                    7 => (_acknowledged.WithTargetOnline(Target, preferred), client => client.AskAsync(
                        HttpMethod.Put, $"targets/{Target}/state", new NewState(preferred ? "online" : "offline"), TargetJson.Default.NewState, default)),
                    _ => (_acknowledged.WithView(unit, viewGroup, null, null, out _),
                        client => client.AskAsync(HttpMethod.Post, "views", new NewView(unit, viewGroup), StmfJson.Default.NewView, default)),
                };
            }
            catch (StmfException)
            {
                // against the rules: another
            }
        }
    }

    private string Any(string[] of) => of[_random.Next(of.Length)];
}
