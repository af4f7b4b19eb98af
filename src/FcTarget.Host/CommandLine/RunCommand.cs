// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;
using FcTarget.Wire.Recording;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget run</c>: serve logical units on an interface.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    /// <param name="stop">A signal came.</param>
    public static Command Make(CancellationToken stop)
    {
        Option<string> networkInterface = Text<string>("--interface", "IF", "Interface to serve on.", SettingParsers.Interface, "-i");
        Option<string> topology = Text<Port.Topology>("--topology", "switch|fabric|vn2vn|p2p",
            "switch (default): hosts log in with it as with a switch. fabric: it logs in with a switch that is there. "
                + "vn2vn: a node among others. p2p: one peer, no FIP.",
            SettingParsers.Topology);
        Option<string> wwpn = Text<Formats.Wwn>("--wwpn", "WWPN", "N_Port_Name; made of the interface's MAC address by default.", SettingParsers.Wwpn);
        Option<string> wwnn = Text<Formats.Wwn>("--wwnn", "WWNN", "Node_Name; made of the interface's MAC address by default.", SettingParsers.Wwnn);
        Option<string[]> ports = Texts<PortSpec?>(
            "--port", "SPEC", "One more N_Port that is a target: any of name=N, wwpn=W, wwnn=W, with commas between. May be given several times.", SettingParsers.Port);
        Option<string[]> units = Texts<LuSpec?>(
            "--lu", "SPEC",
            "A logical unit: memory:256M | file:PATH[,size=1G] | null:1T | pattern:1T, then options such as ,name=N ,block=4096 ,ro ,lun=N ,host=WWPN "
                + $"(docs/operations.md has them all). May be given several times. Default {TargetOptions.DefaultUnit}, with --store none.",
            static (string text, out LuSpec? unit) => LuSpec.TryParse(text, out unit, out string? error) ? null : error);
        Option<string> probes = Text<ProbesSpec>(
            "--probes", "FILE|-|always", "Writes the fc probes as JSON lines to a file (then ,size=100M ,count=5 to turn it over) or to standard output; always: USDT without semaphores.",
            ProbesSpec.Parse);
        Option<string> store = new("--store")
        {
            HelpName = "FILE",
            Description = "Keeps logical units, groups and views that are made at run time in this file; without it they last as long as the target.",
        };
        Option<bool> comstarExact = new("--comstar-exact") { Description = "The probes leave out what COMSTAR's leave out, to try a script both ways." };
        Option<string> record = Text<RecordingOptions>(
            "--record", "FILE.pcapng", "Records every frame both ways, with the probes it fired as comments; ,size=100M ,count=5 to turn the file over.", RecordSpec.Parse);
        Option<string> seed = Text<int>("--seed", "N", "Seed of everything random; another one at every start by default.", SettingParsers.Seed);
        Option<string> vlan = Text<IReadOnlyList<int>>(
            "--vlan", "VID[,VID]", "VLAN of FCoE and FIP, with a switch also several; untagged by default.", SettingParsers.Vlans);
        Option<string> fcMap = Text<uint>("--fc-map", "FCMAP", "switch: FC-MAP; 0efc00 by default.", SettingParsers.FcMap);
        Option<string> fabricName = Text<Formats.Wwn>(
            "--fabric-name", "WWN", "switch: Fabric_Name; made of the MAC address by default.", SettingParsers.FabricName);
        Option<string> domain = Text<byte>("--domain", "N", "switch: Domain_ID; 1 by default.", SettingParsers.Domain);
        Option<string> period = Text<TimeSpan>(
            "--fka-adv-period", "MS", "switch: FKA_ADV_PERIOD in milliseconds; 8000 by default.", SettingParsers.FkaAdvPeriod);
        Option<string> priority = Text<byte>(
            "--fcf-priority", "N", "switch: priority among FCFs, 0 is the best; 128 by default.", SettingParsers.FcfPriority);
        Option<string> defaultZone = Text<bool>(
            "--default-zone", "permit|deny", "switch: whether ports in no zone see each other; permit by default.", SettingParsers.DefaultZone);
        Option<string> duplicateWwpn = Text<Fabric.DuplicateName>(
            "--duplicate-wwpn", "refuse|move", "switch: whether a WWPN that logs in from another host is refused, or the first is logged out; refuse by default.",
            SettingParsers.DuplicateWwpn);
        Option<string> fabricStore = new("--fabric-store")
        {
            HelpName = "FILE",
            Description = "switch: keeps N_Port_IDs and zones in this file; without it they last as long as the target.",
        };
        Option<string> control = Text<string>("--control", "PATH|none", "Control socket; one that the other commands find by default.", SettingParsers.Control);
        Option<string> config = new("--config", "-c") { HelpName = "FILE", Description = $"Configuration file; {SettingsLayers.DefaultFile} in the working directory by default." };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Logs every step of a login, and the counters at the end." };
        Command command = new(Name, "Serves logical units on an interface until SIGINT or SIGTERM.")
        {
            networkInterface, topology, wwpn, wwnn, ports, units, store, probes, record, comstarExact, seed, vlan,
            fcMap, fabricName, domain, period, priority, defaultZone, duplicateWwpn, fabricStore, control, config, verbose,
        };
        command.SetAction((parsed, _) =>
        {
            Dictionary<string, string?> given = [];
            Give(nameof(TargetSettings.Interface), parsed.GetValue(networkInterface));
            Give(nameof(TargetSettings.Topology), parsed.GetValue(topology));
            Give(nameof(TargetSettings.Wwpn), parsed.GetValue(wwpn));
            Give(nameof(TargetSettings.Wwnn), parsed.GetValue(wwnn));
            GiveAll(nameof(TargetSettings.Port), parsed.GetValue(ports));
            GiveAll(nameof(TargetSettings.Lu), parsed.GetValue(units));
            Give(nameof(TargetSettings.Store), parsed.GetValue(store));
            Give(nameof(TargetSettings.Probes), parsed.GetValue(probes));
            Give(nameof(TargetSettings.Record), parsed.GetValue(record));
            Give(nameof(TargetSettings.Seed), parsed.GetValue(seed));
            Give(nameof(TargetSettings.Vlan), parsed.GetValue(vlan));
            Give(nameof(TargetSettings.FcMap), parsed.GetValue(fcMap));
            Give(nameof(TargetSettings.FabricName), parsed.GetValue(fabricName));
            Give(nameof(TargetSettings.Domain), parsed.GetValue(domain));
            Give(nameof(TargetSettings.FkaAdvPeriod), parsed.GetValue(period));
            Give(nameof(TargetSettings.FcfPriority), parsed.GetValue(priority));
            Give(nameof(TargetSettings.DefaultZone), parsed.GetValue(defaultZone));
            Give(nameof(TargetSettings.DuplicateWwpn), parsed.GetValue(duplicateWwpn));
            Give(nameof(TargetSettings.FabricStore), parsed.GetValue(fabricStore));
            Give(nameof(TargetSettings.Control), parsed.GetValue(control));
            if (parsed.GetResult(comstarExact) is { Implicit: false }) Give(nameof(TargetSettings.ComstarExact), parsed.GetValue(comstarExact).ToString());
            if (parsed.GetResult(verbose) is { Implicit: false }) Give(nameof(TargetSettings.Verbose), parsed.GetValue(verbose).ToString());
            return TargetHost.RunAsync(parsed.GetValue(config), given, stop);

            void GiveAll(string key, string[]? values)
            {
                for (int i = 0; i < values?.Length; i++) Give($"{key}:{i}", values[i]);
            }

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

    /// <summary>Likewise, for one that may be given several times.</summary>
    private static Option<string[]> Texts<T>(string name, string helpName, string description, SettingParser<T> parser)
    {
        Option<string[]> option = new(name) { HelpName = helpName, Description = description, AllowMultipleArgumentsPerToken = false };
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
                if (parser(token.Value, out _) is { } error) result.AddError(error);
        });
        return option;
    }
}
