// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FcTarget.Host.Control;

/// <summary>
/// The three kinds of path that modules have. Delegates that read the request themselves, and not bound parameters, whose reflection
/// would cost the start of every target a tenth of a second.
/// </summary>
internal static class ControlRoutes
{
    /// <summary>GET: an answer.</summary>
    public static void Get<TAnswer>(
        this IEndpointRouteBuilder routes, string path, JsonTypeInfo<TAnswer> answer, Func<HttpContext, Task<TAnswer>> handler) =>
        routes.MapGet(path, async context => await context.Response.WriteAsJsonAsync(await handler(context), answer, cancellationToken: context.RequestAborted));

    /// <summary>POST, PUT or DELETE without a body: an answer.</summary>
    public static void On<TAnswer>(
        this IEndpointRouteBuilder routes, HttpMethod method, string path, JsonTypeInfo<TAnswer> answer, Func<HttpContext, Task<TAnswer>> handler) =>
        routes.MapMethods(
            path, [method.Method],
            async context => await context.Response.WriteAsJsonAsync(await handler(context), answer, cancellationToken: context.RequestAborted));

    /// <summary>POST, PUT or DELETE with a body: an answer.</summary>
    public static void On<TRequest, TAnswer>(
        this IEndpointRouteBuilder routes, HttpMethod method, string path, JsonTypeInfo<TRequest> request, JsonTypeInfo<TAnswer> answer,
        Func<HttpContext, TRequest, Task<TAnswer>> handler) =>
        routes.On(method, path, answer, async context => await handler(context, await ReadAsync(context, request)));

    /// <summary>
    /// POST with a body: whatever the handler writes to the response, chunk by chunk (flush to have a chunk sent), until it returns.
    /// Its token ends when the client goes or the target stops; it must return soon after.
    /// </summary>
    public static void Stream<TRequest>(
        this IEndpointRouteBuilder routes, string path, JsonTypeInfo<TRequest> request, Func<HttpContext, TRequest, CancellationToken, Task> handler) =>
        routes.MapPost(path, async context =>
        {
            TRequest asked = await ReadAsync(context, request);
            CancellationToken stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await handler(context, asked, end.Token);
        });

    /// <summary>A part of the path, as the pattern names it.</summary>
    public static string PathValue(this HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await context.Request.ReadFromJsonAsync(type, context.RequestAborted) ?? throw new ControlException(StatusCodes.Status400BadRequest, "The request is empty.");
}
