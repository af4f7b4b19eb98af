// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using FcTarget.Probes.Usdt;

namespace FcTarget.Probes.Tests.Usdt;

/// <summary>The library as binutils, gdb and perf read it.</summary>
public sealed partial class UsdtImageTests
{
    private static readonly string[] NoteNames = [.. FcProbeNames.All.ToArray().Select(n => n.Replace("-", "__"))];

    public static TheoryData<string> Architectures => [.. UsdtDescription.Architectures];

    [Theory, MemberData(nameof(Architectures))]
    public void The_same_architecture_has_the_same_library_with_a_build_id_of_its_own(string architecture)
    {
        using ScratchDirectory scratch = new();
        UsdtDescription.Emit(scratch.File("a.so"), architecture);
        UsdtDescription.Emit(scratch.File("b.so"), architecture);
        File.ReadAllBytes(scratch.File("a.so")).Should().Equal(File.ReadAllBytes(scratch.File("b.so")));
        UsdtImage.Make(UsdtArchitecture.X64).Should().NotEqual(UsdtImage.Make(UsdtArchitecture.X64FastNop));
        Directory.GetFiles(scratch.Path).Should().HaveCount(2, "what is written beside it first goes away");
    }

    [SkippableTheory, MemberData(nameof(Architectures))]
    public void Readelf_finds_a_note_with_semaphore_for_every_probe_and_nothing_to_complain_of(string architecture)
    {
        Tool.SkipUnlessThere("readelf");
        using ScratchDirectory scratch = new();
        string path = scratch.File(UsdtImage.FileName);
        UsdtDescription.Emit(path, architecture);

        Tool.Outcome notes = Tool.Run("readelf", "-n", path);
        notes.Error.Should().BeEmpty();
        Names().Matches(notes.Output).Select(m => m.Groups[1].Value).Should().Equal(NoteNames);
        Semaphores().Matches(notes.Output).Select(m => m.Groups[1].Value).Should().OnlyHaveUniqueItems().And.HaveCount(FcProbeNames.Count);
        notes.Output.Should().Contain(architecture == "x64" ? "Arguments: 8@%rdi 8@%rsi 8@%rdx 8@%rcx 8@%r8 8@%r9" : "Arguments: 8@x0 8@x1 8@x2 8@x3 8@x4 8@x5");
        notes.Output.Should().Contain(architecture == "x64" ? "Arguments: 8@%rdi 8@%rsi 8@%rdx -4@%ecx -4@%r8d" : "Arguments: 8@x0 8@x1 8@x2 -4@w3 -4@w4");

        Tool.Outcome all = Tool.Run("readelf", "-aW", path);
        all.Error.Should().BeEmpty();
        all.Output.Should().Contain("fc_scsi_command_semaphore").And.Contain("Library soname: [libfcprobes.so]");
    }

    [SkippableFact]
    public void Gdb_lists_the_probes_with_their_semaphores()
    {
        Tool.SkipUnlessThere("gdb");
        Skip.IfNot(RuntimeInformation.ProcessArchitecture == Architecture.X64, "gdb must know the architecture");
        using ScratchDirectory scratch = new();
        UsdtDescription.Emit(scratch.File(UsdtImage.FileName));
        Tool.Outcome listed = Tool.Run("gdb", "-nx", "-batch", "-ex", "info probes stap fc", scratch.File(UsdtImage.FileName));
        foreach (string name in NoteNames) listed.Output.Should().MatchRegex($"stap +fc +{name} +0x[0-9a-f]+ +0x[0-9a-f]+");
    }

    [SkippableFact]
    public void Bpftrace_lists_every_probe()
    {
        Tool.SkipUnlessTracing("bpftrace");
        using ScratchDirectory scratch = new();
        string path = scratch.File(UsdtImage.FileName);
        UsdtDescription.Emit(path);
        Tool.Outcome listed = Tool.Run("bpftrace", "-l", $"usdt:{path}:*");
        listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(NoteNames.Select(n => $"usdt:{path}:fc:{n}"));
    }

    [SkippableFact]
    public void Perf_lists_every_probe_that_was_added_to_its_cache()
    {
        Tool.SkipUnlessTracing("perf");
        using ScratchDirectory scratch = new();
        string path = scratch.File(UsdtImage.FileName), cache = scratch.File("cache");
        UsdtDescription.Emit(path);
        Tool.Run("perf", "--buildid-dir", cache, "buildid-cache", "--add", path).ExitCode.Should().Be(0);
        string listed = Tool.Run("perf", "--buildid-dir", cache, "list", "sdt").Output;
        foreach (string name in NoteNames) listed.Should().MatchRegex($@"(?m)^ *sdt_fc:{name}\b");
    }

    /// <summary>The loader is the strictest reader: every symbol is found by the hash table.</summary>
    [SkippableFact]
    public void The_loader_finds_every_function_and_every_semaphore_at_its_stride()
    {
        Skip.If(UsdtArchitecture.Current is null, "no probes for this system");
        using ScratchDirectory scratch = new();
        UsdtDescription.Emit(scratch.File(UsdtImage.FileName));
        nint library = NativeLibrary.Load(scratch.File(UsdtImage.FileName));
        nint functions = NativeLibrary.GetExport(library, UsdtImage.FirstFunction), semaphores = NativeLibrary.GetExport(library, UsdtImage.FirstSemaphore);
        for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
        {
            string name = UsdtSignature.FunctionName(probe);
            NativeLibrary.GetExport(library, name).Should().Be(functions + ((int)probe * UsdtImage.FunctionStride));
            NativeLibrary.GetExport(library, name + "_semaphore").Should().Be(semaphores + ((int)probe * UsdtImage.GateSize));
            Marshal.ReadInt32(semaphores + ((int)probe * UsdtImage.GateSize)).Should().Be(0);
        }
        NativeLibrary.TryGetExport(library, "fc_no_such_probe", out _).Should().BeFalse();
    }

    [Fact]
    public void The_list_of_probes_names_their_arguments_as_the_C_header_does()
    {
        string header = File.ReadAllText(ProbeFiles.Header);
        UsdtDescription.Probes.Should().HaveCount(FcProbeNames.Count).And
            .Contain("xfer__done(struct conninfo *conn, struct fc_port_info *local, struct scsicmd *cmd, struct fc_port_info *remote, struct fc_xferinfo *xfer, struct fc_cmdfacts *facts)");
        for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
        {
            string line = header.Split('\n').First(l => !l.Contains("bpftrace") && Regex.IsMatch(l, $@"^ \*   (\w+, )?{UsdtSignature.NoteName(probe)}\b"));
            string arguments = string.Join(", ", UsdtSignature.Arguments(probe).Select(a => a.Kind == UsdtArgumentKind.Int ? a.ToString() : a.Name));
            line.TrimEnd('*', ' ').Should().EndWith("    " + arguments);
        }
    }

    [Fact]
    public void An_architecture_without_library_is_refused() =>
        FluentActions.Invoking(() => UsdtDescription.Emit("/dev/null/none", "s390x")).Should().Throw<ArgumentException>().WithMessage("*s390x*");

    [GeneratedRegex(@"Provider: fc\n\s+Name: (\w+)")]
    private static partial Regex Names();

    [GeneratedRegex(@"Semaphore: (0x[0-9a-f]+)")]
    private static partial Regex Semaphores();
}
