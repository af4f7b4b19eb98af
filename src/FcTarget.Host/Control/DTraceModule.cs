// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Serialization;
using FcTarget.DTrace.Session;
using FcTarget.Probes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace FcTarget.Host.Control;

/// <summary>POST /v1/dtrace: a D program to be run; the answer is a stream of frames (<see cref="DTraceFrame"/>).</summary>
/// <param name="Session">A name of the client's choice, for POST /v1/dtrace/NAME/interrupt.</param>
/// <param name="Pid">The process the client means; null: whichever this is.</param>
/// <param name="Request">What is to be done.</param>
internal sealed record DTraceCall(string Session, int? Pid, DTraceRequest Request);

/// <summary>Whether an interrupted session was there.</summary>
internal sealed record DTraceInterrupted(bool Found);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DTraceCall))]
[JsonSerializable(typeof(DTraceInterrupted))]
internal sealed partial class DTraceJson : JsonSerializerContext;

// D OVER THE CONTROL SOCKET - theory of operation
//   Job      Run the programs of fctarget dtrace in the target, each on a thread of its own, and stream what they print.
//   Life     Request -> thread -> frames -> exit status. The interrupt request (the client's SIGINT), or the end of the target, lets END fire and
//            prints what is left. A client that goes away ends its session at the next write or the next time the thread looks, at
//            the latest a switchrate later; nothing of it stays.
//   Bounds   MaxSessions at a time. A client that does not read blocks its session's thread, not the target: records and aggregations
//            then find their buffers full and are counted as drops.
//   Proof    DTraceModuleTests

/// <summary>D programs over the target's probes.</summary>
internal sealed class DTraceModule : IControlModule
{
    private const int MaxSessions = 16;

    private readonly FcProvider _provider;
    private readonly TimeProvider _time;
    private readonly Lock _admission = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _sessions = new(StringComparer.Ordinal);

    public DTraceModule(FcProvider provider, TimeProvider time)
    {
        _provider = provider;
        _time = time;
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Stream("/dtrace", DTraceJson.Default.DTraceCall, RunAsync);
        routes.On(HttpMethod.Post, "/dtrace/{session}/interrupt", DTraceJson.Default.DTraceInterrupted, context => Task.FromResult(Interrupt(context)));
    }

    private DTraceInterrupted Interrupt(HttpContext context)
    {
        bool found = _sessions.TryGetValue(context.PathValue("session"), out CancellationTokenSource? interrupt);
        if (found) interrupt!.Cancel();
        return new DTraceInterrupted(found);
    }

    private async Task RunAsync(HttpContext context, DTraceCall call, CancellationToken end)
    {
        if (call.Pid is { } pid && pid != Environment.ProcessId)
            throw new ControlException(StatusCodes.Status409Conflict, $"failed to grab pid {pid}: the target is {Environment.ProcessId}");
        using CancellationTokenSource interrupt = new();
        Admit(call.Session, interrupt);
        try
        {
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null; // a client may be stopped by ^Z
            context.Response.ContentType = "application/octet-stream";
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted); // the headers: a quiet program may print nothing for long
            // The target's end is an interrupt, the client's is not.
            using CancellationTokenRegistration stopping = end.Register(() =>
            {
                if (!context.RequestAborted.IsCancellationRequested) interrupt.Cancel();
            });
            await OnThread(new ResponseClient(context), call.Request, interrupt.Token, context.RequestAborted);
        }
        finally
        {
            _sessions.TryRemove(call.Session, out _);
        }
    }

    private void Admit(string session, CancellationTokenSource interrupt)
    {
        lock (_admission) // clients that come at once are not to be more than the bound together
        {
            if (_sessions.Count >= MaxSessions)
                throw new ControlException(StatusCodes.Status503ServiceUnavailable, $"{MaxSessions} D programs are running already.");
            if (!_sessions.TryAdd(session, interrupt)) throw new ControlException(StatusCodes.Status409Conflict, "A session of that name is running.");
        }
    }

    private Task OnThread(ResponseClient client, DTraceRequest request, CancellationToken interrupt, CancellationToken abandon)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                client.WriteExit(DTraceRunner.Run(request, _provider, _time, client, interrupt, abandon));
                done.SetResult();
            }
            catch (Exception fault) // the awaiting request tells a client that went from a bug of ours
            {
                done.SetException(fault);
            }
        })
        { IsBackground = true, Name = "dtrace" };
        thread.Start();
        return done.Task;
    }

    /// <summary>The client of a request. Writing waits for a client that is slow.</summary>
    private sealed class ResponseClient(HttpContext context) : IDTraceClient
    {
        public void Write(ReadOnlySpan<byte> output) => Send(DTraceFrameKind.Output, output);

        public void WriteError(string message) => Send(DTraceFrameKind.Error, Encoding.UTF8.GetBytes(message));

        public void WriteExit(int status)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, status);
            Send(DTraceFrameKind.Exit, bytes);
        }

        private void Send(DTraceFrameKind kind, ReadOnlySpan<byte> data)
        {
            PipeWriter writer = context.Response.BodyWriter;
            while (true)
            {
                ReadOnlySpan<byte> part = data[..Math.Min(data.Length, DTraceFrame.MaxLength)];
                DTraceFrame.WriteHeader(writer.GetSpan(DTraceFrame.HeaderSize), kind, part.Length);
                writer.Advance(DTraceFrame.HeaderSize);
                writer.Write(part);
                writer.FlushAsync(context.RequestAborted).AsTask().GetAwaiter().GetResult();
                context.RequestAborted.ThrowIfCancellationRequested();
                data = data[part.Length..];
                if (data.IsEmpty) return;
            }
        }
    }
}
