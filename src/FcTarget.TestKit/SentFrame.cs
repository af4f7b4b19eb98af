// SPDX-License-Identifier: MIT

using FcTarget.Decode;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;

namespace FcTarget.TestKit;

/// <summary>A frame that somebody sent, and what became of it.</summary>
public sealed class SentFrame
{
    private readonly byte[] _bytes;

    internal SentFrame(DecodedFrame decoded, string line, ReadOnlySpan<byte> bytes, TimeSpan time, string sender)
    {
        _bytes = bytes.ToArray();
        Number = decoded.Number;
        Time = time;
        Sender = sender;
        Kind = decoded.Kind;
        Name = decoded.Name;
        Of = decoded.Of;
        Lun = decoded.Lun;
        IsFc = decoded.HasFcHeader;
        Header = decoded.Header;
        Line = line;
    }

    /// <summary>From 1, in the order of sending.</summary>
    public long Number { get; }

    /// <summary>When it was sent, in virtual time since the beginning.</summary>
    public TimeSpan Time { get; }

    /// <summary>Whose wire it was sent on: <c>fabric</c>, or the name of the host or peer.</summary>
    public string Sender { get; }

    /// <summary>FIP, ELS, BLS, CT, FCP, ...</summary>
    public FrameKind Kind { get; }

    /// <summary>What the standard calls it: <c>PLOGI</c>, <c>LS_ACC</c>, <c>FCP_CMND</c>, <c>Discovery Advertisement</c>.</summary>
    public string Name { get; }

    /// <summary>What it answers or belongs to: <c>PLOGI</c> of an LS_ACC, <c>READ(10)</c> of FCP frames; empty when that is not known.</summary>
    public string Of { get; }

    /// <summary>LUN of the command an FCP frame belongs to; -1 for other frames.</summary>
    public int Lun { get; }

    /// <summary>There is an FC header, in FCoE or in FIP.</summary>
    public bool IsFc { get; }

    /// <summary>The FC header, if there is one.</summary>
    public FcHeader Header { get; }

    /// <summary>The frame in one line, as <c>fctarget decode</c> writes it.</summary>
    public string Line { get; }

    /// <summary>The whole Ethernet frame, without FCS, as it was sent.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The payload of the FC frame in FCoE, with its fill bytes; empty for every other frame.</summary>
    public ReadOnlySpan<byte> Payload =>
        EthernetFrame.TryRead(_bytes, out EthernetFrame ethernet) && ethernet.EtherType == EtherType.Fcoe
            && FcoeFrame.TryRead(ethernet.Payload, verifyCrc: false, out FcoeFrame fcoe) == FcoeError.None
            && FcFrame.TryRead(fcoe.Frame, out FcFrame fc) == FcFrameError.None ? fc.Payload : default;

    /// <summary>The fault that befell it, as it is described in captures; empty when it was delivered as it was sent.</summary>
    public string Fault { get; internal set; } = "";

    /// <summary>Whether it has this name, and belongs to that: <c>Is("FCP_RSP", of: "WRITE(10)")</c>.</summary>
    public bool Is(string name, string? of = null) => Name == name && (of is null || Of == of);

    public override string ToString() => Fault.Length == 0 ? $"{Sender}: {Line}" : $"{Sender}: {Line} ({Fault})";
}
