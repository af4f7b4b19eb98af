// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;
using FcTarget.Probes;

namespace FcTarget.Host.Tests;

public sealed class ProbesCommandTests
{
    [Fact]
    public async Task List_names_every_probe_with_its_arguments()
    {
        Cli.Outcome outcome = await Cli.RunAsync("probes", "list");
        outcome.ExitCode.Should().Be(0);
        outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(FcProbeNames.Count)
            .And.Contain("fc:rport__logout__end(struct conninfo *conn, struct fc_port_info *local, struct fc_port_info *remote, int solicited)");
    }

    [Fact]
    public async Task Emit_writes_the_library_for_another_processor_too()
    {
        string path = Path.GetTempFileName();
        try
        {
            (await Cli.RunAsync("probes", "emit", path, "--arch", "arm64")).Should().Be(new Cli.Outcome(0, "", ""));
            File.ReadAllBytes(path)[..4].Should().Equal(0x7F, (byte)'E', (byte)'L', (byte)'F');
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Emit_says_what_is_wrong_in_one_line()
    {
        Cli.Outcome outcome = await Cli.RunAsync("probes", "emit", "/none/lib.so");
        outcome.ExitCode.Should().Be(1);
        outcome.Error.Should().Match("fctarget: Probe library '/none/lib.so' cannot be written: *\n");
        (await Cli.RunAsync("probes", "emit", "/tmp/lib.so", "--arch", "vax")).ExitCode.Should().Be(2);
    }

    [Theory]
    [InlineData("probes.jsonl", "probes.jsonl", false, 0L, 0)]
    [InlineData("-", "-", false, 0L, 0)]
    [InlineData("always", null, true, 0L, 0)]
    [InlineData("-,always", "-", true, 0L, 0)]
    [InlineData("./always", "./always", false, 0L, 0)]
    [InlineData("p,size=1M", "p", false, 1048576L, 5)]
    [InlineData("p,size=1M,count=3,always", "p", true, 1048576L, 3)]
    public void Probes_are_asked_for_by_file_rotation_and_always(string text, string? path, bool always, long size, int count)
    {
        ProbesSpec.Parse(text, out ProbesSpec spec).Should().BeNull();
        spec.Should().Be(new ProbesSpec { Path = path, Always = always, Rotation = size == 0 ? null : new JsonLinesRotation(size, count) });
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("p,size=1")]
    [InlineData("p,size=x")]
    [InlineData("p,count=3")]
    [InlineData("p,size=1M,count=0")]
    [InlineData("-,size=1M")]
    [InlineData("always,size=1M")]
    public void What_cannot_be_is_refused_with_the_remedy(string text) => ProbesSpec.Parse(text, out _).Should().NotBeNull().And.ContainAny("Write", "Name");
}
