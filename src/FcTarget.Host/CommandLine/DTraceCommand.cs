// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FcTarget.Host.Control;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;

namespace FcTarget.Host.CommandLine;

/// <summary>
/// <c>fctarget dtrace</c>: dtrace(1) over the probes of a running target. It has a command line of its own because D scripts' <c>#!</c>
/// lines and people's fingers expect that of dtrace(1); messages and exit statuses are its, too.
/// </summary>
internal static class DTraceCommand
{
    public const string Name = "dtrace";

    /// <summary>For <c>fctarget --help</c>; <see cref="RunAsync"/> gets the arguments before they are parsed.</summary>
    public static System.CommandLine.Command Describe() => new(Name, "Runs D programs over the fc probes of a running target, as dtrace(1) does.");

    /// <param name="args">What follows <c>dtrace</c>.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        try
        {
            DTraceArguments arguments = DTraceArguments.Parse(args);
            if (arguments.WantsVersion)
            {
                Console.Out.WriteLine($"dtrace: FcTarget D {typeof(DTraceCommand).Assembly.GetName().Version!.ToString(3)}");
                return ExitCodes.Success;
            }
            if (arguments.Capture is { } capture) return DTraceReplay.Run(arguments, capture);
            return await TraceAsync(arguments);
        }
        catch (DTraceUsageException wrong)
        {
            if (wrong.Sentence is not null) Console.Error.WriteLine($"dtrace: {wrong.Sentence}");
            if (wrong.HasUsage) await (wrong.IsHelp ? Console.Out : Console.Error).WriteAsync(DTraceArguments.Usage);
            return wrong.ExitCode;
        }
        catch (OperatorException refused)
        {
            Console.Error.WriteLine($"dtrace: failed to initialize dtrace: {refused.Message}");
            return ExitCodes.Failure;
        }
        catch (IOException gone) when (DescriptorStream.IsBrokenPipe(gone))
        {
            return ExitCodes.BrokenPipe; // as of "dtrace ... | head -1": nobody wants to know more
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or InvalidDataException)
        {
            Console.Error.WriteLine($"dtrace: processing aborted: {fault.Message.TrimEnd('.')}");
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> TraceAsync(DTraceArguments arguments)
    {
        string session = Guid.NewGuid().ToString("N");
        using ControlClient client = new(arguments.Target);
        using CancellationTokenSource giveUp = new();
        int interrupts = 0;
        using PosixSignalRegistration sigint = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration sigterm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            DTraceCall call = new(session, arguments.Pid, arguments.Request);
            using HttpResponseMessage response = await client.StreamAsync(Name, call, DTraceJson.Default.DTraceCall, giveUp.Token);
            await using Stream output = OpenOutput(arguments.OutputFile);
            return await CopyAsync(await response.Content.ReadAsStreamAsync(giveUp.Token), output, giveUp.Token);
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }

        // The first asks the target for the end of the program, the second does not wait for it.
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            if (Interlocked.Increment(ref interrupts) > 1) giveUp.Cancel();
            else _ = InterruptAsync(client, session, giveUp);
        }
    }

    private static async Task InterruptAsync(ControlClient client, string session, CancellationTokenSource giveUp)
    {
        try
        {
            await client.AskAsync(HttpMethod.Post, $"{Name}/{session}/interrupt", giveUp.Token);
        }
        catch (Exception fault) when (fault is OperatorException or HttpRequestException or OperationCanceledException)
        {
            await giveUp.CancelAsync(); // no target is left that could end it
        }
    }

    private static async Task<int> CopyAsync(Stream frames, Stream output, CancellationToken cancellation)
    {
        await using Stream errors = Console.OpenStandardError();
        while (await DTraceFrame.ReadAsync(frames, cancellation) is var (kind, data))
        {
            switch (kind)
            {
                case DTraceFrameKind.Output:
                    await output.WriteAsync(data, cancellation);
                    await output.FlushAsync(cancellation);
                    break;
                case DTraceFrameKind.Error:
                    await errors.WriteAsync(data, cancellation);
                    break;
                case DTraceFrameKind.Exit when data.Length == sizeof(int):
                    return BinaryPrimitives.ReadInt32BigEndian(data);
            }
        }
        throw new IOException("the target went away");
    }

    internal static Stream OpenOutput(string? path)
    {
        if (path is null) return new DescriptorStream(DescriptorStream.StandardOutput);
        try
        {
            return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DTraceUsageException($"failed to open output file '{path}': {fault.Message.TrimEnd('.')}", hasUsage: false, exitCode: ExitCodes.Failure);
        }
    }
}
