// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FcTarget.Host.Control;
using FcTarget.Host.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace FcTarget.Host.Tests;

/// <summary>The control interface of a target, on a socket of its own, and somebody who asks it.</summary>
internal sealed class ControlRig : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
    private readonly HttpClient _http;

    private ControlRig()
    {
        Path = System.IO.Path.Combine(_folder, "control.sock");
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ControlSocket.ConnectAsync(Path, cancellation) })
        {
            BaseAddress = new Uri("http://fctarget/v1/"),
        };
    }

    /// <summary>The socket.</summary>
    public string Path { get; }

    public ControlServer Server { get; private set; } = null!;

    public static async Task<ControlRig> StartAsync(Target target, params IControlModule[] more)
    {
        ControlRig rig = new();
        Socket socket = ControlSocket.Bind(rig.Path);
        rig.Server = await ControlServer.StartAsync(socket, [.. ControlModules.Of(target), .. more], NullLogger.Instance);
        return rig;
    }

    /// <summary>Asks for what has to succeed.</summary>
    /// <param name="request">Method and path below /v1/, as in <c>GET ports</c>.</param>
    /// <param name="body">JSON to send, if any.</param>
    public async Task<JsonElement> Ask(string request, string? body = null)
    {
        (int status, JsonElement answer) = await Try(request, body);
        status.Should().Be(200, answer.GetRawText());
        return answer;
    }

    /// <summary>Asks for what may be refused.</summary>
    public async Task<(int Status, JsonElement Answer)> Try(string request, string? body = null)
    {
        string[] words = request.Split(' ', 2);
        using HttpRequestMessage message = new(new HttpMethod(words[0]), words[1]);
        if (body is not null) message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.SendAsync(message);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, answer.RootElement.Clone());
    }

    /// <summary>Asks for what has to be refused; returns status and sentence.</summary>
    public async Task<string> Refused(string request, string? body = null)
    {
        (int status, JsonElement answer) = await Try(request, body);
        return $"{status} {answer.GetProperty("error").GetString()}";
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
