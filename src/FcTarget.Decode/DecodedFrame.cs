// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;

namespace FcTarget.Decode;

/// <summary>Which protocol a frame belongs to.</summary>
public enum FrameKind : byte
{
    /// <summary>Neither FIP nor FCoE.</summary>
    Other,
    Fip,

    /// <summary>FC of a TYPE that is not taken apart, or too damaged to tell.</summary>
    Fc,
    Els,
    Bls,
    Ct,
    Fcp,
}

/// <summary>What is known of one frame. One object is used for all, so its content is good until the next frame.</summary>
public sealed class DecodedFrame
{
    /// <summary>From 1, as capture tools count.</summary>
    public long Number { get; internal set; }

    /// <summary>Nanoseconds since 1970-01-01 00:00 UTC.</summary>
    public long UnixNanoseconds { get; internal set; }

    public FrameKind Kind { get; internal set; }

    /// <summary>Bytes on the wire.</summary>
    public long Length { get; internal set; }

    public MacAddress Destination { get; internal set; }

    public MacAddress Source { get; internal set; }

    /// <summary>VLAN ID; 0 when untagged.</summary>
    public int Vlan { get; internal set; }

    /// <summary>VLAN ID of the outer one of two tags (IEEE 802.1ad); 0 for none.</summary>
    public int OuterVlan { get; internal set; }

    /// <summary>There is an FC header: of the FCoE frame, or of the ELS within a FIP frame.</summary>
    public bool HasFcHeader { get; internal set; }

    public FcHeader Header { get; internal set; }

    /// <summary>What the standard calls it: <c>PLOGI</c>, <c>LS_ACC</c>, <c>FCP_CMND</c>, <c>Discovery Advertisement</c>.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>What it answers or belongs to: <c>PLOGI</c> of an LS_ACC, <c>READ(10)</c> of an FCP_RSP; empty when that is not known.</summary>
    public string Of { get; internal set; } = "";

    /// <summary>Operation code of the command, for FCP frames whose FCP_CMND was seen; -1 otherwise.</summary>
    public int OperationCode { get; internal set; } = -1;

    /// <summary>LUN of the command, likewise; -1 otherwise.</summary>
    public int Lun { get; internal set; } = -1;

    /// <summary>The rest of the line: fields in the words of the standard.</summary>
    public LineWriter Details { get; } = new();

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public LineWriter Problems { get; } = new();

    /// <summary>The comment that the capture has on it, cut to 256 characters, without control characters; empty when there is none.</summary>
    public LineWriter Comment { get; } = new();

    /// <summary>By its comment the target that recorded it did not take it, so no answer is due.</summary>
    public bool IsRefused { get; internal set; }

    /// <summary>This frame ends its exchange, which took so long; -1 otherwise.</summary>
    public long ExchangeNanoseconds { get; internal set; } = -1;

    /// <summary>Data bytes of the exchange that this frame ends.</summary>
    public long ExchangeBytes { get; internal set; }

    internal void Reset(long number, long time, long length)
    {
        Number = number;
        UnixNanoseconds = time;
        Length = length;
        Kind = FrameKind.Other;
        Destination = Source = MacAddress.None;
        Vlan = OuterVlan = 0;
        HasFcHeader = false;
        Header = default;
        Name = Of = "";
        OperationCode = Lun = -1;
        Details.Clear();
        Problems.Clear();
        Comment.Clear();
        IsRefused = false;
        ExchangeNanoseconds = -1;
        ExchangeBytes = 0;
    }

    internal LineWriter Problem()
    {
        if (Problems.Length > 0) Problems.Text("; "u8);
        return Problems;
    }
}
