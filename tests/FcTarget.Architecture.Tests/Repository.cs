// SPDX-License-Identifier: MIT

namespace FcTarget.Architecture.Tests;

/// <summary>The source tree this test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Every source file under a folder, build output aside.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) return at.FullName;
        throw new DirectoryNotFoundException("No FcTarget.sln above " + AppContext.BaseDirectory);
    }
}
