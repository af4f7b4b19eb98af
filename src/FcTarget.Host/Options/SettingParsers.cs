// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Host.Control;
using FcTarget.Host.Serving;
using FcTarget.Port;

namespace FcTarget.Host.Options;

/// <summary>Reads the text of one setting. Null when it is right, otherwise a sentence that says what is wrong and the remedy.</summary>
internal delegate string? SettingParser<T>(string text, out T value);

/// <summary>One parser for each setting, for the command line and the other sources alike.</summary>
internal static class SettingParsers
{
    /// <summary>IFNAMSIZ of Linux, with its terminating zero.</summary>
    private const int InterfaceNameSize = 16;

    public static string? Interface(string text, out string name)
    {
        name = text;
        return text.Length < InterfaceNameSize && !text.Any(c => char.IsWhiteSpace(c) || c == '/')
            ? null
            : $"Interface '{text}' is no name of a network interface. See fctarget interfaces.";
    }

    public static string? Topology(string text, out Topology topology)
    {
        Topology? known = text.ToLowerInvariant() switch
        {
            "switch" => FcTarget.Port.Topology.Switch,
            "fabric" => FcTarget.Port.Topology.Fabric,
            "vn2vn" => FcTarget.Port.Topology.Vn2Vn,
            "p2p" => FcTarget.Port.Topology.PointToPoint,
            _ => null,
        };
        topology = known.GetValueOrDefault();
        return known is not null ? null : $"Topology '{text}' is unknown. Write switch, fabric, vn2vn or p2p.";
    }

    /// <summary>A topology as it is written in settings.</summary>
    public static string NameOf(Topology topology) => topology == FcTarget.Port.Topology.PointToPoint ? "p2p" : topology.ToString().ToLowerInvariant();

    public static string? Wwpn(string text, out Wwn name) => Name("WWPN", text, out name);

    public static string? Port(string text, out PortSpec? port) => PortSpec.TryParse(text, out port, out string? error) ? null : error;

    public static string? Wwnn(string text, out Wwn name) => Name("WWNN", text, out name);

    public static string? Seed(string text, out int seed) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed)
            ? null
            : $"Seed '{text}' is not a number. Write one from 1 to {int.MaxValue}, or 0 for another one at every start.";

    /// <summary>One VLAN, or several with commas between them.</summary>
    public static string? Vlans(string text, out IReadOnlyList<int> vids)
    {
        List<int> all = [];
        vids = all;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!ushort.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out ushort vid) || vid > VlanTag.MaxVid)
                return $"VLAN '{part}' is no VLAN identifier. Write one from 1 to {VlanTag.MaxVid}, or 0 for untagged frames.";
            all.Add(vid);
        }
        return null;
    }

    public static string? FcMap(string text, out uint fcMap) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out fcMap) && FcfOptions.IsFcMap(fcMap)
            ? null
            : $"FC-MAP '{text}' is none. Write six hexadecimal digits from 0efc00 to 0efcff.";

    public static string? FabricName(string text, out Wwn name) => Name("Fabric name", text, out name);

    public static string? Domain(string text, out byte domain) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out domain)
            && domain is >= FabricOptions.MinDomainId and <= FabricOptions.MaxDomainId
            ? null
            : $"Domain '{text}' is no Domain_ID. Write one from {FabricOptions.MinDomainId} to {FabricOptions.MaxDomainId}.";

    public static string? FkaAdvPeriod(string text, out TimeSpan period)
    {
        bool isNumber = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint milliseconds);
        period = TimeSpan.FromMilliseconds(milliseconds);
        return isNumber && period >= FcfOptions.ShortestPeriod
            ? null
            : $"FKA_ADV_PERIOD '{text}' is none. Write milliseconds, {FcfOptions.ShortestPeriod.TotalMilliseconds} at least.";
    }

    public static string? FcfPriority(string text, out byte priority) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out priority)
            ? null
            : $"FCF priority '{text}' is none. Write 0 (the best) to 255.";

    public static string? DefaultZone(string text, out bool permits)
    {
        permits = text.Equals("permit", StringComparison.OrdinalIgnoreCase);
        return permits || text.Equals("deny", StringComparison.OrdinalIgnoreCase) ? null : $"Default zone '{text}' is unknown. Write permit or deny.";
    }

    public static string? DuplicateWwpn(string text, out DuplicateName duplicates)
    {
        duplicates = text.Equals("move", StringComparison.OrdinalIgnoreCase) ? DuplicateName.Move : DuplicateName.Refuse;
        return duplicates == DuplicateName.Move || text.Equals("refuse", StringComparison.OrdinalIgnoreCase)
            ? null
            : $"Duplicate WWPN '{text}' is unknown. Write refuse or move.";
    }

    public static string? Control(string text, out string path)
    {
        path = text;
        return Encoding.UTF8.GetByteCount(text) <= ControlSocket.MaxPathBytes
            ? null
            : $"Control socket '{text}' is longer than the {ControlSocket.MaxPathBytes} bytes a Unix socket may have. Write a shorter path, or none.";
    }

    public static string? Verbose(string text, out bool verbose) => Flag("Verbose", text, out verbose);

    public static string? ComstarExact(string text, out bool exact) => Flag("ComstarExact", text, out exact);

    private static string? Flag(string what, string text, out bool value) =>
        bool.TryParse(text, out value) ? null : $"{what} '{text}' is neither true nor false. Write one of them.";

    private static string? Name(string what, string text, out Wwn name) =>
        Wwn.TryParse(text, out name) && !name.IsNone
            ? null
            : $"{what} '{text}' is not a world wide name. Write 16 hexadecimal digits, such as 20:00:02:00:00:00:00:01.";
}
