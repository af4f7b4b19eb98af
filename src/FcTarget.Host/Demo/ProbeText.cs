// SPDX-License-Identifier: MIT

using System.Text.Json;
using FcTarget.Scsi;

namespace FcTarget.Host.Demo;

/// <summary>A probe's JSON line in a few words.</summary>
internal static class ProbeText
{
    public static string Of(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement probe = document.RootElement;
        List<string> words = [$"{probe.GetProperty("probe").GetString(),-18}"];
        if (probe.TryGetProperty("scsicmd", out JsonElement command)) words.Add(CommandNames.Of(Convert.FromHexString(command.GetProperty("ic_cdb").GetString()!)));
        if (probe.TryGetProperty("lun", out JsonElement lun)) words.Add($"lun {lun}");
        if (probe.TryGetProperty("xferinfo", out JsonElement xfer)) words.Add($"{xfer.GetProperty("fcx_len")} bytes at {xfer.GetProperty("fcx_offset")}");
        if (probe.TryGetProperty("scsi_status", out JsonElement status)) words.Add($"status {status.GetInt32():x2}h");
        if (probe.TryGetProperty("ox_id", out JsonElement oxId)) words.Add($"ox_id {oxId}");
        if (!probe.TryGetProperty("scsicmd", out _) && probe.TryGetProperty("conninfo", out JsonElement conn))
        {
            words.Add($"ci_local {conn.GetProperty("ci_local")} ci_remote {conn.GetProperty("ci_remote")}");
            if (probe.TryGetProperty("remote", out JsonElement remote)) words.Add(AddressOf(remote));
        }
        if (probe.TryGetProperty("status", out JsonElement outcome)) words.Add($"status {outcome}");
        return string.Join(' ', words);
    }

    /// <summary>The N_Port_ID, which is all that is known of a port before it has told its names; those of the fabric's services by name.</summary>
    private static string AddressOf(JsonElement remote)
    {
        uint id = remote.GetProperty("fcp_port_hard_address").GetUInt32();
        string service = id switch
        {
            0xfffffa => " (management server)",
            0xfffffc => " (name server)",
            0xfffffd => " (fabric controller)",
            0xfffffe => " (F_Port)",
            _ => "",
        };
        return $"port {id:x6}{service}";
    }
}
