// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace FcTarget.Host.Tests;

/// <summary>What clients of <c>fctarget dtrace</c> leave behind. Alone: it counts the descriptors of the whole process.</summary>
[Collection(Alone)]
public sealed class DTraceClientsTests(ITestOutputHelper output) : TracedTarget
{
    private const string Alone = "alone";
    private const int Clients = 64, MaxSessions = 16;

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;

    /// <summary>
    /// Clients that end well, are refused, are killed at once, while they trace, and while they do not read: afterwards the target has as many
    /// descriptors, threads of ours and enabled probes as after the first few.
    /// </summary>
    [Fact]
    public async Task Many_clients_leave_nothing_behind()
    {
        const int Rounds = 12;
        for (int i = 0; i < 3; i++) await Clients();
        int files = await Settled(OpenFiles);
        int threads = await Settled(DTraceThreads);
        for (int i = 0; i < Rounds; i++) await Clients();
        int filesAfter = await Settled(OpenFiles);
        output.WriteLine($"{5 * Rounds} clients: {files} descriptors before, {filesAfter} after");
        filesAfter.Should().BeLessThanOrEqualTo(files + 3, "the runtime opens a few of its own, each client had one");
        (await Settled(DTraceThreads)).Should().Be(threads).And.Be(0);
        NothingIsEnabled();

        async Task Clients()
        {
            (await DTraceSocket("{}")).Should().StartWith("HTTP/1.1 400");
            (await DTraceSocket(Call("BEGIN { printf(\"done\"); exit(0); }"))).Should().StartWith("HTTP/1.1 200").And.Contain("done");
            (await DTraceSocket(Call("fc::: { @[probename] = count(); }"), read: 1)).Should().StartWith("HTTP/1.1 200");
            await DTraceSocket(Call("tick-1ms { printf(\"%4000d\", 1); }"), read: 0);
            await DTraceSocket(Call("fc::: { @[probename] = count(); }")[..40], read: 0); // gone in the middle of its request
        }
    }

    /// <summary>
    /// Sixty-four clients at once whose programs flood them, none of which reads: as many run as may, the others are told so, and commands
    /// are answered as ever. When all are gone, nothing is left of them.
    /// </summary>
    [Fact]
    public async Task Clients_that_all_come_at_once_and_do_not_read_are_bounded_and_the_target_serves()
    {
        (await DTraceSocket(Call("BEGIN { exit(0); }"))).Should().StartWith("HTTP/1.1 200"); // what the runtime opens once is open now
        int files = await Settled(OpenFiles);
        await FloodAsync(); // what the runtime keeps of such an hour it has now
        int memory = await Settled(ResidentMegabytes);
        const int Rounds = 2;
        for (int i = 0; i < Rounds; i++) await FloodAsync();
        (await Settled(DTraceThreads)).Should().Be(0);
        (await Settled(OpenFiles)).Should().BeLessThanOrEqualTo(files + 3, "the runtime opens a few of its own, each client had one");
        NothingIsEnabled();
        int left = await Settled(ResidentMegabytes);
        output.WriteLine($"resident: {memory} MB after the first {Clients} clients, {left} MB after {Rounds * Clients} more");
        (left - memory).Should().BeLessThan(Rounds * MaxSessions * 4, "each program has 12 MB of buffers, of which 4 MB are touched at once");
    }

    private async Task FloodAsync()
    {
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Connect()));
        try
        {
            string body = "BEGIN { printf(\"enabled\"); } fc::: { printf(\"%4000d\", 1); @[timestamp, probename] = count(); a[timestamp] = 1; } tick-1ms { printf(\"%4000d\", 1); }";
            await Task.WhenAll(clients.Select(c => c.SendAsync(Post(Call(body)))));
            string[] answers = await Task.WhenAll(clients.Select(FirstPiece));
            answers.Count(a => a.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)).Should().Be(MaxSessions);
            answers.Count(a => a.StartsWith("HTTP/1.1 503", StringComparison.Ordinal)).Should().Be(Clients - MaxSessions);
            Rig.Target.Probes.IsEnabled(Probes.FcProbe.ScsiCommand).Should().BeTrue();
            for (int i = 0; i < 200; i++) await ReadAsync();
        }
        finally
        {
            foreach (Socket client in clients) client.Dispose();
        }
        (await Settled(DTraceThreads)).Should().Be(0);
    }

    private static int ResidentMegabytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    private async Task<Socket> Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    /// <summary>What a client gets until its program runs, or is refused because too many do.</summary>
    private static async Task<string> FirstPiece(Socket socket)
    {
        byte[] piece = new byte[1024];
        StringBuilder answer = new();
        while (!answer.ToString().Contains("enabled", StringComparison.Ordinal) && !answer.ToString().Contains("running", StringComparison.Ordinal))
            answer.Append(Encoding.Latin1.GetString(piece, 0, await socket.ReceiveAsync(piece)));
        return answer.ToString();
    }

    private static byte[] Post(string body) => Encoding.UTF8.GetBytes("POST /v1/dtrace HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {Math.Max(body.Length, 45)}\r\n\r\n{(body.Length < 40 ? body.PadRight(45) : body)}");

    private static string Call(string program) =>
        $$$"""
        {"session":"{{{Guid.NewGuid():N}}}","pid":null,"request":{"mode":0,"programs":[{"text":{{{JsonSerializer.Serialize(program)}}},"script":null,"fields":4}],
        "arguments":[],"options":[]}}
        """;

    /// <summary>Posts a request on a connection of its own, reads the answer (all of it; or one piece; or none) and drops the connection.</summary>
    private async Task<string> DTraceSocket(string body, int read = int.MaxValue)
    {
        using Socket socket = await Connect();
        await socket.SendAsync(Post(body));
        byte[] piece = new byte[4096];
        StringBuilder answer = new();
        for (int i = 0, n; i < read && (n = await socket.ReceiveAsync(piece)) > 0; i++) answer.Append(Encoding.Latin1.GetString(piece, 0, n));
        return answer.ToString();
    }

    private static int OpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>Threads that run a program: they are named.</summary>
    private static int DTraceThreads() => Directory.GetDirectories("/proc/self/task").Count(t =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(t, "comm")).Trim() == "dtrace";
        }
        catch (IOException)
        {
            return false; // it has just ended
        }
    });

    /// <summary>The least that is seen until it has not become less for two seconds.</summary>
    private static async Task<int> Settled(Func<int> count)
    {
        int least = count();
        for (Stopwatch same = Stopwatch.StartNew(); same.ElapsedMilliseconds < 2000; await Task.Delay(50))
        {
            if (count() is var now && now >= least) continue;
            least = now;
            same.Restart();
        }
        return least;
    }
}
