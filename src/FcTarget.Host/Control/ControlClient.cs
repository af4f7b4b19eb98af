// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FcTarget.Host.Options;

namespace FcTarget.Host.Control;

/// <summary>The commands' side of the control interface. What the target refuses is an <see cref="OperatorException"/> with its sentence.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _path;

    /// <param name="target">Name or socket of the target; null: the one that runs.</param>
    /// <exception cref="OperatorException">It cannot be told which.</exception>
    public ControlClient(string? target)
    {
        _path = ControlSocket.Find(target);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ControlSocket.ConnectAsync(_path, cancellation), UseProxy = false })
        {
            BaseAddress = new Uri("http://fctarget/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The JSON of an answer, as it came.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path below /v1/.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<byte[]> AskAsync(HttpMethod method, string path, CancellationToken cancellation) => ReadAsync(new HttpRequestMessage(method, path), cancellation);

    /// <inheritdoc cref="AskAsync(HttpMethod, string, CancellationToken)"/>
    public Task<byte[]> AskAsync<TRequest>(
        HttpMethod method, string path, TRequest request, JsonTypeInfo<TRequest> type, CancellationToken cancellation) =>
        ReadAsync(WithBody(method, path, request, type), cancellation);

    /// <summary>Posts a request whose answer streams. The caller disposes the response, which ends it.</summary>
    public Task<HttpResponseMessage> StreamAsync<TRequest>(string path, TRequest request, JsonTypeInfo<TRequest> type, CancellationToken cancellation) =>
        SendAsync(WithBody(HttpMethod.Post, path, request, type), cancellation);

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage WithBody<TRequest>(HttpMethod method, string path, TRequest request, JsonTypeInfo<TRequest> type)
    {
        ByteArrayContent body = new(JsonSerializer.SerializeToUtf8Bytes(request, type));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(method, path) { Content = body };
    }

    private async Task<byte[]> ReadAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(request, cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException fault) when (fault.InnerException is SocketException { SocketErrorCode: var error })
        {
            string remedy = error == SocketError.AccessDenied ? "It belongs to another user; try sudo." : "Start one with fctarget run, or name another with --target-socket.";
            throw ControlSocket.NotRunning($"No target answers on '{_path}'.", remedy);
        }
        catch (HttpRequestException fault)
        {
            throw ControlSocket.NotRunning($"The target on '{_path}' went away: {fault.Message.TrimEnd('.')}.", "Its log says why.");
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw new OperatorException(await ReasonAsync(response, cancellation));
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return JsonSerializer.Deserialize(body, ControlJson.Default.ControlError)!.Error;
        }
        catch (JsonException)
        {
            return $"The target answered {(int)response.StatusCode} {response.ReasonPhrase}."; // not one of ours, or of another version
        }
    }
}
