// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;

namespace FcTarget.Decode;

/// <summary>One JSON object a line and frame; members that a frame has no value for are left out.</summary>
public sealed class FrameJson : IDisposable
{
    private static readonly string[] Kinds = [.. Enum.GetNames<FrameKind>().Select(name => name.ToLowerInvariant())];

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    public FrameJson() => _json = new Utf8JsonWriter(_buffer);

    /// <summary>The line of a frame, with its line end; good until the next call.</summary>
    public ReadOnlySpan<byte> LineOf(DecodedFrame frame)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteNumber("frame"u8, frame.Number);
        _json.WriteNumber("unixNanoseconds"u8, frame.UnixNanoseconds);
        _json.WriteNumber("length"u8, frame.Length);
        _json.WriteString("source"u8, frame.Source.ToString());
        _json.WriteString("destination"u8, frame.Destination.ToString());
        if (frame.OuterVlan != 0) _json.WriteNumber("outerVlan"u8, frame.OuterVlan);
        if (frame.Vlan != 0) _json.WriteNumber("vlan"u8, frame.Vlan);
        _json.WriteString("kind"u8, Kinds[(int)frame.Kind]);
        if (frame.HasFcHeader)
        {
            _json.WriteString("sId"u8, frame.Header.SId.ToString());
            _json.WriteString("dId"u8, frame.Header.DId.ToString());
            _json.WriteNumber("oxId"u8, frame.Header.OxId.Value);
            _json.WriteNumber("rxId"u8, frame.Header.RxId.Value);
            _json.WriteNumber("rCtl"u8, (byte)frame.Header.RCtl);
            _json.WriteNumber("seqId"u8, frame.Header.SeqId);
            _json.WriteNumber("seqCnt"u8, (ushort)frame.Header.SeqCnt);
        }
        if (frame.Name.Length > 0) _json.WriteString("name"u8, frame.Name);
        if (frame.Of.Length > 0) _json.WriteString("of"u8, frame.Of);
        if (frame.OperationCode >= 0) _json.WriteNumber("operationCode"u8, frame.OperationCode);
        if (frame.Lun >= 0) _json.WriteNumber("lun"u8, frame.Lun);
        if (frame.Details.Length > 0) _json.WriteString("details"u8, frame.Details.Written);
        if (frame.ExchangeNanoseconds >= 0)
        {
            _json.WriteNumber("exchangeNanoseconds"u8, frame.ExchangeNanoseconds);
            _json.WriteNumber("exchangeBytes"u8, frame.ExchangeBytes);
        }
        if (frame.Comment.Length > 0) _json.WriteString("comment"u8, frame.Comment.Written);
        if (frame.Problems.Length > 0) _json.WriteString("problems"u8, frame.Problems.Written);
        _json.WriteEndObject();
        _json.Flush();
        _buffer.GetSpan(1)[0] = (byte)'\n';
        _buffer.Advance(1);
        return _buffer.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();
}
