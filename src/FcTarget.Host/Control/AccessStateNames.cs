// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Serialization;
using FcTarget.Scsi;
using Microsoft.AspNetCore.Http;

namespace FcTarget.Host.Control;

/// <summary>Asymmetric access states as the administrator writes them: <c>active-optimized</c> and so on.</summary>
internal static class AccessStateNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<AccessState>().Select(Of)];

    public static string Of(AccessState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());

    /// <exception cref="ControlException">There is no such state.</exception>
    public static AccessState? Read(string? name)
    {
        if (name is null) return null;
        foreach (AccessState state in Enum.GetValues<AccessState>())
            if (Of(state) == name) return state;
        throw new ControlException(StatusCodes.Status400BadRequest, $"'{name}' is no access state. Write one of {string.Join(", ", All)}.");
    }
}

/// <summary>Access states in JSON.</summary>
internal sealed class AccessStateConverter() : JsonStringEnumConverter<AccessState>(JsonNamingPolicy.KebabCaseLower);
