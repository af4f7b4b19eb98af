// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FcTarget.Probes.JsonLines;

/// <summary>Turns records into lines: a JSON object and a line feed each. docs/probes.md describes the members.</summary>
internal sealed class ProbeJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _json;

    public ProbeJson()
    {
        // Relaxed: the text is a log, not HTML, and "<unknown>" should be found by grep.
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    /// <summary>The lines made since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Lines => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Dispose() => _json.Dispose();

    /// <summary>The line that stands for records lost because the ring was full.</summary>
    public void WriteDropped(long ticks, long count)
    {
        Begin(ticks, "dropped");
        _json.WriteNumber("count"u8, count);
        End();
    }

    public void Write(in ProbeRecord r)
    {
        ProbeMembers members = Members(r.Probe);
        Begin(r.Ticks, FcProbeNames.Of(r.Probe));
        _json.WriteStartObject("conninfo"u8);
        WriteText("ci_local"u8, r.ConnLocal);
        WriteText("ci_remote"u8, r.ConnRemote);
        WriteText("ci_protocol"u8, r.ConnProtocol);
        _json.WriteEndObject();
        if (members.HasFlag(ProbeMembers.Local)) WritePort("local"u8, in r.Local);
        if (members.HasFlag(ProbeMembers.Remote)) WritePort("remote"u8, in r.Remote);
        if (members.HasFlag(ProbeMembers.Solicited)) _json.WriteNumber("solicited"u8, r.Solicited);
        if (members.HasFlag(ProbeMembers.Status)) _json.WriteNumber("status"u8, r.Status);
        if (members.HasFlag(ProbeMembers.Command)) WriteCommand(in r);
        if (members.HasFlag(ProbeMembers.Xfer)) WriteXfer(in r.Xfer);
        if (members.HasFlag(ProbeMembers.Affected)) WriteHex("affected_id"u8, r.AffectedId, 6);
        if (members.HasFlag(ProbeMembers.Lun)) WriteLun(in r.Facts);
        if (members.HasFlag(ProbeMembers.Response)) WriteResponse(in r);
        if (members.HasFlag(ProbeMembers.Ids)) WriteIds(in r.Facts);
        End();
    }

    private static ProbeMembers Members(FcProbe probe) => probe switch
    {
        FcProbe.FabricLoginStart => ProbeMembers.Local,
        FcProbe.FabricLoginEnd => ProbeMembers.Local | ProbeMembers.Status,
        FcProbe.RportLoginStart or FcProbe.RportLogoutStart or FcProbe.RportLogoutEnd => ProbeMembers.Rport,
        FcProbe.RportLoginEnd => ProbeMembers.Rport | ProbeMembers.Status,
        FcProbe.ScsiCommand => ProbeMembers.Scsi,
        FcProbe.ScsiResponse => ProbeMembers.Scsi | ProbeMembers.Response,
        FcProbe.XferStart or FcProbe.XferDone => ProbeMembers.Scsi | ProbeMembers.Xfer,
        FcProbe.RscnReceive => ProbeMembers.Local | ProbeMembers.Affected,
        FcProbe.AbtsReceive => ProbeMembers.Local | ProbeMembers.Remote | ProbeMembers.Ids,
        _ => ProbeMembers.None, // link-up, link-down
    };

    private void Begin(long ticks, string probe)
    {
        Span<char> time = stackalloc char[32];
        new DateTime(ticks, DateTimeKind.Utc).TryFormat(time, out int length, "O", CultureInfo.InvariantCulture);
        _json.WriteStartObject();
        _json.WriteString("time"u8, time[..length]);
        _json.WriteString("probe"u8, probe);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _buffer.Write("\n"u8);
    }

    private void WritePort(ReadOnlySpan<byte> name, in ProbeRecord.PortText port)
    {
        _json.WriteStartObject(name);
        WriteText("fcp_node_wwn"u8, port.NodeWwn);
        WriteText("fcp_sym_node_name"u8, port.NodeName);
        WriteText("fcp_sym_port_name"u8, port.PortName);
        _json.WriteNumber("fcp_port_hard_address"u8, port.HardAddress);
        _json.WriteEndObject();
    }

    private void WriteCommand(in ProbeRecord r)
    {
        ReadOnlySpan<byte> cdb = r.Cdb;
        _json.WriteStartObject("scsicmd"u8);
        _json.WriteNumber("ic_len"u8, r.CdbLength);
        WriteHex("ic_cdb"u8, cdb[..(int)Math.Min(r.CdbLength, (ulong)cdb.Length)]);
        _json.WriteEndObject();
    }

    private void WriteXfer(in FcXferInfo xfer)
    {
        _json.WriteStartObject("xferinfo"u8);
        _json.WriteNumber("fcx_len"u8, xfer.fcx_len);
        _json.WriteNumber("fcx_offset"u8, xfer.fcx_offset);
        _json.WriteNumber("fcx_flags"u8, xfer.fcx_flags);
        _json.WriteEndObject();
    }

    /// <summary>The LUN as the number people use, null if its form has none (SAM-5 4.7), and as it came.</summary>
    private void WriteLun(in FcCommandFacts facts)
    {
        uint first = (uint)(facts.Lun >> 48);
        bool singleLevel = facts.Lun << 16 == 0;
        if (singleLevel && (first < 0x100 || first >> 14 == 1)) _json.WriteNumber("lun"u8, first & 0x3FFF);
        else _json.WriteNull("lun"u8);
        WriteHex("lun_address"u8, facts.Lun, 16);
        _json.WriteNumber("expected_length"u8, facts.ExpectedLength);
        if (facts.TaskManagementFlags != 0) _json.WriteNumber("task_management_flags"u8, facts.TaskManagementFlags);
    }

    private void WriteResponse(in ProbeRecord r)
    {
        _json.WriteNumber("scsi_status"u8, r.Facts.ScsiStatus);
        _json.WriteNumber("rsp_code"u8, r.Facts.RspCode);
        _json.WriteNumber("residual"u8, r.Facts.Residual);
        _json.WriteString("residual_kind"u8, r.Facts.ResidualKind switch { FcResidual.Under => "under", FcResidual.Over => "over", _ => "none" });
        if (r.SenseLength > 0)
        {
            ReadOnlySpan<byte> sense = r.Sense;
            WriteHex("sense"u8, sense[..r.SenseLength]);
        }
    }

    private void WriteIds(in FcCommandFacts facts)
    {
        WriteHex("ox_id"u8, facts.OxId, 4);
        WriteHex("rx_id"u8, facts.RxId, 4);
        WriteHex("local_id"u8, facts.LocalId, 6);
        WriteHex("remote_id"u8, facts.RemoteId, 6);
    }

    /// <summary>NUL-terminated UTF-8; bytes that are none become U+FFFD.</summary>
    private void WriteText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        _json.WriteString(name, end < 0 ? text : text[..end]);
    }

    private void WriteHex(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        Span<byte> digits = stackalloc byte[2 * ProbeRecord.SenseBytes.Capacity];
        Convert.TryToHexStringLower(bytes, digits, out int length);
        _json.WriteString(name, digits[..length]);
    }

    private void WriteHex(ReadOnlySpan<byte> name, ulong value, int digits)
    {
        Span<byte> text = stackalloc byte[16];
        for (int i = 0; i < digits; i++) text[i] = "0123456789abcdef"u8[(int)(value >> (4 * (digits - 1 - i))) & 15];
        _json.WriteString(name, text[..digits]);
    }

    /// <summary>What a probe's line has besides time, probe and conninfo.</summary>
    [Flags]
    private enum ProbeMembers
    {
        None = 0,
        Local = 0x01,
        Remote = 0x02,
        Solicited = 0x04,
        Status = 0x08,
        Command = 0x10,
        Xfer = 0x20,
        Affected = 0x40,
        Lun = 0x80,
        Response = 0x100,
        Ids = 0x200,
        Rport = Local | Remote | Solicited,
        Scsi = Local | Remote | Command | Lun | Ids,
    }
}
