// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

/// <summary>The options of an <see cref="LuSpec"/>: each by its key.</summary>
internal static class LuOptionTable
{
    public const string Grammar =
        ",name=N ,block=512|4096 ,physical=SIZE ,ro ,removable ,ejected ,thick ,lbpu=0|1 ,lbpws=0|1 ,lbpws10=0|1 ,lbprz=0|1 ,wsnz=0|1 ,wcache=on|off ,pool=SIZE ,threshold=PERCENT ,state=DIR ,seed=N ,pi=0|1|2|3 ,lun=N ,host=PORT ,target=PORT";

    /// <summary>Each is an option whose value is the bit's.</summary>
    private static readonly Dictionary<string, ProvisioningBits> Bits = new()
    {
        ["lbpu"] = ProvisioningBits.Lbpu,
        ["lbpws"] = ProvisioningBits.Lbpws,
        ["lbpws10"] = ProvisioningBits.Lbpws10,
        ["lbprz"] = ProvisioningBits.Lbprz,
        ["wsnz"] = ProvisioningBits.Wsnz,
    };

    /// <summary>The description with one more option; null, and why, when the option is unknown or its value is not one.</summary>
    public static LuSpec? With(LuSpec spec, string key, string? value, out string? problem)
    {
        problem = null;
        if (value is "0" or "1" && Bits.TryGetValue(key, out ProvisioningBits bit))
            return spec with { ProvisioningBits = value == "1" ? spec.ProvisioningBits | bit : spec.ProvisioningBits & ~bit };
        switch (key)
        {
            case "ro" when value is null:
                return spec with { ReadOnly = true };
            case "removable" when value is null:
                return spec with { Removable = true };
            case "ejected" when value is null:
                return spec with { Removable = true, Ejected = true };
            case "thick" when value is null:
                return spec with { Thick = true };
            case "wcache" when value is "on" or "off":
                return spec with { WriteCache = value == "on" };
            case "size" when spec.Kind == LuStoreKind.File && value is not null:
                if (LuSpec.TryParseSize(value, out long size)) return spec with { Size = size };
                problem = NotASize("size", value);
                return null;
            case "pool" when value is not null:
                if (LuSpec.TryParseSize(value, out long pool)) return spec with { Pool = pool };
                problem = NotASize("pool", value);
                return null;
            case "physical" when value is not null:
                if (LuSpec.TryParseSize(value, out long physical) && physical is >= 512 and <= BlockDeviceOptions.MaximumPhysicalBlockSize && long.IsPow2(physical))
                    return spec with { PhysicalBlockSize = (int)physical };
                problem = $"physical block size '{value}' is not a power of 2 from 512 to 16M";
                return null;
            case "threshold" when value is not null:
                if (TryParse(value, 100, out int percent) && percent > 0) return spec with { Threshold = percent };
                problem = $"threshold '{value}' is not a percentage from 1 to 100";
                return null;
            case "state" when !string.IsNullOrEmpty(value):
                return spec with { StateDirectory = value };
            case "pi" when value is not null:
                if (value is "0" or "1" or "2" or "3") return spec with { ProtectionType = value[0] - '0' };
                problem = $"protection type '{value}' is none of 0, 1, 2 and 3";
                return null;
            case "seed" when spec.Kind == LuStoreKind.Pattern && value is not null:
                if (ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return spec with { Seed = seed };
                problem = $"seed '{value}' is not a number";
                return null;
            case "name" when value is not null:
                if (IsName(value)) return spec with { Name = value };
                problem = $"name '{value}' is not 1 to {LuSpec.MaxNameLength} printable ASCII characters without a space";
                return null;
            case "block" when value is not null:
                if (value is "512" or "4096") return spec with { BlockSize = int.Parse(value, CultureInfo.InvariantCulture) };
                problem = $"block size '{value}' is neither 512 nor 4096";
                return null;
            case "lun" when value is not null:
                if (TryParse(value, LunMap.MaxLun, out int lun)) return spec with { Lun = lun };
                problem = $"LUN '{value}' is not a number from 0 to {LunMap.MaxLun}";
                return null;
            case "host" when !string.IsNullOrEmpty(value):
                return spec with { Host = value };
            case "target" when !string.IsNullOrEmpty(value):
                return spec with { Target = value };
            default:
                problem = Misused(key, value);
                return null;
        }
    }

    /// <summary>The options that are not as they are by themselves, each with its comma.</summary>
    public static string Format(LuSpec spec)
    {
        var text = new StringBuilder();
        if (spec.Seed != 0) text.Append(CultureInfo.InvariantCulture, $",seed={spec.Seed}");
        if (spec.Name is not null) text.Append($",name={spec.Name}");
        if (spec.BlockSize != 512) text.Append(CultureInfo.InvariantCulture, $",block={spec.BlockSize}");
        if (spec.PhysicalBlockSize != 0) text.Append($",physical={ByteSize.Format(spec.PhysicalBlockSize)}");
        if (spec.ReadOnly && spec.Kind != LuStoreKind.Pattern) text.Append(",ro");
        if (spec.Ejected) text.Append(",ejected");
        else if (spec.Removable) text.Append(",removable");
        if (spec.Thick) text.Append(",thick");
        foreach ((string key, ProvisioningBits bit) in Bits)
        {
            if (!spec.ProvisioningBits.HasFlag(bit)) text.Append($",{key}=0");
        }
        if (!spec.WriteCache) text.Append(",wcache=off");
        if (spec.Pool is { } pool) text.Append($",pool={ByteSize.Format(pool)}");
        if (spec.Threshold is { } percent) text.Append(CultureInfo.InvariantCulture, $",threshold={percent}");
        if (spec.StateDirectory is not null) text.Append($",state={spec.StateDirectory}");
        if (spec.ProtectionType is { } type) text.Append(CultureInfo.InvariantCulture, $",pi={type}");
        if (spec.Lun is { } lun) text.Append(CultureInfo.InvariantCulture, $",lun={lun}");
        if (spec.Host is not null) text.Append($",host={spec.Host}");
        if (spec.Target is not null) text.Append($",target={spec.Target}");
        return text.ToString();
    }

    private static string Misused(string key, string? value) => key switch
    {
        "ro" or "removable" or "ejected" or "thick" => $"option '{key}' has no value",
        "size" when value is not null => "option 'size' is for files; memory has its size behind the colon",
        "seed" when value is not null => "option 'seed' is for patterns",
        "wcache" => "option 'wcache' is on or off",
        _ when Bits.ContainsKey(key) => $"option '{key}' is 0 or 1",
        "size" or "name" or "block" or "lun" or "physical" or "pool" or "threshold" or "state" or "seed" or "pi" or "host" or "target" => $"option '{key}' needs a value ({key}=...)",
        _ => $"option '{key}' is unknown",
    };

    private static string NotASize(string what, string value) => $"{what} '{value}' is not a number of bytes above 0 (256M, 1G)";

    private static bool TryParse(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    private static bool IsName(string text) => text.Length is > 0 and <= LuSpec.MaxNameLength && text.All(c => c is > ' ' and <= '~');
}
