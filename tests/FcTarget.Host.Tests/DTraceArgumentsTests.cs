// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Session;
using FcTarget.Host.CommandLine;

namespace FcTarget.Host.Tests;

public sealed class DTraceArgumentsTests
{
    [Fact]
    public void Letters_may_stand_together_and_operands_between_them()
    {
        DTraceArguments parsed = Parse("-qZxaggsortrev", "one", "-n", "BEGIN", "-b8m", "two", "-P", "fc", "-xstrsize=64", "--", "-three");
        parsed.Request.Mode.Should().Be(DTraceMode.Run);
        parsed.Request.Programs.Should().Equal(new DTraceProgram("BEGIN"), new DTraceProgram("fc", Fields: DTraceField.Provider));
        parsed.Request.Arguments.Should().Equal("one", "two", "-three");
        parsed.Request.Options.Should().Equal(
            new DTraceOption("quiet"), new DTraceOption("zdefs"), new DTraceOption("aggsortrev"),
            new DTraceOption("bufsize", "8m"), new DTraceOption("strsize", "64"));
    }

    [Fact]
    public void A_script_is_read_and_named()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "BEGIN { exit(0); }");
        Parse("-s", path, "5").Request.Programs.Should().Equal(new DTraceProgram("BEGIN { exit(0); }", path));
        File.Delete(path);
    }

    [Fact]
    public void Modes_and_places_are_taken()
    {
        DTraceArguments parsed = Parse("-l", "-m", "fct", "-f", "fct_do_flogi", "-i", "5", "-o", "out", "-T", "veth0", "-p", "42", "-64");
        parsed.Request.Mode.Should().Be(DTraceMode.List);
        parsed.Request.Programs.Select(p => p.Fields).Should().Equal(DTraceField.Module, DTraceField.Function, DTraceField.Name);
        (parsed.OutputFile, parsed.Target, parsed.Pid).Should().Be(("out", "veth0", 42));
        Parse("-e", "-n", "BEGIN").Request.Mode.Should().Be(DTraceMode.Compile);
        Parse("--target-socket", "veth1", "-V").WantsVersion.Should().BeTrue();
    }

    [Theory]
    [InlineData("illegal option -- y", 2, "-y")]
    [InlineData("illegal option -- --nosuch", 2, "--nosuch")]
    [InlineData("option requires an argument -- n", 2, "-qn")]
    [InlineData("only one of the [-lV] options can be specified at a time", 2, "-l", "-V")]
    [InlineData("invalid pid: self", 1, "-p", "self")]
    [InlineData("failed to open /none/x.d: No such file or directory", 1, "-s", "/none/x.d")]
    [InlineData("-c is not supported here: what is traced is a running target", 2, "-c", "ls")]
    [InlineData("-X is not supported here: the preprocessor is this machine's own", 2, "-Xa")]
    [InlineData("-v is not supported here without -l: programs have no stability", 2, "-vn", "BEGIN")]
    [InlineData("-S is not supported here: there is no DIF to show", 2, "-S")]
    [InlineData("-G is not supported here: programs run in the target and are not linked", 2, "-G")]
    [InlineData("-a is not supported here: there is no anonymous tracing", 2, "-a")]
    [InlineData("-F is not supported here: the probes are no entries and returns of functions", 2, "-F")]
    [InlineData("-32 is not supported here: D programs are 64-bit", 2, "-32")]
    [InlineData("illegal option -- 34", 2, "-34")]
    public void What_is_wrong_is_named(string message, int exitCode, params string[] args)
    {
        DTraceUsageException wrong = FluentActions.Invoking(() => Parse(args)).Should().Throw<DTraceUsageException>().Which;
        wrong.Sentence.Should().Be(message);
        wrong.ExitCode.Should().Be(exitCode);
    }

    [SkippableFact]
    public void Programs_go_through_the_preprocessor_with_its_options()
    {
        Skip.IfNot(File.Exists("/usr/bin/cpp"), "needs cpp");
        string folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
        string script = Path.Combine(folder, "x.d");
        File.WriteAllText(Path.Combine(folder, "opcodes.h"), "#define READ_10 0x28\n");
        File.WriteAllText(script, "#!/usr/sbin/dtrace -Cs\n#include \"opcodes.h\"\n#pragma D option quiet\n"
            + "#ifdef DEBUG\nwrong\n#endif\nfc:::scsi-command /args[2]->ic_cdb[0] == READ_10 && n < LIMIT/ { n++; }\n");
        DTraceArguments parsed = Parse("-C", "-DLIMIT=7", "-D", "DEBUG", "-U", "DEBUG", "-I", folder, "-s", script);
        string text = parsed.Request.Programs.Single().Text;
        text.Should().Contain("/args[2]->ic_cdb[0] == 0x28 && n < 7/").And.Contain("#pragma D option quiet").And.NotContain("wrong");
        Parse("-DLIMIT=7", "-s", script).Request.Programs.Single().Text.Should().Contain("READ_10", "without -C nothing is done");
        File.WriteAllText(script, "#error no\n");
        FluentActions.Invoking(() => Parse("-Cs", script)).Should().Throw<DTraceUsageException>()
            .Which.Sentence.Should().Be($"failed to compile script {script}: Preprocessor failed to process input program");
        Directory.Delete(folder, recursive: true);
    }

    private static DTraceArguments Parse(params string[] args) => DTraceArguments.Parse(args);
}
