// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Serialization;

namespace FcTarget.Stmf.Configuration;

/// <summary>
/// The file an administrator's settings are kept in: JSON, replaced as a whole and durably with each change, so that a change is there
/// whole or not at all, whatever ends the process.
/// </summary>
public sealed class ConfigurationStore
{
    /// <summary>The schema written; a file with a higher number is refused, not guessed at.</summary>
    public const int Schema = 3;

    private readonly string _path;

    /// <param name="path">The file; its directory is made if need be.</param>
    public ConfigurationStore(string path) => _path = path;

    /// <summary>For tests: a crash between two steps of a replacement.</summary>
    internal Action<DurableFile.Step>? OnStep { get; set; }

    /// <summary>Reads the settings; the empty ones when there is no file yet.</summary>
    /// <exception cref="StmfException">The file cannot be read, is damaged, of a later schema, or contradicts itself. It is left as it is.</exception>
    public StmfConfiguration Load()
    {
        try
        {
            if (Directory.Exists(_path)) throw new IOException("It is a directory.");
            if (!File.Exists(_path)) return StmfConfiguration.Empty;
            using FileStream file = File.OpenRead(_path);
            Stored? stored = JsonSerializer.Deserialize(file, StoreJson.Default.Stored);
            if (stored is null || stored.Schema is < 1 or > Schema)
                throw new StmfException(StmfError.Invalid, $"'{_path}' has schema {stored?.Schema}; this program knows schema 1 to {Schema}. Use the program that wrote it.");
            return Checked(Whole(stored.Configuration ?? StmfConfiguration.Empty));
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StmfException(StmfError.Invalid, $"'{_path}' cannot be read: {fault.Message} Mend it, or move it away to begin with nothing.", fault);
        }
    }

    private StmfConfiguration Checked(StmfConfiguration read)
    {
        try
        {
            return read.Checked();
        }
        catch (StmfException fault)
        {
            throw new StmfException(StmfError.Invalid, $"'{_path}' contradicts itself: {fault.Message}", fault);
        }
    }

    private static StmfConfiguration Whole(StmfConfiguration read) => new()
    {
        LogicalUnits = Whole(read.LogicalUnits),
        HostGroups = Whole(read.HostGroups),
        TargetGroups = Whole(read.TargetGroups),
        Views = Whole(read.Views),
        Targets = Whole(read.Targets),
    };

    /// <summary>A part that the file does not mention is empty: the reader leaves it null.</summary>
    private static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? part) where T : class =>
        part is null ? [] : part.All(item => item is not null) ? part : throw new JsonException("A null stands in a list.");

    /// <summary>Makes the settings durable before it returns.</summary>
    /// <exception cref="StmfException">They are not; what was stored before still is.</exception>
    public void Save(StmfConfiguration configuration)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } directory) Directory.CreateDirectory(directory);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(new Stored(Schema, configuration.Durable()), StoreJson.Default.Stored);
            DurableFile.Replace(_path, json, OnStep);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StmfException(StmfError.NotStored, $"The settings cannot be stored in '{_path}': {fault.Message.TrimEnd('.')}. Nothing was changed.", fault);
        }
    }

    internal sealed record Stored(int Schema, StmfConfiguration? Configuration);
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ConfigurationStore.Stored))]
internal sealed partial class StoreJson : JsonSerializerContext;
