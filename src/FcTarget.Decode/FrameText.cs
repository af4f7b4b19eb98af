// SPDX-License-Identifier: MIT

namespace FcTarget.Decode;

/// <summary>
/// One line a frame:
/// <code>number seconds source-destination [vlan] S_ID>D_ID OX_ID/RX_ID NAME of-what details [duration, bytes] # comment ! problems</code>
/// </summary>
public sealed class FrameText
{
    private readonly LineWriter _line = new();
    private long? _zero;

    /// <summary>The line of a frame, with its line end; good until the next call. Times count from the first frame asked for.</summary>
    public ReadOnlySpan<byte> LineOf(DecodedFrame frame)
    {
        _zero ??= frame.UnixNanoseconds;
        _line.Clear();
        _line.Number(frame.Number, 6).Text(" "u8).Seconds(frame.UnixNanoseconds - _zero.Value).Text(" "u8);
        if (frame.HasFcHeader)
        {
            _line.Hex(frame.Header.SId.Value, 6).Text(">"u8).Hex(frame.Header.DId.Value, 6).Text(" "u8);
            _line.Hex(frame.Header.OxId.Value, 4).Text("/"u8).Hex(frame.Header.RxId.Value, 4).Text(" "u8);
        }
        else
        {
            _line.Colons(frame.Source.Value, 6).Text(">"u8).Colons(frame.Destination.Value, 6).Text(" "u8);
        }
        if (frame.OuterVlan != 0) _line.Text("vlan "u8).Number(frame.OuterVlan).Text("."u8).Number(frame.Vlan).Text(" "u8);
        else if (frame.Vlan != 0) _line.Text("vlan "u8).Number(frame.Vlan).Text(" "u8);
        if (frame.Kind == FrameKind.Fip) _line.Text("FIP "u8);
        if (frame.Name != "FIP") _line.Text(frame.Name);
        if (frame.Of.Length > 0) _line.Text(" "u8).Text(frame.Of);
        if (frame.Details.Length > 0) _line.Text(": "u8).Text(frame.Details.Written);
        if (frame.ExchangeNanoseconds >= 0)
        {
            _line.Text(" ["u8).Microseconds(frame.ExchangeNanoseconds);
            if (frame.ExchangeBytes > 0) _line.Text(", "u8).Number(frame.ExchangeBytes).Text(" bytes"u8);
            _line.Text("]"u8);
        }
        if (frame.Comment.Length > 0) _line.Text(" # "u8).Text(frame.Comment.Written);
        if (frame.Problems.Length > 0) _line.Text(" ! "u8).Text(frame.Problems.Written);
        return _line.Byte((byte)'\n').Written;
    }
}
