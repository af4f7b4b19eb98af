// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Probes.JsonLines;
using FcTarget.Probes.Tests.Usdt;

namespace FcTarget.Probes.Tests;

public sealed class RotatingFileTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private string Path => _scratch.File("probes.jsonl");

    [Fact]
    public void A_file_ends_with_the_last_line_that_has_room_and_the_oldest_goes()
    {
        using (RotatingFile file = new(Path, new JsonLinesRotation(Size: 10, Count: 3)))
        {
            file.Write("aaa\nbbb\nccc\n"u8);
            file.Write("ddd\n"u8);
            file.Write("eee\nfff\nggg\n"u8);
        }
        File.ReadAllText(Path).Should().Be("ggg\n");
        File.ReadAllText(Path + ".1").Should().Be("eee\nfff\n");
        File.ReadAllText(Path + ".2").Should().Be("ccc\nddd\n");
        Directory.GetFiles(_scratch.Path).Should().HaveCount(3);
    }

    [Fact]
    public void A_line_that_is_longer_than_a_file_has_one_of_its_own()
    {
        using (RotatingFile file = new(Path, new JsonLinesRotation(Size: 10, Count: 9))) file.Write("a\n0123456789abcdef\nb\n"u8);
        File.ReadAllText(Path).Should().Be("b\n");
        File.ReadAllText(Path + ".1").Should().Be("0123456789abcdef\n");
        File.ReadAllText(Path + ".2").Should().Be("a\n");
    }

    [Fact]
    public void One_file_begins_again()
    {
        using (RotatingFile file = new(Path, new JsonLinesRotation(Size: 4, Count: 1))) file.Write("aaa\nbbb\n"u8);
        Directory.GetFiles(_scratch.Path).Should().Equal(Path);
        File.ReadAllText(Path).Should().Be("bbb\n");
    }

    [Fact]
    public void Every_probe_is_in_one_of_the_files_once_and_in_order()
    {
        using ProbeRig rig = new();
        const int Firings = 2000;
        using (JsonLinesSink sink = JsonLinesSink.Open(Path, new FixedTime(), new JsonLinesRotation(Size: 20_000, Count: 1000)))
        {
            rig.Provider.Attach(sink);
            for (uint i = 0; i < Firings; i++) rig.Provider.RscnReceive(rig.Conn, rig.Local, i);
        }
        string[] files = [.. Directory.GetFiles(_scratch.Path).OrderByDescending(f => int.TryParse(System.IO.Path.GetExtension(f)[1..], out int n) ? n : 0)];
        files.Length.Should().BeGreaterThan(10);
        files.Should().AllSatisfy(f => new FileInfo(f).Length.Should().BeLessThanOrEqualTo(20_000));
        string all = string.Concat(files.Select(f => File.ReadAllText(f, Encoding.UTF8)));
        all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf("affected_id", StringComparison.Ordinal) + 14)..][..6])
            .Should().Equal(Enumerable.Range(0, Firings).Select(i => i.ToString("x6")));
    }

    public void Dispose() => _scratch.Dispose();
}
