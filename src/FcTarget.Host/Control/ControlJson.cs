// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;

namespace FcTarget.Host.Control;

/// <summary>Why a request was refused.</summary>
internal sealed record ControlError(string Error);

/// <summary>JSON of the control interface. It is written for people, too: <c>--json</c> prints it as it comes.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ControlError))]
[JsonSerializable(typeof(TargetStatus))]
[JsonSerializable(typeof(CounterList))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(PortList))]
[JsonSerializable(typeof(NewPort))]
internal sealed partial class ControlJson : JsonSerializerContext;
