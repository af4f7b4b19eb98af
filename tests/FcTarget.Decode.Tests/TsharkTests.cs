// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Text;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.LinkServices;
using FcTarget.Scsi;
using FcTarget.Wire.Capture;

namespace FcTarget.Decode.Tests;

/// <summary>Wireshark's decoder and ours see the same in each frame of each reference capture.</summary>
public sealed class TsharkTests
{
    private static readonly string[] Fields =
    [
        "frame.number", "fip.opcode", "fip.disc_subcode", "fip.ls.subcode", "fip.ctrl_subcode", "fip.vlan_subcode", "fip.vn2vn_subcode",
        "fc.r_ctl", "fc.type", "fc.s_id", "fc.d_id", "fc.ox_id", "fc.rx_id", "fc.seq_id", "fc.seq_cnt",
        "fcels.opcode", "fcp.lun", "scsi_sbc.opcode", "scsi.spc.opcode", "fcp.status",
    ];

    // What our decoder calls the messages of FIP, by operation and subcode.
    private static readonly Dictionary<(int, int), string> FipNames = new()
    {
        [(1, 1)] = "Discovery Solicitation",
        [(1, 2)] = "Discovery Advertisement",
        [(3, 1)] = "Keep Alive",
        [(3, 2)] = "Clear Virtual Links",
        [(4, 1)] = "VLAN Request",
        [(4, 2)] = "VLAN Notification",
        [(5, 1)] = "VN2VN Probe Request",
        [(5, 2)] = "VN2VN Probe Reply",
        [(5, 3)] = "VN2VN Claim Notification",
        [(5, 4)] = "VN2VN Claim Response",
        [(5, 5)] = "VN2VN Beacon",
    };

    public static TheoryData<string> Names() => Captures.Names();

    [SkippableTheory, MemberData(nameof(Names))]
    public void Each_frame_is_the_same_to_both(string name)
    {
        Skip.IfNot(Tshark(["--version"]) is not null, "no tshark on this machine");
        using PcapReader capture = PcapReader.Open(Captures.PathOf(name));
        FrameDecoder decoder = new();
        List<string> ours = [];
        while (capture.TryRead(out CapturedFrame frame)) ours.Add(Describe(decoder.Decode(frame)));
        ours.Should().NotBeEmpty();
        string lines = Tshark(["-r", Captures.PathOf(name), "-T", "fields", "-E", "separator=|", "-E", "occurrence=f", .. Fields.SelectMany(field => new[] { "-e", field })])!;
        string[] theirs = [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Describe)];
        theirs.Should().HaveCount(ours.Count);
        theirs.Zip(ours).Where(pair => pair.First != pair.Second).Should().BeEmpty();
    }

    private static string Describe(DecodedFrame frame)
    {
        string text = $"{frame.Number}";
        if (frame.Kind == FrameKind.Fip && !frame.HasFcHeader) return $"{text} FIP {frame.Name}";
        if (!frame.HasFcHeader) return text;
        text += $" R_CTL {(byte)frame.Header.RCtl:x2} TYPE {(byte)frame.Header.Type:x2} {frame.Header.SId}>{frame.Header.DId}"
            + $" {frame.Header.OxId.Value:x4} {frame.Header.RxId.Value:x4} SEQ {frame.Header.SeqId:x2} {(ushort)frame.Header.SeqCnt}";
        bool isKnown = frame.Name != "RTV" && frame.Of is not ("RTV" or "FDISC"); // to Wireshark
        if (frame.Kind is FrameKind.Els or FrameKind.Fip && isKnown) text += $" {frame.Name}";
        string details = Encoding.UTF8.GetString(frame.Details.Written);
        if (frame.Name == "FCP_CMND") text += $" LUN {frame.Lun} CDB {Math.Max(0, frame.OperationCode):x2}"; // task management has a CDB of zeros
        if (frame.Name == "FCP_RSP") text += $" {details.Split(',')[0]}";
        return text;
    }

    private static string Describe(string line)
    {
        string[] values = line.Split('|');
        string Of(string field) => values[Array.IndexOf(Fields, field)];
        int Number(string field) => Of(field) is not { Length: > 0 } text ? -1
            : text.StartsWith("0x") ? int.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : int.Parse(text, CultureInfo.InvariantCulture);
        string frame = Of("frame.number");
        if (Of("fc.r_ctl").Length == 0)
        {
            int subcode = Fields[2..7].Max(Number);
            return Number("fip.opcode") < 0 ? frame : $"{frame} FIP {FipNames.GetValueOrDefault((Number("fip.opcode"), subcode), "?")}";
        }
        frame += $" R_CTL {Number("fc.r_ctl"):x2} TYPE {Number("fc.type"):x2} {Of("fc.s_id").Replace(".", "")}>{Of("fc.d_id").Replace(".", "")}"
            + $" {Number("fc.ox_id"):x4} {Number("fc.rx_id"):x4} SEQ {Number("fc.seq_id"):x2} {Number("fc.seq_cnt")}";
        if (Number("fcels.opcode") is >= 0 and int els) frame += $" {StandardNames.Of((ElsCommand)els)}";
        int cdb = Math.Max(Number("scsi_sbc.opcode"), Number("scsi.spc.opcode"));
        if (cdb >= 0) frame += $" LUN {Number("fcp.lun")} CDB {cdb:x2}";
        if (Number("fc.r_ctl") == (int)FcpIu.Rsp) frame += $" {StandardNames.Of((ScsiStatus)Number("fcp.status"))}";
        return frame;
    }

    /// <summary>What it prints; null when there is none.</summary>
    private static string? Tshark(string[] arguments)
    {
        try
        {
            using Process tshark = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            tshark.ErrorDataReceived += (_, _) => { };
            tshark.BeginErrorReadLine();
            string output = tshark.StandardOutput.ReadToEnd();
            tshark.WaitForExit();
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
