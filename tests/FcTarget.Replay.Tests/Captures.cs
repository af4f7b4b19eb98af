// SPDX-License-Identifier: MIT

using FcTarget.Wire.Capture;

namespace FcTarget.Replay.Tests;

/// <summary>The reference captures, and captures made of frames.</summary>
internal static class Captures
{
    private static readonly string Folder = Find();

    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(Folder).Where(path => path.EndsWith(".pcap") || path.EndsWith(".pcapng")).Select(path => Path.GetFileName(path)!).Order()];

    public static string Of(string name) => Path.Combine(Folder, name);

    public static List<(byte[] Frame, long Time)> Frames(string name) => FramesOf(Of(name));

    public static List<(byte[] Frame, long Time)> FramesOf(string path)
    {
        List<(byte[] Frame, long Time)> frames = [];
        using PcapReader reader = PcapReader.Open(path);
        while (reader.TryRead(out CapturedFrame frame)) frames.Add((frame.Data.ToArray(), frame.UnixNanoseconds));
        return frames;
    }

    /// <summary>Replays a file.</summary>
    public static (ReportList Report, ReplayTotals Totals) Replay(string path, ReplayOptions? options = null)
    {
        ReportList report = new();
        ReplayTotals totals = CaptureReplay.AsTarget(path, options ?? new ReplayOptions(), report);
        return (report, totals);
    }

    /// <summary>Replays frames.</summary>
    public static (ReportList Report, ReplayTotals Totals) Replay(IEnumerable<(byte[] Frame, long Time)> frames, ReplayOptions? options = null)
    {
        using TemporaryFile file = new();
        using (PcapWriter writer = PcapWriter.Create(file.Path))
            foreach ((byte[] frame, long time) in frames) writer.Write(frame, time);
        return Replay(file.Path, options);
    }

    private static string Find()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) at = at.Parent;
        return Path.Combine(at!.FullName, "captures");
    }
}

/// <summary>A file that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"replay-{Guid.NewGuid():n}");

    public void Dispose() => File.Delete(Path);
}
