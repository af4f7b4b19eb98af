// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Tests.Usdt;

/// <summary>The files in probes/ of the repository.</summary>
internal static class ProbeFiles
{
    public static string Root { get; } = Find();

    public static string Header => Path.Combine(Root, "fc_probes.h");

    public static string Script(string name) => Path.Combine(Root, "bpftrace", name);

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FcTarget.sln"))) directory = directory.Parent;
        return Path.Combine(directory!.FullName, "probes");
    }
}
