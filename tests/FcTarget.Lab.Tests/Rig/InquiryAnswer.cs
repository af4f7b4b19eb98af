// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>An INQUIRY and its answer, as tshark reads them: FCP_DL, the payload of the FCP_DATA IUs and FCP_RESID, in bytes.</summary>
internal sealed record InquiryAnswer(long Expected, long Sent, long Residual)
{
    // Ethernet, FCoE and Frame_Header before the payload, CRC and EOF behind it.
    private const int Overhead = 14 + 14 + 24 + 4 + 4;
    private const string DataIn = "0x01", Command = "0x06", Response = "0x07"; // R_CTL

    /// <summary>Those of a recording that ended GOOD.</summary>
    public static IEnumerable<InquiryAnswer> In(string recording)
    {
        string fields = Shell.Run("tshark", [
            "-n", "-r", recording, "-Y", "fcp", "-T", "fields", "-E", "separator=;", "-E", "occurrence=f",
            "-e", "fc.r_ctl", "-e", "fc.ox_id", "-e", "fcp.dl", "-e", "scsi_sbc.opcode", "-e", "frame.len", "-e", "fcp.resid", "-e", "fcp.status",
        ], TimeSpan.FromMinutes(2)).OrThrow();
        Dictionary<string, (long Expected, long Sent)> open = [];
        foreach (string[] field in fields.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(';')))
        {
            string exchange = field[1];
            if (field[0] == Command && field[3] == "0x12") open[exchange] = (Number(field[2]), 0);
            else if (field[0] == Command) open.Remove(exchange);
            else if (!open.TryGetValue(exchange, out var so)) continue;
            else if (field[0] == DataIn) open[exchange] = so with { Sent = so.Sent + Number(field[4]) - Overhead };
            else if (field[0] == Response && Number(field[6]) == 0) yield return new InquiryAnswer(so.Expected, so.Sent, Number(field[5]));
        }
    }

    private static long Number(string text) => text.Length == 0 ? 0
        : text.StartsWith("0x", StringComparison.Ordinal) ? long.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : long.Parse(text, CultureInfo.InvariantCulture);
}
