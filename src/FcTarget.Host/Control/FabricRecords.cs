// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;

namespace FcTarget.Host.Control;

/// <summary>GET /v1/fabric.</summary>
/// <param name="Ports">N_Ports that are logged in, ours included.</param>
/// <param name="ActiveZoneSet">Null: none, every port is in the default zone.</param>
/// <param name="DefaultZone"><c>permit</c> or <c>deny</c>: whether ports in no zone may talk to each other.</param>
internal sealed record FabricInfo(
    string FabricName, string SwitchName, int Domain, int Ports, string? ActiveZoneSet, string DefaultZone, FcfInfo Fcf);

/// <param name="State"><c>down</c>, <c>advertising</c>, <c>silent</c> (suspended), ...</param>
/// <param name="FkaAdvPeriodSeconds">FKA_ADV_PERIOD.</param>
/// <param name="Vlans">Those that are served; 0: untagged frames.</param>
/// <param name="EnodesLoggedIn">ENodes with a virtual link at least.</param>
internal sealed record FcfInfo(
    string State, string Mac, string FcMap, int Priority, double FkaAdvPeriodSeconds, IReadOnlyList<int> Vlans, int EnodesLoggedIn, int VirtualLinks);

/// <summary>GET /v1/fabric/ports: what the FCF and the name server have of each N_Port, by FC_ID.</summary>
internal sealed record FabricPortList(IReadOnlyList<FabricPortDetails> Ports);

/// <param name="Ours">One of our own N_Ports, behind the switch.</param>
/// <param name="Mac">VN_Port MAC address; null for ours.</param>
/// <param name="Vlan">0: untagged; null for ours.</param>
/// <param name="Classes">Classes of service of its login.</param>
/// <param name="ParentId">FC_ID of the FLOGI that an FDISC (NPIV) hangs on.</param>
/// <param name="Types">FC-4 TYPEs registered.</param>
/// <param name="Rscn">What it is told of (SCR); empty: nothing.</param>
/// <param name="Zones">Its zones in the active set; none: it is in the default zone.</param>
internal sealed record FabricPortDetails(
    string FcId, string Wwpn, string Wwnn, bool Ours, string? Mac, int? Vlan, string Classes, string? ParentId, DateTimeOffset LoggedInAt,
    string SymbolicPortName, string SymbolicNodeName, IReadOnlyList<string> Types, bool IsTarget, bool IsInitiator, string Rscn, IReadOnlyList<string> Zones);

/// <summary>GET /v1/fabric/zones.</summary>
internal sealed record ZoningInfo(string DefaultZone, string? ActiveZoneSet, IReadOnlyList<ZoneSetInfo> ZoneSets, IReadOnlyList<ZoneInfo> Zones);

internal sealed record ZoneSetInfo(string Name, IReadOnlyList<string> Zones);

/// <param name="Members"><c>wwpn.W</c>, <c>wwnn.W</c> or <c>fcid.ID</c>.</param>
internal sealed record ZoneInfo(string Name, IReadOnlyList<string> Members);

/// <summary>POST /v1/fabric/zones.</summary>
internal sealed record NewZone(string Name, IReadOnlyList<string> Members);

/// <summary>POST /v1/fabric/zone-sets.</summary>
internal sealed record NewZoneSet(string Name, IReadOnlyList<string> Zones);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FabricInfo))]
[JsonSerializable(typeof(FabricPortList))]
[JsonSerializable(typeof(ZoningInfo))]
[JsonSerializable(typeof(NewZone))]
[JsonSerializable(typeof(NewZoneSet))]
[JsonSerializable(typeof(NewName))]
internal sealed partial class FabricJson : JsonSerializerContext;
