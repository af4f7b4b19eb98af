// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FcTarget.Formats;
using FcTarget.Host.Control;
using FcTarget.Host.Demo;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Tests;

/// <summary>A target with an initiator that is logged in, and its control interface on a socket.</summary>
public sealed class ControlServerTests : IAsyncLifetime
{
    private static readonly JsonTypeInfo<string> Text = (JsonTypeInfo<string>)JsonSerializerOptions.Default.GetTypeInfo(typeof(string));

    private readonly DemoRig _rig;
    private readonly Probing _probing;
    private ControlRig _control = null!;
    private ControlClient _client = null!;

    public ControlServerTests()
    {
        MemorySegment segment = new();
        _rig = new DemoRig(segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul)), segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul)));
        _probing = new Probing(_rig.Target);
    }

    public async Task InitializeAsync()
    {
        _rig.Start();
        _control = await ControlRig.StartAsync(_rig.Target, _probing);
        _client = new ControlClient(_control.Path);
        await _rig.Client.WaitForTargetAsync(null, TimeSpan.FromSeconds(180));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _control.DisposeAsync();
        await _rig.StopAsync();
        _rig.Dispose();
    }

    [Fact]
    public async Task The_target_is_described()
    {
        TargetStatus status = await Get("status", ControlJson.Default.TargetStatus);

        status.Should().BeEquivalentTo(new { Interface = "target", Pid = Environment.ProcessId, Topology = "switch", LinkUp = true, LocalPorts = 1, RemotePorts = 1, Sessions = 1, LogicalUnits = 1, Faults = 0 });
        status.StartedAt.Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Ports_are_listed_with_those_they_know()
    {
        LocalPortInfo port = (await Get("ports", ControlJson.Default.PortList)).Ports.Should().ContainSingle().Subject;

        port.Should().BeEquivalentTo(new { Wwpn = "20:00:02:00:00:00:00:01", Wwnn = "10:00:02:00:00:00:00:01", FcId = "010001", State = "online", SymbolicName = "target" });
        RemotePortInfo remote = port.RemotePorts.Should().ContainSingle().Subject;
        remote.Should().BeEquivalentTo(new { FcId = "010002", Wwpn = "20:00:02:00:00:00:00:02", Wwnn = "10:00:02:00:00:00:00:02", State = "image-pair" });
        remote.LoggedInAt!.Value.Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Sessions_name_their_LUNs()
    {
        Session session = (await Get("sessions", ControlJson.Default.SessionList)).Sessions.Should().ContainSingle().Subject;

        session.Initiator.Should().Be("2000020000000002");
        session.Target.Should().Be("2000020000000001");
        session.Luns.Should().Equal(new SessionLun(0, "demo"));
    }

    [Fact]
    public async Task Counters_are_all_there_and_count()
    {
        IReadOnlyList<CounterValue> counters = (await Get("counters", ControlJson.Default.CounterList)).Counters;

        counters.Select(counter => counter.Name).Should().OnlyHaveUniqueItems().And.Contain(["fcoe-bad-crc", "els-received"]);
        counters.Single(counter => counter.Name == "els-received").Value.Should().BePositive();
    }

    [Theory]
    [InlineData("GET nothing", "404 There is no /v1/nothing.")]
    [InlineData("POST status", "405 /v1/status does not know POST.")]
    [InlineData("GET refuse", "409 No.")]
    [InlineData("GET bug", "500 The request failed by a bug of FcTarget. Its log says more; please report it.")]
    [InlineData("POST stream", "400 The request is not the JSON expected: *", "{")]
    [InlineData("POST stream", "400 The request is empty.", "null")]
    public async Task What_is_refused_is_a_sentence_with_its_status(string request, string sentence, string? body = null) =>
        (await _control.Refused(request, body)).Should().Match(sentence);

    [Fact]
    public async Task A_request_that_fails_on_the_loop_does_the_port_no_harm()
    {
        await ((Func<Task>)(() => Get("refuse", Text))).Should().ThrowAsync<OperatorException>().WithMessage("No.");

        (await Get("status", ControlJson.Default.TargetStatus)).Should().BeEquivalentTo(new { Faults = 0, Sessions = 1 });
    }

    [Fact]
    public async Task Chunks_arrive_as_they_are_sent_until_the_client_goes()
    {
        HttpResponseMessage response = await _client.StreamAsync("stream", "hello", Text, CancellationToken.None);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());

        (await reader.ReadLineAsync()).Should().Be("hello");
        _probing.Ended.IsCompleted.Should().BeFalse();
        response.Dispose();

        await _probing.Ended.WaitAsync(TimeSpan.FromSeconds(180));
    }

    [Fact]
    public async Task A_target_that_stops_ends_streams_and_then_refuses()
    {
        using HttpResponseMessage response = await _client.StreamAsync("stream", "hello", Text, CancellationToken.None);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();

        await _control.Server.DisposeAsync();

        (await reader.ReadLineAsync()).Should().BeNull();
        File.Exists(_control.Path).Should().BeFalse();
        await ((Func<Task>)(() => Get("status", ControlJson.Default.TargetStatus))).Should().ThrowAsync<OperatorException>().Where(fault => fault.ExitCode == ExitCodes.NotRunning);
        await _rig.Target.StopAsync();
        await ((Func<Task>)(() => _rig.Target.AskAsync(port => port.Locals.Count))).Should().ThrowAsync<ControlException>().WithMessage("The target is stopping.");
    }

    private async Task<T> Get<T>(string path, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(await _client.AskAsync(HttpMethod.Get, path, CancellationToken.None), type)!;

    /// <summary>Refuses, breaks and streams.</summary>
    private sealed class Probing(Target target) : IControlModule
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public void Map(IEndpointRouteBuilder routes)
        {
            routes.Get("/refuse", Text, _ => target.AskAsync<string>(_ => throw new ControlException(409, "No.")));
            routes.Get("/bug", Text, _ => throw new InvalidOperationException("a bug"));
            routes.Stream("/stream", Text, async (context, line, end) =>
            {
                await context.Response.WriteAsync(line + "\n", end);
                await context.Response.Body.FlushAsync(end);
                await Task.Delay(Timeout.Infinite, end).ContinueWith(_ => { }, TaskScheduler.Default);
                _ended.SetResult();
            });
        }
    }
}
