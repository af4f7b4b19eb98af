// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using FcTarget.Probes.Events;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace FcTarget.Tracing.Tests;

/// <summary>The event source as dotnet-trace reads it: out of the process, through EventPipe.</summary>
[Collection("tracing")]
public sealed class EventPipeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task A_session_reads_the_probes_it_asks_for_with_their_arguments_by_name()
    {
        using DemoProcess demo = new();
        ConcurrentDictionary<string, TraceEvent> first = new();
        EventPipeProvider provider = new(FcEventSource.SourceName, EventLevel.Informational, (long)FcEventSource.Keywords.Command);
        using EventPipeSession session = new DiagnosticsClient(demo.Id).StartEventPipeSession([provider], requestRundown: false);
        using EventPipeEventSource source = new(session.EventStream);
        int count = 0;
        using ManualResetEventSlim enough = new();
        source.Dynamic.All += e =>
        {
            if (e.ProviderName != FcEventSource.SourceName) return;
            first.TryAdd(e.EventName, e.Clone());
            if (Interlocked.Increment(ref count) == 1000) enough.Set();
        };
        Task reading = Task.Run(source.Process);
        enough.Wait(Patience).Should().BeTrue("the demo reads and writes all the time");
        session.Stop();
        await reading.WaitAsync(Patience);

        first.Keys.Should().BeEquivalentTo("ScsiCommand", "ScsiResponse");
        TraceEvent command = first["ScsiCommand"], response = first["ScsiResponse"];
        command.PayloadByName("ci_local").Should().BeOfType<string>().Which.Should().MatchRegex("^[0-9a-f]{16}$");
        command.PayloadByName("ci_remote").Should().BeOfType<string>().Which.Should().MatchRegex("^[0-9a-f]{16}$");
        command.PayloadByName("ic_cdb").Should().BeOfType<string>().Which.Should().MatchRegex("^(28|2a|88|8a)[0-9a-f]{30}$");
        command.PayloadByName("expected_length").Should().BeOfType<int>().Which.Should().BePositive();
        response.PayloadByName("scsi_status").Should().Be(0);
        response.PayloadByName("lun").Should().Be(0L);
    }

    [Fact]
    public void A_session_that_nobody_reads_costs_its_buffer_and_no_more()
    {
        using DemoProcess demo = new();
        using EventPipeSession unread = Start(demo);
        // Three times what its buffer and the pipe hold: the others see the probes all the same, so they fire on.
        Counted(demo, 30_000).Should().BeGreaterThanOrEqualTo(30_000);
        demo.IsRunning.Should().BeTrue();
        // It is dropped without having been read, and the next session starts and ends as if it had never been.
        unread.Dispose();
        Counted(demo, 1000).Should().BeGreaterThanOrEqualTo(1000);
        demo.IsRunning.Should().BeTrue();
    }

    private static EventPipeSession Start(DemoProcess demo) => new DiagnosticsClient(demo.Id).StartEventPipeSession(
        [new EventPipeProvider(FcEventSource.SourceName, EventLevel.Informational, (long)FcEventSource.Keywords.Command)], requestRundown: false, circularBufferMB: 1);

    /// <summary>Reads so many events, or fails.</summary>
    private static int Counted(DemoProcess demo, int wanted)
    {
        using EventPipeSession session = Start(demo);
        using EventPipeEventSource source = new(session.EventStream);
        int count = 0;
        using ManualResetEventSlim enough = new();
        source.Dynamic.All += e =>
        {
            if (e.ProviderName == FcEventSource.SourceName && Interlocked.Increment(ref count) == wanted) enough.Set();
        };
        Task reading = Task.Run(source.Process);
        enough.Wait(Patience).Should().BeTrue("the demo reads and writes all the time");
        session.Stop();
        reading.Wait(Patience).Should().BeTrue();
        return count;
    }
}
