// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FcTarget.Formats;

namespace FcTarget.Fabric.Zoning;

/// <summary>What a zone member is known by.</summary>
public enum ZoneMemberKind : byte
{
    PortName,
    NodeName,
    PortId,
}

/// <summary>
/// A member of a zone: N_Port_Name, Node_Name or N_Port_ID. Written <c>wwpn.2000001122334455</c>, <c>wwnn.1000001122334455</c> or
/// <c>fcid.010203</c>; the digits of a name may be apart by colons.
/// </summary>
[JsonConverter(typeof(ZoneMemberJson))]
public readonly record struct ZoneMember
{
    private const string PortNamePrefix = "wwpn.", NodeNamePrefix = "wwnn.", PortIdPrefix = "fcid.";

    private readonly ulong _value;

    private ZoneMember(ZoneMemberKind kind, ulong value)
    {
        Kind = kind;
        _value = value;
    }

    public ZoneMemberKind Kind { get; }

    public static ZoneMember OfPortName(Wwn name) => new(ZoneMemberKind.PortName, name.Value);

    public static ZoneMember OfNodeName(Wwn name) => new(ZoneMemberKind.NodeName, name.Value);

    public static ZoneMember OfPortId(FcId id) => new(ZoneMemberKind.PortId, id.Value);

    public static bool TryParse(string? text, out ZoneMember member)
    {
        member = default;
        if (text is null || text.Length <= PortNamePrefix.Length) return false;
        string digits = text[PortNamePrefix.Length..];
        switch (text[..PortNamePrefix.Length].ToLowerInvariant())
        {
            case PortNamePrefix when Wwn.TryParse(digits, out Wwn name):
                member = OfPortName(name);
                return true;
            case NodeNamePrefix when Wwn.TryParse(digits, out Wwn name):
                member = OfNodeName(name);
                return true;
            case PortIdPrefix when digits.Length == 6 && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint id):
                member = OfPortId(new FcId(id));
                return true;
            default: return false;
        }
    }

    public override string ToString() => Kind switch
    {
        ZoneMemberKind.PortName => PortNamePrefix + new Wwn(_value),
        ZoneMemberKind.NodeName => NodeNamePrefix + new Wwn(_value),
        _ => PortIdPrefix + new FcId((uint)_value),
    };
}

/// <summary>A member as its text.</summary>
internal sealed class ZoneMemberJson : JsonConverter<ZoneMember>
{
    public override ZoneMember Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ZoneMember.TryParse(reader.GetString(), out ZoneMember member)
            ? member
            : throw new JsonException("A zone member is written wwpn.<16 digits>, wwnn.<16 digits> or fcid.<6 digits>.");

    public override void Write(Utf8JsonWriter writer, ZoneMember value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
