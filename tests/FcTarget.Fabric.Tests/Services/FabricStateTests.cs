// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;

namespace FcTarget.Fabric.Tests.Services;

/// <summary>What a fabric remembers over a restart, and over the end of the process at any moment.</summary>
public sealed class FabricStateTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fabric-state");

    private string File => Path.Combine(_directory.FullName, "sub", "fabric.json");

    private FabricOptions Options => new() { SwitchName = FabricRig.SwitchName, StateFile = File };

    [Fact]
    public void Addresses_and_zoning_survive_a_restart()
    {
        ZoneMember member = ZoneMember.OfPortName(FabricRig.NameOf(2));
        ZoningConfiguration zoning = new ZoningConfiguration().WithZone("z", member).WithZoneSet("s", "z").WithActiveSet("s");
        using (FabricRig first = new(Options))
        {
            for (int i = 1; i <= 5; i++) first.Login(i);
            first.Fabric.Zoning.Set(zoning);
        }
        using FabricRig second = new(Options);
        second.Login(4).Id.Should().Be(new FcId(0x010004u));
        second.Login(6).Id.Should().Be(new FcId(0x010006u));
        second.Login(2).Id.Should().Be(new FcId(0x010002u));
        second.Fabric.Zoning.Configuration.Should().BeEquivalentTo(zoning);
    }

    [Fact]
    public void Another_domain_keeps_the_rest_of_the_address()
    {
        using (FabricRig first = new(Options)) first.Login(1);
        using FabricRig second = new(Options with { DomainId = 7 });
        second.Login(2).Id.Should().Be(new FcId(0x070002u));
        second.Login(1).Id.Should().Be(new FcId(0x070001u));
    }

    [Fact]
    public void The_zoning_of_the_options_is_the_beginning_only()
    {
        using (FabricRig first = new(Options with { Zoning = new ZoningConfiguration() }))
        {
            first.Fabric.Zoning.Configuration.DefaultZonePermits.Should().BeFalse();
            first.Fabric.Zoning.Set(ZoningConfiguration.Open);
        }
        using FabricRig second = new(Options with { Zoning = new ZoningConfiguration() });
        second.Fabric.Zoning.Configuration.DefaultZonePermits.Should().BeTrue();
    }

    [Fact]
    public async Task A_reader_at_any_moment_finds_a_whole_file()
    {
        using FabricRig rig = new(Options);
        using CancellationTokenSource done = new();
        int reads = 0;
        Task<int> reader = Task.Run(() =>
        {
            // What a new process would find if this one were killed now.
            while (!done.IsCancellationRequested)
            {
                int count = FabricState.Load(File).Addresses.Count;
                count.Should().BeGreaterThanOrEqualTo(reads);
                reads = count;
            }
            return reads;
        });
        for (int i = 1; i <= 500; i++)
        {
            rig.Login(i);
            rig.Advance(TimeSpan.FromMilliseconds(i % 3 * 50));
        }
        rig.Fabric.Dispose();
        await done.CancelAsync();
        (await reader).Should().BeInRange(0, 500);
        FabricState.Load(File).Addresses.Should().HaveCount(500);
    }

    [Fact]
    public void A_replacement_that_was_cut_short_leaves_the_file_before_it()
    {
        using (FabricRig first = new(Options)) first.Login(1);
        System.IO.File.WriteAllText(File + ".new", "{ \"schema\": 1, \"addr");
        using (FabricRig second = new(Options)) second.Login(2).Id.Should().Be(new FcId(0x010002u));
        FabricState.Load(File).Addresses.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"schema\":2,\"addresses\":{},\"zoning\":null}")]
    [InlineData("{\"schema\":1,\"addresses\":null,\"zoning\":null}")]
    [InlineData("{\"schema\":1,\"addresses\":{},\"zoning\":{\"activeSet\":\"none\"}}")]
    [InlineData("{\"schema\":1,\"addresses\":{},\"zoning\":{\"zones\":[{\"name\":\"z\",\"members\":[\"me\"]}]}}")]
    [InlineData("{\"schema\":1,\"addresses\":{},\"zoning\":{\"zones\":[null]}}")]
    [InlineData("{\"schema\":1,\"addresses\":{},\"zoning\":{\"zones\":[{\"name\":null,\"members\":[]}]}}")]
    public void A_damaged_file_is_refused_with_its_name_and_left_as_it_is(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
        Action start = () => new FabricRig(Options).Dispose();
        start.Should().Throw<IOException>().WithMessage($"*{File}*");
        System.IO.File.ReadAllText(File).Should().Be(content);
    }

    [Fact]
    public void Addresses_that_make_no_sense_are_left_out()
    {
        string content = """
            { "schema": 1, "zoning": null, "addresses": { "2000000000000001": "010001", "2000000000000002": "010001", "2000000000000003": "010000",
              "x": "010004", "2000000000000005": "y", "2000000000000006": "-1", "2000000000000007": "FFFFFFFFFFFF" } }
            """;
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllBytes(File, Encoding.UTF8.GetBytes(content));
        using FabricRig rig = new(Options);
        rig.Login(2).Id.Should().Be(new FcId(0x010002u));
        rig.Login(1).Id.Should().Be(new FcId(0x010001u));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_reported_and_the_fabric_goes_on()
    {
        using FabricRig rig = new(Options);
        Directory.CreateDirectory(File); // in the place of the file
        rig.Login(1).Id.Should().Be(new FcId(0x010001u));
        rig.Fabric.Dispose();
        rig.Events.Should().Contain("not saved");
        Directory.Delete(File);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
