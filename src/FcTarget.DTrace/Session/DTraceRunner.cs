// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Session;

/// <summary>dtrace(1) inside the target: compiles, lists or runs, on the calling thread.</summary>
public static class DTraceRunner
{
    /// <summary>It failed: a program does not compile, matches nothing, ...</summary>
    public const int Failed = 1;

    /// <summary>What <c>$0</c> is for programs that are no scripts.</summary>
    private const string CommandName = "dtrace";

    /// <summary>Runs until exit(), an interrupt, or the client's end.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="provider">Whose probes.</param>
    /// <param name="time">The clock of timestamps and rates.</param>
    /// <param name="client">Where output goes.</param>
    /// <param name="interrupt">SIGINT: END fires and what is left is printed.</param>
    /// <param name="abandon">The client is gone: ends at once, prints nothing more.</param>
    /// <returns>The exit status: that of exit(), 0, or <see cref="Failed"/>.</returns>
    /// <exception cref="IOException">The client could not be written to. The program is detached.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="abandon"/>. The program is detached.</exception>
    public static int Run(
        DTraceRequest request, FcProvider provider, TimeProvider time, IDTraceClient client, CancellationToken interrupt, CancellationToken abandon) =>
        Run(request, provider, time, client, session => session.Run(interrupt, abandon));

    /// <summary>Runs in a time that the caller moves, such as that of a capture.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="provider">Whose probes.</param>
    /// <param name="time">The clock that the caller moves.</param>
    /// <param name="client">Where output goes.</param>
    /// <param name="course">Fires probes and moves the time, on this thread; END fires when it returns. Not called for what does not run.</param>
    /// <returns>The exit status: that of exit(), 0, or <see cref="Failed"/>.</returns>
    /// <exception cref="IOException">The client could not be written to. The program is detached.</exception>
    public static int RunAlong(DTraceRequest request, FcProvider provider, TimeProvider time, IDTraceClient client, Action<DTracePace> course) =>
        Run(request, provider, time, client, session =>
        {
            session.Start();
            course(new DTracePace(session));
            return session.Stop(interrupted: false);
        });

    private static int Run(DTraceRequest request, FcProvider provider, TimeProvider time, IDTraceClient client, Func<DTraceSession, int> course)
    {
        DOptions options = new();
        foreach (DTraceOption option in request.Options)
            if (options.Set(option.Name, option.Value) is { } error) return Fail(client, $"failed to set -x {option.Name}: {error}");
        DSource[] sources = [.. request.Programs.Select(p => new DSource(p.Text, p.Script, (int)p.Fields))];
        try
        {
            if (request.Mode == DTraceMode.List)
            {
                options.ZDefs = true; // what matches nothing lists nothing
                List(DCompiler.List(sources, CommandName, request.Arguments, options), request.Verbose, client);
                return 0;
            }
            IDProgram program = DCompiler.Compile(sources, CommandName, request.Arguments, options);
            if (request.Mode == DTraceMode.Compile) return 0;
            if (program.Matches.Sum(m => m.Probes) == 0 && !options.ZDefs)
                return Fail(client, sources.Length > 0 ? "no probes matched" : "no probes specified");
            using DTraceSession session = new(program, provider, time, client);
            return course(session);
        }
        catch (DCompileException refused)
        {
            return Fail(client, refused.Message);
        }
    }

    private static void List(IReadOnlyList<PatternMatch> matches, bool verbose, IDTraceClient client)
    {
        Output.OutputText output = new();
        ProbeListing.Begin(output);
        foreach (PatternMatch match in matches) ProbeListing.Write(output, match.Probes, verbose);
        client.Write(output.Written);
        foreach (PatternMatch match in matches.Where(m => m.Probes.Count == 0))
            client.WriteError($"dtrace: failed to match {match.Pattern}: No probe matches description\n");
    }

    private static int Fail(IDTraceClient client, string message)
    {
        client.WriteError($"dtrace: {message}\n");
        return Failed;
    }
}
