// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;

namespace FcTarget.Fabric;

/// <summary>What a fabric remembers over a restart, as its state file has it.</summary>
/// <param name="Schema">Number of the layout.</param>
/// <param name="Addresses">N_Port_Name and N_Port_ID, both in hexadecimal digits.</param>
/// <param name="Zoning">Null when nothing has been set.</param>
internal sealed record FabricState(int Schema, IReadOnlyDictionary<string, string> Addresses, ZoningConfiguration? Zoning)
{
    /// <summary>The schema written; a file with a higher number is refused, not guessed at.</summary>
    public const int CurrentSchema = 1;

    public static readonly FabricState Empty = new(CurrentSchema, new Dictionary<string, string>(), null);

    public static FabricState Of(IEnumerable<KeyValuePair<Wwn, FcId>> addresses, ZoningConfiguration zoning) =>
        new(CurrentSchema, addresses.ToDictionary(a => a.Key.ToString(), a => a.Value.ToString()), zoning);

    /// <summary>The addresses that can be read; one that cannot is as good as none.</summary>
    public IEnumerable<KeyValuePair<Wwn, FcId>> ReadAddresses()
    {
        foreach ((string name, string id) in Addresses)
            if (Wwn.TryParse(name, out Wwn wwn) && uint.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
                yield return KeyValuePair.Create(wwn, new FcId(value));
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, FabricStateJson.Default.FabricState);

    /// <summary>Reads a state file; <see cref="Empty"/> when there is none yet.</summary>
    /// <exception cref="IOException">It cannot be read, is damaged, or of a later schema. It is left as it is.</exception>
    public static FabricState Load(string path)
    {
        const string Remedy = "Mend it, or move it away to begin with nothing.";
        try
        {
            if (Directory.Exists(path)) throw new IOException($"'{path}' is a directory.");
            if (!File.Exists(path)) return Empty;
            FabricState? state = JsonSerializer.Deserialize(File.ReadAllBytes(path), FabricStateJson.Default.FabricState);
            if (state is null || state.Schema is < 1 or > CurrentSchema)
                throw new IOException($"'{path}' has schema {state?.Schema}; this program knows schema 1 to {CurrentSchema}. Use the program that wrote it.");
            return state with { Zoning = state.Zoning?.Checked() };
        }
        catch (Exception fault) when (fault is JsonException or ZoningException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be read: {fault.Message} {Remedy}", fault);
        }
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FabricState))]
internal sealed partial class FabricStateJson : JsonSerializerContext;
