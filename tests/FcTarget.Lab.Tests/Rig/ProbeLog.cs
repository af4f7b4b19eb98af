// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>The JSON lines FcTarget writes (docs/probes.md), read while it runs.</summary>
internal sealed class ProbeLog(string path)
{
    /// <summary>Every probe so far, in order.</summary>
    public List<JsonElement> All()
    {
        if (!File.Exists(path)) return [];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(file);
        string text = reader.ReadToEnd();
        int whole = text.LastIndexOf('\n') + 1; // the last line may be half written
        return [.. text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The probes of one name that concern one remote port.</summary>
    public List<JsonElement> Of(string probe, string remoteWwpn) => [.. All().Where(p =>
        p.GetProperty("probe").GetString() == probe && p.GetProperty("conninfo").GetProperty("ci_remote").GetString() == remoteWwpn)];

    /// <summary>Waits until the condition holds for what is in the file; false if it never does.</summary>
    public bool Wait(Func<ProbeLog, bool> condition, TimeSpan limit)
    {
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(path)!, Path.GetFileName(path)) { EnableRaisingEvents = true };
        long begin = Stopwatch.GetTimestamp();
        while (!condition(this))
        {
            TimeSpan left = limit - Stopwatch.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero) return false;
            // Looked at again each second: a change between the look and the wait would be missed.
            watcher.WaitForChanged(WatcherChangeTypes.Changed, left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
        }
        return true;
    }
}
