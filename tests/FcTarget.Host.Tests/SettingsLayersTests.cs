// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;

namespace FcTarget.Host.Tests;

/// <summary>They change the environment of this process.</summary>
[Collection("environment")]
public sealed class SettingsLayersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
    private readonly List<string> _variables = [];

    [Fact]
    public void Command_line_goes_over_environment_over_file()
    {
        string file = Write("""{ "Interface": "file0", "Wwpn": "file1", "seed": 7, "Verbose": true }""");
        Set("FCTARGET__Interface", "env0");
        Set("FCTARGET__Wwpn", "env1");

        TargetSettings settings = Layers.Read(file, ("Interface", "line0"));

        settings.Interface.Should().Be("line0");
        settings.Wwpn.Should().Be("env1");
        settings.Seed.Should().Be("7");
        settings.Verbose.Should().Be("True");
        settings.Topology.Should().BeNull();
    }

    [Fact]
    public void Logical_units_of_the_strongest_layer_replace_the_others()
    {
        string file = Write("""{ "Lu": ["memory:1M", "memory:2M", "memory:3M"] }""");

        Layers.Read(file).Lu.Should().Equal("memory:1M", "memory:2M", "memory:3M");
        Layers.Read(file, ("Lu:0", "memory:9M")).Lu.Should().Equal("memory:9M");
        Set("FCTARGET__Lu__1", "memory:5M");
        Set("FCTARGET__Lu__0", "memory:4M");
        Layers.Read(file).Lu.Should().Equal("memory:4M", "memory:5M");
    }

    [Fact]
    public void More_than_ten_logical_units_keep_their_order()
    {
        string[] units = [.. Enumerable.Range(1, 12).Select(i => $"memory:{i}M")];
        string file = Write($$"""{ "Lu": [{{string.Join(", ", units.Select(unit => $"\"{unit}\""))}}] }""");

        Layers.Read(file).Lu.Should().Equal(units);
    }

    [Fact]
    public void One_logical_unit_needs_no_index()
    {
        Set("FCTARGET__Lu", "memory:4M");

        Layers.Read(Write("""{ "Lu": ["memory:1M"] }""")).Lu.Should().Equal("memory:4M");
        Layers.Read(Write("""{ "Lu": "memory:1M" }"""), ("Lu:0", "memory:2M")).Lu.Should().Equal("memory:2M");
    }

    [Theory]
    [InlineData("""{ "Interfac": "x" }""", "Configuration file '*.json' has an unknown key: 'Interfac'. Known are Interface, Topology, *")]
    [InlineData("""{ "Lun": 1, "Ports": [{ "Interface": "x" }] }""", "Configuration file '*.json' has unknown keys: 'Lun', 'Ports:0:Interface'. Known are *")]
    [InlineData("""{ "Interface": { "Name": "x" } }""", "*unknown key: 'Interface:Name'*")]
    [InlineData("""{ "Interface": """, "Configuration file '*.json' cannot be read: *Correct it; fctarget.example.json shows what goes in.")]
    [InlineData("""{ "Seed": 1, "seed": 2 }""", "Configuration file '*.json' cannot be read: *")]
    public void A_wrong_file_is_refused_by_name(string text, string message)
    {
        string file = Write(text);
        Action read = () => Layers.Read(file);

        read.Should().Throw<OperatorException>().WithMessage(message).Which.Message.Should().NotContain("\n");
    }

    [Fact]
    public void An_unknown_variable_with_our_prefix_is_refused_by_name()
    {
        Set("FCTARGET__Interfaces", "x");
        Action read = () => Layers.Read(Write("{}"));

        read.Should().Throw<OperatorException>().WithMessage("The environment has an unknown key: 'FCTARGET__Interfaces'*");
    }

    [Fact]
    public void A_file_that_was_asked_for_must_be_there()
    {
        Action read = () => Layers.Read(Path.Combine(_folder, "none.json"));

        read.Should().Throw<OperatorException>().WithMessage("There is no configuration file '*none.json'*");
    }

    [Fact]
    public void The_example_file_is_right()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FcTarget.sln"))) folder = Path.GetDirectoryName(folder)!;

        TargetSettings settings = Layers.Read(Path.Combine(folder, "fctarget.example.json"));

        TargetOptions.Read(settings, out IReadOnlyList<string> errors).Should().NotBeNull();
        errors.Should().BeEmpty();
        settings.Lu.Should().HaveCount(2);
    }

    public void Dispose()
    {
        foreach (string variable in _variables) Environment.SetEnvironmentVariable(variable, null);
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string text)
    {
        string file = Path.Combine(_folder, $"{Guid.NewGuid()}.json");
        File.WriteAllText(file, text);
        return file;
    }

    private void Set(string variable, string value)
    {
        _variables.Add(variable);
        Environment.SetEnvironmentVariable(variable, value);
    }
}
