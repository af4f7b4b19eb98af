// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace FcTarget.Host.Options;

/// <summary>
/// Where settings come from: the file, over it the environment, over that the command line. A key nobody knows is refused, so that a
/// misspelt one is not silently without effect.
/// </summary>
internal static class SettingsLayers
{
    public const string DefaultFile = "fctarget.json";

    public const string EnvironmentPrefix = "FCTARGET__";

    /// <summary>Adds the three layers, the strongest last.</summary>
    /// <param name="builder">Gets the layers.</param>
    /// <param name="file">The file that was asked for; null for fctarget.json in the working directory, if it is there.</param>
    /// <param name="commandLine">What the command line gave, by key.</param>
    /// <exception cref="OperatorException">The file is not there or is no JSON.</exception>
    public static void AddTo(IConfigurationBuilder builder, string? file, IEnumerable<KeyValuePair<string, string?>> commandLine)
    {
        string path = Path.GetFullPath(file ?? DefaultFile);
        if (File.Exists(path)) AddFile(builder, path);
        else if (file is not null) throw new OperatorException($"There is no configuration file '{file}'. Name one that is there; fctarget.example.json shows what goes in.");
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddInMemoryCollection(commandLine);
    }

    /// <summary>Fills the settings from the layers.</summary>
    /// <exception cref="OperatorException">A layer has a key that is none of ours.</exception>
    public static void Read(IConfigurationRoot layers, TargetSettings settings)
    {
        RefuseUnknownKeys(layers);
        settings.Interface = layers[nameof(TargetSettings.Interface)];
        settings.Topology = layers[nameof(TargetSettings.Topology)];
        settings.Wwpn = layers[nameof(TargetSettings.Wwpn)];
        settings.Wwnn = layers[nameof(TargetSettings.Wwnn)];
        settings.Port = ReadList(layers, nameof(TargetSettings.Port));
        settings.Lu = ReadList(layers, nameof(TargetSettings.Lu));
        settings.Store = layers[nameof(TargetSettings.Store)];
        settings.Probes = layers[nameof(TargetSettings.Probes)];
        settings.ComstarExact = layers[nameof(TargetSettings.ComstarExact)];
        settings.Record = layers[nameof(TargetSettings.Record)];
        settings.Seed = layers[nameof(TargetSettings.Seed)];
        settings.Vlan = layers[nameof(TargetSettings.Vlan)];
        settings.FcMap = layers[nameof(TargetSettings.FcMap)];
        settings.FabricName = layers[nameof(TargetSettings.FabricName)];
        settings.Domain = layers[nameof(TargetSettings.Domain)];
        settings.FkaAdvPeriod = layers[nameof(TargetSettings.FkaAdvPeriod)];
        settings.FcfPriority = layers[nameof(TargetSettings.FcfPriority)];
        settings.DefaultZone = layers[nameof(TargetSettings.DefaultZone)];
        settings.DuplicateWwpn = layers[nameof(TargetSettings.DuplicateWwpn)];
        settings.FabricStore = layers[nameof(TargetSettings.FabricStore)];
        settings.Control = layers[nameof(TargetSettings.Control)];
        settings.Verbose = layers[nameof(TargetSettings.Verbose)];
    }

    private static void AddFile(IConfigurationBuilder builder, string path)
    {
        try
        {
            // Loaded here and not with the others, so that what is wrong with it can be told from what is wrong elsewhere.
            ConfigurationBuilder file = new();
            file.AddJsonFile(path, optional: false, reloadOnChange: false);
            file.Build();
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            string why = fault.GetBaseException().Message.ReplaceLineEndings(" ");
            throw new OperatorException($"Configuration file '{path}' cannot be read: {why} Correct it; fctarget.example.json shows what goes in.");
        }
    }

    /// <summary>The list of the strongest layer that has one: lists of several layers must not be mixed entry by entry.</summary>
    private static IReadOnlyList<string> ReadList(IConfigurationRoot layers, string key)
    {
        foreach (IConfigurationProvider layer in layers.Providers.Reverse())
        {
            if (layer.TryGet(key, out string? single) && !string.IsNullOrEmpty(single)) return [single];
            string[] entries = [.. layer.GetChildKeys([], key).Distinct().Order(ConfigurationKeyComparer.Instance)];
            if (entries.Length > 0)
                return [.. entries.Select(entry => layer.TryGet(ConfigurationPath.Combine(key, entry), out string? text) ? text ?? "" : "")];
        }
        return [];
    }

    private static void RefuseUnknownKeys(IConfigurationRoot layers)
    {
        foreach (IConfigurationProvider layer in layers.Providers)
        {
            string[] unknown = [.. KeysOf(layer, null).Where(key => !IsKnown(key)).Order()];
            if (unknown.Length == 0) continue;
            bool isFile = layer is JsonConfigurationProvider;
            string where = isFile ? $"Configuration file '{((JsonConfigurationProvider)layer).Source.Path}'" : "The environment";
            string names = string.Join(", ", unknown.Select(key => isFile ? $"'{key}'" : $"'{EnvironmentPrefix}{key.Replace(":", "__")}'"));
            throw new OperatorException($"{where} has {(unknown.Length == 1 ? "an unknown key" : "unknown keys")}: {names}. Known are {string.Join(", ", TargetSettings.Keys)}.");
        }
    }

    private static bool IsKnown(string key)
    {
        string[] parts = key.Split(ConfigurationPath.KeyDelimiter);
        if (!TargetSettings.Keys.Contains(parts[0], StringComparer.OrdinalIgnoreCase)) return false;
        return parts.Length == 1 || (parts.Length == 2 && TargetSettings.Lists.Contains(parts[0], StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The full names of a layer's values.</summary>
    private static IEnumerable<string> KeysOf(IConfigurationProvider layer, string? parent)
    {
        foreach (string child in layer.GetChildKeys([], parent).Distinct())
        {
            string key = parent is null ? child : ConfigurationPath.Combine(parent, child);
            bool hasChildren = false;
            foreach (string inner in KeysOf(layer, key))
            {
                hasChildren = true;
                yield return inner;
            }
            if (!hasChildren) yield return key;
        }
    }
}
