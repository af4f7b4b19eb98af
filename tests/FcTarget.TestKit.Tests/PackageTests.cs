// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace FcTarget.TestKit.Tests;

/// <summary>The kit as others get it: packed, restored from a folder, and the example of docs/testkit.md run against it.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string Root = FindRoot();

    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-package-").FullName;

    [SkippableFact]
    public void The_example_of_the_documentation_runs_on_the_package_alone()
    {
        string package = Pack();
        using (ZipArchive archive = ZipFile.OpenRead(package))
        {
            string[] files = [.. archive.Entries.Select(entry => entry.FullName)];
            files.Should().Contain(["lib/net10.0/FcTarget.TestKit.dll", "lib/net10.0/FcTarget.Formats.dll", "lib/net10.0/FcTarget.Formats.xml", "testkit.md"]);
            using Stream nuspec = archive.GetEntry("FcTarget.TestKit.nuspec")!.Open();
            XDocument.Load(nuspec).Descendants().Should().NotContain(e => e.Name.LocalName == "dependency", "the package stands alone");
        }
        string example = Example();
        example.Split('\n').Count(line => line.Trim().Length > 0).Should().BeLessThanOrEqualTo(20);
        MakeProject(example);

        (int restored, string restoreOutput) = Dotnet("restore", "app");
        Skip.If(restored != 0 && !restoreOutput.Contains("FcTarget.TestKit", StringComparison.Ordinal), $"this SDK restores no project here: {restoreOutput}");
        restored.Should().Be(0, restoreOutput);
        (int ran, string output) = Dotnet("run", "--no-restore", "--project", "app");

        ran.Should().Be(0, output);
        output.Trim().Should().MatchRegex(@"^TimedOut at 00:00:4\d(\.\d+)?, \d+ frames$");

        // The same with an expectation that is wrong has to fail, and to leave a capture.
        MakeProject(example.Replace("\"BA_ACC\", ", "\"BA_RJT\", ", StringComparison.Ordinal));
        (ran, output) = Dotnet("run", "--no-restore", "--project", "app");
        ran.Should().NotBe(0);
        output.Should().Contain("BA_RJT is missing").And.MatchRegex(@"frames: \S+\.pcapng");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Pack()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name; // bin/CONFIGURATION/net10.0
        (int status, string output) = Dotnet(
            "pack", Path.Combine(Root, "src", "FcTarget.TestKit"), "--no-build", "-c", configuration, "-o", Path.Combine(_folder, "packages"));
        status.Should().Be(0, output);
        return Directory.GetFiles(Path.Combine(_folder, "packages")).Should().ContainSingle("it is one package").Subject;
    }

    /// <summary>The first block of C# in the documentation.</summary>
    private static string Example()
    {
        string[] parts = File.ReadAllText(Path.Combine(Root, "docs", "testkit.md")).Split("```");
        return parts.First(part => part.StartsWith("csharp\n", StringComparison.Ordinal))["csharp\n".Length..];
    }

    /// <summary>A project that knows nothing of this repository, and no source of packages but the folder.</summary>
    private void MakeProject(string program)
    {
        string app = Directory.CreateDirectory(Path.Combine(_folder, "app")).FullName;
        File.WriteAllText(Path.Combine(_folder, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(_folder, "Directory.Packages.props"), "<Project />");
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), """
            <configuration>
              <packageSources><clear /><add key="here" value="packages" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(app, "app.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="FcTarget.TestKit" Version="1.0.0" /></ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(app, "Program.cs"), program);
    }

    private (int Status, string Output) Dotnet(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["NUGET_PACKAGES"] = Path.Combine(_folder, "cache"), // what is in the user's cache may be another build of the same version
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["DOTNET_NOLOGO"] = "1",
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["TMPDIR"] = _folder,
            },
        };
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.Ordinal) && key != "MSBUILDDISABLENODEREUSE").ToArray())
            start.Environment.Remove(name); // the test run's own
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} did not end within {Patience}.");
        }
        return (process.ExitCode, output.Result + errors.Result);
    }

    private static string FindRoot()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) at = at.Parent;
        return at!.FullName;
    }
}
