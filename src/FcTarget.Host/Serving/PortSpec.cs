// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using FcTarget.Formats;

namespace FcTarget.Host.Serving;

/// <summary>
/// An N_Port as the operator describes it: any of <c>name=N</c>, <c>wwpn=W</c>, <c>wwnn=W</c>, with commas between them.
/// </summary>
internal sealed record PortSpec
{
    /// <summary>It is the port's symbolic name, of which the name server takes 255 characters; a table should stay readable.</summary>
    private const int MaxNameLength = 64;

    /// <summary>What the operator calls it, and its symbolic name; null: its WWPN.</summary>
    public string? Name { get; init; }

    /// <summary>N_Port_Name; none: made of the wire's MAC address and a number.</summary>
    public Wwn PortName { get; init; }

    /// <summary>Node_Name; none: that of the other N_Ports.</summary>
    public Wwn NodeName { get; init; }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Join(',', Parts());

    private IEnumerable<string> Parts()
    {
        if (Name is not null) yield return $"name={Name}";
        if (!PortName.IsNone) yield return $"wwpn={PortName}";
        if (!NodeName.IsNone) yield return $"wwnn={NodeName}";
    }

    /// <summary>Reads a description. When it is none, <paramref name="error"/> is a whole sentence for the operator.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PortSpec? spec, [NotNullWhen(false)] out string? error)
    {
        PortSpec made = new();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            string value = part[(equals + 1)..];
            switch (equals < 0 ? "" : part[..equals])
            {
                case "name" when value.Length is > 0 and <= MaxNameLength && value.All(c => c is > ' ' and <= '~' and not '/'):
                    made = made with { Name = value };
                    break;
                case "wwpn" when Wwn.TryParse(value, out Wwn name) && !name.IsNone:
                    made = made with { PortName = name };
                    break;
                case "wwnn" when Wwn.TryParse(value, out Wwn name) && !name.IsNone:
                    made = made with { NodeName = name };
                    break;
                default:
                    spec = null;
                    error = $"Port '{text}': '{part}' is not understood. Write name=N, wwpn=W, wwnn=W, with commas between them.";
                    return false;
            }
        }
        spec = made;
        error = null;
        return true;
    }
}
