// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Tests.Usdt;

/// <summary>A private directory that goes with the test.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fcprobes").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
