// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace FcTarget.Probes.JsonLines;

/// <summary>
/// Turns records into lines: a JSON object and a line feed each. docs/probes.md describes the members, docs/probes.schema.json is their schema.
/// Nothing but the names of ports needs escaping; those come from <see cref="PortJson"/>, the rest is written by hand.
/// </summary>
internal sealed class ProbeJson
{
    /// <summary>
    /// The longest line: names of 255 bytes that are all escaped to six (\u001f), four of them, sense data and CDB in hexadecimal digits, and
    /// 1.5 kB for everything else.
    /// </summary>
    private const int MaxLine = (4 * 6 * PortProbeInfo.NameCapacity) + (2 * (ProbeRecord.SenseBytes.Capacity + ProbeRecord.CdbBytes.Capacity)) + 1536;

    private const int DateLength = 19; // 2026-01-02T03:04:05

    private readonly LineBuffer _out;
    private readonly PortJson _ports = new();
    private readonly byte[] _date = new byte[DateLength];
    private readonly byte[][] _probes = [.. FcProbeNames.All.ToArray().Select(Encoding.ASCII.GetBytes)];
    private long _dateSecond = -1;

    /// <param name="capacity">Bytes that lines may take before <see cref="Clear"/>, and room for one more line.</param>
    public ProbeJson(int capacity)
    {
        _out = new LineBuffer(capacity + (2 * MaxLine));
    }

    /// <summary>The lines made since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Lines => _out.Written;

    /// <summary>No further line is sure to have room; but one that tells of lost ones has.</summary>
    public bool IsFull => !_out.HasRoom(2 * MaxLine);

    public void Clear() => _out.Clear();

    /// <summary>The line that stands for records lost because the ring was full.</summary>
    public void WriteDropped(long ticks, long count)
    {
        Begin(ticks, "dropped"u8);
        _out.Text(",\"count\":"u8);
        _out.Number(count);
        _out.Text("}\n"u8);
    }

    public void Write(ref readonly ProbeRecord r)
    {
        ProbeMembers members = Members(r.Probe);
        Begin(r.Ticks, _probes[(int)r.Probe]);
        _out.Text(","u8);
        _out.Text(_ports.Of(((ReadOnlySpan<byte>)r.Ports)[..r.PortsLength]));
        if (members.HasFlag(ProbeMembers.Solicited)) Number(",\"solicited\":"u8, r.Solicited);
        if (members.HasFlag(ProbeMembers.Status)) Number(",\"status\":"u8, r.Status);
        if (members.HasFlag(ProbeMembers.Command)) WriteCommand(in r);
        if (members.HasFlag(ProbeMembers.Xfer)) WriteXfer(in r.Xfer);
        if (members.HasFlag(ProbeMembers.Affected)) Hex(",\"affected_id\":\""u8, r.AffectedId, 6);
        if (members.HasFlag(ProbeMembers.Lun)) WriteLun(in r.Facts);
        if (members.HasFlag(ProbeMembers.Response)) WriteResponse(in r);
        if (members.HasFlag(ProbeMembers.Ids)) WriteIds(in r.Facts);
        _out.Text("}\n"u8);
    }

    private static ProbeMembers Members(FcProbe probe) => probe switch
    {
        FcProbe.FabricLoginEnd => ProbeMembers.Status,
        FcProbe.RportLoginStart or FcProbe.RportLogoutStart or FcProbe.RportLogoutEnd => ProbeMembers.Solicited,
        FcProbe.RportLoginEnd => ProbeMembers.Solicited | ProbeMembers.Status,
        FcProbe.ScsiCommand => ProbeMembers.Scsi,
        FcProbe.ScsiResponse => ProbeMembers.Scsi | ProbeMembers.Response,
        FcProbe.XferStart or FcProbe.XferDone => ProbeMembers.Scsi | ProbeMembers.Xfer,
        FcProbe.RscnReceive => ProbeMembers.Affected,
        FcProbe.AbtsReceive => ProbeMembers.Ids,
        _ => ProbeMembers.None,
    };

    private void Begin(long ticks, ReadOnlySpan<byte> probe)
    {
        (long second, long fraction) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        if (second != _dateSecond)
        {
            new DateTime(second * TimeSpan.TicksPerSecond, DateTimeKind.Utc).TryFormat(_date, out _, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
            _dateSecond = second;
        }
        _out.Text("{\"time\":\""u8);
        _out.Text(_date);
        _out.Text("."u8);
        _out.Digits((uint)fraction, 7);
        _out.Text("Z\",\"probe\":\""u8);
        _out.Text(probe);
        _out.Text("\""u8);
    }

    private void WriteCommand(ref readonly ProbeRecord r)
    {
        Number(",\"scsicmd\":{\"ic_len\":"u8, (long)r.CdbLength);
        _out.Text(",\"ic_cdb\":\""u8);
        _out.Hex(((ReadOnlySpan<byte>)r.Cdb)[..(int)Math.Min(r.CdbLength, ProbeRecord.CdbBytes.Capacity)]);
        _out.Text("\"}"u8);
    }

    private void WriteXfer(in FcXferInfo xfer)
    {
        Number(",\"xferinfo\":{\"fcx_len\":"u8, xfer.fcx_len);
        Number(",\"fcx_offset\":"u8, xfer.fcx_offset);
        Number(",\"fcx_flags\":"u8, xfer.fcx_flags);
        _out.Text("}"u8);
    }

    /// <summary>The LUN as the number people use, null if its form has none (SAM-5 4.7), and as it came.</summary>
    private void WriteLun(in FcCommandFacts facts)
    {
        uint first = (uint)(facts.Lun >> 48);
        bool singleLevel = facts.Lun << 16 == 0;
        if (singleLevel && (first < 0x100 || first >> 14 == 1)) Number(",\"lun\":"u8, first & 0x3FFF);
        else _out.Text(",\"lun\":null"u8);
        Hex(",\"lun_address\":\""u8, facts.Lun, 16);
        Number(",\"expected_length\":"u8, facts.ExpectedLength);
        if (facts.TaskManagementFlags != 0) Number(",\"task_management_flags\":"u8, facts.TaskManagementFlags);
    }

    private void WriteResponse(ref readonly ProbeRecord r)
    {
        Number(",\"scsi_status\":"u8, r.Facts.ScsiStatus);
        Number(",\"rsp_code\":"u8, r.Facts.RspCode);
        Number(",\"residual\":"u8, r.Facts.Residual);
        _out.Text(",\"residual_kind\":\""u8);
        _out.Text(r.Facts.ResidualKind switch { FcResidual.Under => "under\""u8, FcResidual.Over => "over\""u8, _ => "none\""u8 });
        if (r.SenseLength == 0) return;
        _out.Text(",\"sense\":\""u8);
        _out.Hex(((ReadOnlySpan<byte>)r.Sense)[..r.SenseLength]);
        _out.Text("\""u8);
    }

    private void WriteIds(in FcCommandFacts facts)
    {
        Hex(",\"ox_id\":\""u8, facts.OxId, 4);
        Hex(",\"rx_id\":\""u8, facts.RxId, 4);
        Hex(",\"local_id\":\""u8, facts.LocalId, 6);
        Hex(",\"remote_id\":\""u8, facts.RemoteId, 6);
    }

    private void Number(ReadOnlySpan<byte> name, long value)
    {
        _out.Text(name);
        _out.Number(value);
    }

    private void Hex(ReadOnlySpan<byte> name, ulong value, int digits)
    {
        _out.Text(name);
        _out.Hex(value, digits);
        _out.Text("\""u8);
    }

    /// <summary>What a probe's line has besides time, probe and ports.</summary>
    [Flags]
    private enum ProbeMembers
    {
        None = 0,
        Solicited = 0x01,
        Status = 0x02,
        Command = 0x04,
        Xfer = 0x08,
        Affected = 0x10,
        Lun = 0x20,
        Response = 0x40,
        Ids = 0x80,
        Scsi = Command | Lun | Ids,
    }
}
