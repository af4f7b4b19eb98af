// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Probes.Tests.Usdt;

namespace FcTarget.Tracing.Tests;

/// <summary>A target in a process of its own, with an initiator that reads and writes: fctarget demo. It ends with the test.</summary>
internal sealed class DemoProcess : IDisposable
{
    private readonly Process _process;

    public DemoProcess()
    {
        _process = Tool.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "fctarget.dll"), "demo", "--in-memory", "--seconds", "60");
        Tool.ReadUntil(_process, line => line.Contains("write all", StringComparison.Ordinal));
        // It must not wait for a reader.
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
