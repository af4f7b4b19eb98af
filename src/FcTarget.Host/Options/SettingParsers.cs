// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
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
        topology = text.ToLowerInvariant() switch
        {
            "p2p" => Port.Topology.PointToPoint,
            _ => Port.Topology.Vn2Vn,
        };
        return text.ToLowerInvariant() is "vn2vn" or "p2p" ? null : $"Topology '{text}' is unknown. Write vn2vn or p2p.";
    }

    public static string? Wwpn(string text, out Wwn name) => Name("WWPN", text, out name);

    public static string? Wwnn(string text, out Wwn name) => Name("WWNN", text, out name);

    public static string? Seed(string text, out int seed) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed)
            ? null
            : $"Seed '{text}' is not a number. Write one from 1 to {int.MaxValue}, or 0 for another one at every start.";

    public static string? Vlan(string text, out ushort vid) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out vid) && vid <= VlanTag.MaxVid
            ? null
            : $"VLAN '{text}' is no VLAN identifier. Write one from 1 to {VlanTag.MaxVid}, or 0 for untagged frames.";

    public static string? Verbose(string text, out bool verbose) =>
        bool.TryParse(text, out verbose) ? null : $"Verbose '{text}' is neither true nor false. Write one of them.";

    private static string? Name(string what, string text, out Wwn name) =>
        Wwn.TryParse(text, out name) && !name.IsNone
            ? null
            : $"{what} '{text}' is not a world wide name. Write 16 hexadecimal digits, such as 20:00:02:00:00:00:00:01.";
}
