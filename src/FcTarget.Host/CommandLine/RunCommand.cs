// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget run</c>: serve logical units on an interface.</summary>
internal static class RunCommand
{
    public static Command Make()
    {
        Option<string> networkInterface = Text<string>("--interface", "IF", "Interface to serve on.", SettingParsers.Interface, "-i");
        Option<string> topology = Text<Port.Topology>("--topology", "vn2vn|p2p", "vn2vn (default): a node among others, with FIP. p2p: one peer, no FIP.", SettingParsers.Topology);
        Option<string> wwpn = Text<Formats.Wwn>("--wwpn", "WWPN", "N_Port_Name; made of the interface's MAC address by default.", SettingParsers.Wwpn);
        Option<string> wwnn = Text<Formats.Wwn>("--wwnn", "WWNN", "Node_Name; made of the interface's MAC address by default.", SettingParsers.Wwnn);
        Option<string[]> units = Units();
        Option<string> probes = new("--probes") { HelpName = "FILE|-", Description = "Writes the fc probes as JSON lines to a file or to standard output." };
        Option<string> seed = Text<int>("--seed", "N", "Seed of everything random; another one at every start by default.", SettingParsers.Seed);
        Option<string> vlan = Text<ushort>("--vlan", "VID", "VLAN that FCoE and FIP use; untagged by default.", SettingParsers.Vlan);
        Option<string> config = new("--config", "-c") { HelpName = "FILE", Description = $"Configuration file; {SettingsLayers.DefaultFile} in the working directory by default." };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Logs every step of a login, and the counters at the end." };
        Command command = new("run", "Serves logical units on an interface until SIGINT or SIGTERM.")
        {
            networkInterface, topology, wwpn, wwnn, units, probes, seed, vlan, config, verbose,
        };
        command.SetAction((parsed, _) =>
        {
            Dictionary<string, string?> given = [];
            Give(nameof(TargetSettings.Interface), parsed.GetValue(networkInterface));
            Give(nameof(TargetSettings.Topology), parsed.GetValue(topology));
            Give(nameof(TargetSettings.Wwpn), parsed.GetValue(wwpn));
            Give(nameof(TargetSettings.Wwnn), parsed.GetValue(wwnn));
            string[] lu = parsed.GetValue(units) ?? [];
            for (int i = 0; i < lu.Length; i++) Give($"{nameof(TargetSettings.Lu)}:{i}", lu[i]);
            Give(nameof(TargetSettings.Probes), parsed.GetValue(probes));
            Give(nameof(TargetSettings.Seed), parsed.GetValue(seed));
            Give(nameof(TargetSettings.Vlan), parsed.GetValue(vlan));
            if (parsed.GetResult(verbose) is { Implicit: false }) Give(nameof(TargetSettings.Verbose), parsed.GetValue(verbose).ToString());
            return TargetHost.RunAsync(parsed.GetValue(config), given);

            void Give(string key, string? value)
            {
                if (value is not null) given[key] = value;
            }
        });
        return command;
    }

    /// <summary>An option whose text is checked while the command line is parsed, but kept as text like the other sources' settings.</summary>
    private static Option<string> Text<T>(string name, string helpName, string description, SettingParser<T> parser, params string[] aliases)
    {
        Option<string> option = new(name, aliases) { HelpName = helpName, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && parser(result.Tokens[0].Value, out _) is { } error) result.AddError(error);
        });
        return option;
    }

    private static Option<string[]> Units()
    {
        Option<string[]> option = new("--lu")
        {
            HelpName = "SPEC",
            Description = "A logical unit: memory:256M | file:PATH[,size=1G], then ,name=N ,block=512|4096 ,ro ,lun=N. May be given several times. "
                + $"Default {TargetOptions.DefaultUnit}.",
            AllowMultipleArgumentsPerToken = false,
        };
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
                if (!LuSpec.TryParse(token.Value, out _, out string? error)) result.AddError(error);
        });
        return option;
    }
}
