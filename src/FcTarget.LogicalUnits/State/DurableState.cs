// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using FcTarget.LogicalUnits.Protection;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

/// <summary>One registration of a persistent reservation, as it is kept through a power loss: numbers in hex.</summary>
internal sealed record SavedRegistration(string Initiator, string TransportId, ushort Port, string Key);

/// <summary>A FORMAT UNIT or SANITIZE that has begun and has not ended well, as it is kept through a power loss.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Pattern">The block to fill the medium with, in hex; empty for zeros.</param>
/// <param name="Format">What the medium is formatted with afterwards; null for what it was.</param>
/// <param name="Unrestricted">AUSE of SANITIZE.</param>
/// <param name="Failed">It has ended, and not well. Otherwise it was under way.</param>
internal sealed record SavedMediumWork(MediumWorkKind Kind, string Pattern, ProtectionFormat? Format, bool Unrestricted, bool Failed);

/// <summary>What a logical unit keeps through a power loss.</summary>
internal sealed record SavedState
{
    /// <summary>The form of this record; a file of a later one is refused. A program that knows the first form only would not see work on the medium.</summary>
    public const int CurrentVersion = 2;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Saved mode pages, whole, in hex.</summary>
    public IReadOnlyList<string> ModePages { get; init; } = [];

    /// <summary>Peripheral device identifying information, in hex.</summary>
    public string Identifying { get; init; } = "";

    /// <summary>Text identifying information, in hex.</summary>
    public string Text { get; init; } = "";

    /// <summary>Registrations, empty unless APTPL was asked for.</summary>
    public IReadOnlyList<SavedRegistration> Registrations { get; init; } = [];

    /// <summary>TYPE of the persistent reservation; 0 for none.</summary>
    public int ReservationType { get; init; }

    /// <summary>Index of the holder in <see cref="Registrations"/>; -1 when all are or nobody is.</summary>
    public int Holder { get; init; } = -1;

    /// <summary>Work on the medium that is still to be done, or has failed; null for none.</summary>
    public SavedMediumWork? MediumWork { get; init; }
}

/// <summary>
/// A logical unit's <see cref="SavedState"/>, in a file: each change replaces it whole and is durable when it returns. Or in memory, for a
/// unit whose data last no longer either.
/// </summary>
internal sealed class DurableState
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly Lock _gate = new();
    private readonly string? _path;
    private SavedState _state;

    /// <param name="path">The file; made with the first change. Null: in memory.</param>
    /// <exception cref="LuConfigurationException">The file is there and cannot be read, or is of a later version.</exception>
    public DurableState(string? path)
    {
        _path = path;
        _state = new();
        if (path is null) return;
        try
        {
            if (File.Exists(path)) _state = JsonSerializer.Deserialize<SavedState>(File.ReadAllBytes(path), Json) ?? new();
            Check(_state);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw new LuConfigurationException($"State file '{path}' cannot be read: {fault.Message} Repair or remove it.", fault);
        }
        if (_state.Version > SavedState.CurrentVersion)
        {
            throw new LuConfigurationException(
                $"State file '{path}' is of version {_state.Version}, this program reads {SavedState.CurrentVersion}. Use the newer program.");
        }
    }

    public SavedState State => _state;

    /// <summary>It is in a file, and there again when the process has been killed.</summary>
    public bool OutlivesPowerLoss => _path is not null;

    /// <summary>A file that somebody has edited may hold anything.</summary>
    private static void Check(SavedState state)
    {
        foreach (string? text in state.ModePages.Append(state.Identifying).Append(state.Text).Append(state.MediumWork?.Pattern ?? ""))
            _ = Convert.FromHexString(text ?? "-");
        if (state.MediumWork is { } work && (!Enum.IsDefined(work.Kind) || work.Pattern is null))
            throw new FormatException("The work on the medium is of no kind that there is.");
        foreach (SavedRegistration? one in state.Registrations)
        {
            if (one?.Initiator is null) throw new FormatException("A registration has no initiator.");
            _ = Convert.FromHexString(one.TransportId ?? "-");
            _ = ulong.Parse(one.Key ?? "-", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Changes the state and makes it durable. False when that failed: the old state is still the one on disk.</summary>
    public bool TryChange(Func<SavedState, SavedState> change)
    {
        lock (_gate)
        {
            SavedState next = change(_state);
            try
            {
                next = next with { Version = SavedState.CurrentVersion };
                if (_path is not null) DurableFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(next, Json));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return false;
            }
            _state = next;
            return true;
        }
    }
}
