// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text.Json;
using FcTarget.Fabric.Zoning;
using FcTarget.Host.Logging;
using FcTarget.Host.Serving;
using FcTarget.Stmf.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FcTarget.Host.Control;

// CONTROL SERVER - theory of operation
//   Job      Lets an administrator look into a running target and change it: HTTP with JSON on a Unix socket (curl --unix-socket works).
//   Paths    /v1/...; each module maps its own (IControlModule, ControlRoutes). A later version of the interface gets paths of its own.
//   Answers  200 with JSON; what is refused is {"error": "one sentence"} with 400, 404, 409 or 503; 500 is a bug of ours, and logged.
//   Owner    Requests run on the thread pool. State of a port is touched on its loop only: Target.AskAsync posts and awaits.
//   Rights   The socket's mode is 0600: whoever may connect may do everything.
//   Proof    ControlServerTests, ControlSocketTests, CommandLineProcessTests

/// <summary>The control interface of one target.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const long MaxRequestBytes = 1 << 20;

    /// <summary>Handlers that stream return when the server stops; one that does not is left behind.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly Socket _socket;

    private ControlServer(WebApplication application, Socket socket)
    {
        _application = application;
        _socket = socket;
    }

    /// <summary>Listens.</summary>
    /// <param name="socket">The listening socket; the server disposes it, which removes its file.</param>
    /// <param name="modules">What there is.</param>
    /// <param name="logger">Hears of bugs.</param>
    public static async Task<ControlServer> StartAsync(Socket socket, IReadOnlyList<IControlModule> modules, ILogger logger)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
                kestrel.Listen(socket.LocalEndPoint!);
            })
            .UseSockets(sockets => sockets.CreateBoundListenSocket = _ => socket);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        WebApplication application = builder.Build();
        application.Use((context, next) => AnswerAsync(context, next, logger));
        application.UseRouting();
        application.Use(RefuseUnknownPath);
        foreach (IControlModule module in modules) module.Map(application.MapGroup("/v1"));
        await application.StartAsync();
        return new ControlServer(application, socket);
    }

    /// <summary>Ends the requests that stream, waits for the others, and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _socket.Dispose();
    }

    /// <summary>Turns what a handler throws into an answer.</summary>
    private static async Task AnswerAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
                throw new ControlException(StatusCodes.Status405MethodNotAllowed, $"{context.Request.Path} does not know {context.Request.Method}.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort(); // the client has gone: nobody is left to answer
        }
        catch (Exception fault) // the edge of the interface: a request must not end the target
        {
            (int status, string sentence) = Explain(fault);
            if (status == StatusCodes.Status500InternalServerError) logger.ControlFault(fault, context.Request.Method, context.Request.Path);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }
            context.Response.Clear();
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(new ControlError(sentence), ControlJson.Default.ControlError);
        }
    }

    private static (int Status, string Sentence) Explain(Exception fault) => fault switch
    {
        ControlException refused => (refused.Status, refused.Message),
        StmfException refused => (StatusOf(refused.Error), refused.Message),
        ZoningException refused => (StatusCodes.Status409Conflict, refused.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        JsonException json => (StatusCodes.Status400BadRequest, $"The request is not the JSON expected: {json.Message}"),
        InvalidOperationException wrongType when wrongType.Message.Contains("content type", StringComparison.OrdinalIgnoreCase) =>
            (StatusCodes.Status415UnsupportedMediaType, "The request is not declared application/json."),
        _ => (StatusCodes.Status500InternalServerError, "The request failed by a bug of FcTarget. Its log says more; please report it."),
    };

    private static int StatusOf(StmfError error) => error switch
    {
        StmfError.Invalid => StatusCodes.Status400BadRequest,
        StmfError.NotFound => StatusCodes.Status404NotFound,
        StmfError.NotStored => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };

    private static Task RefuseUnknownPath(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is null) throw new ControlException(StatusCodes.Status404NotFound, $"There is no {context.Request.Path}.");
        return next(context);
    }
}
