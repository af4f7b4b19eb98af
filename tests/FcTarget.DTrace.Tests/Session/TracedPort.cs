// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Session;
using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>
/// A program on a live port in virtual time: the port and its peers talk (<see cref="Rig"/>), the session prints. Peers are
/// 2000020000000001 and 2000020000000002; both have their image pairs when the program begins.
/// </summary>
internal sealed partial class TracedPort : IDisposable
{
    private readonly Transcript _client = new();
    private readonly DTraceSession _session;
    private readonly RawPeer? _second;

    private TracedPort(DSource source, string[] arguments, DOptions options, bool beforeLogin = false)
    {
        if (beforeLogin)
        {
            Rig = new PortRig();
            Rig.AddPeer();
        }
        else
        {
            Rig = PortRig.WithImagePair();
            _second = Rig.AddPeer(number: 2);
            Rig.EstablishesImagePair(_second);
        }
        IDProgram program = DCompiler.Compile([source], "dtrace", arguments, options);
        _session = new DTraceSession(program, Rig.Provider, Rig.Clock, _client, TimeZoneInfo.Utc);
        _session.Start();
    }

    public PortRig Rig { get; }

    /// <summary>What was printed so far, as if all of it had happened on processor 0.</summary>
    public string Output => CpuColumn().Replace(_client.Output, "  0 ");

    public string Errors => _client.Errors;

    /// <summary>dtrace -n, on a port whose first peer has its image pair.</summary>
    public static TracedPort With(string program, params string[] arguments) => new(new DSource(program), arguments, new DOptions());

    /// <summary>dtrace -qn.</summary>
    public static TracedPort Quietly(string program) => new(new DSource(program), [], new DOptions { Quiet = true });

    /// <summary>dtrace -s of a file field.d.</summary>
    public static TracedPort Text(string script, params string[] arguments) => new(new DSource(script, "field.d"), arguments, new DOptions());

    /// <summary>dtrace -s of a script in probes/dtrace, or on a port that is not online yet.</summary>
    public static TracedPort Script(string name, bool beforeLogin = false, params string[] arguments) => new(
        new DSource(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scripts", name)), name), arguments, new DOptions(), beforeLogin);

    /// <summary>The peer 2000020000000002.</summary>
    public RawPeer Second => _second ?? throw new InvalidOperationException("There is one peer.");

    /// <summary>Whether the program has ended by itself.</summary>
    public bool HasExited => _session.HasExited;

    /// <summary>Lets time pass for the port and for the program.</summary>
    public void Advance(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed++)
        {
            Rig.Advance(1);
            _session.Poll();
        }
    }

    /// <summary>Ctrl-C. Returns all that was printed.</summary>
    public string Interrupt()
    {
        _session.Stop(interrupted: true);
        return Output;
    }

    /// <summary>The end after exit(). Returns its status.</summary>
    public int Exit() => _session.Stop(interrupted: false);

    public void Dispose()
    {
        _session.Dispose();
        Rig.Dispose();
    }

    [GeneratedRegex(@"^ {0,2}\d+ (?= {0,5}\d+ .{32,} )", RegexOptions.Multiline)]
    private static partial Regex CpuColumn();
}
