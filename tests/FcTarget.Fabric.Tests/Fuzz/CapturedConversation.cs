// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Wire.Capture;

namespace FcTarget.Fabric.Tests.Fuzz;

/// <summary>Who speaks: as a capture has it, or as it is on a live segment.</summary>
internal sealed record Party(MacAddress ENode, MacAddress VnPort, FcId Id, Wwn PortName, Wwn NodeName);

/// <summary>What the initiator of a capture said, in order, to be said again to another target under another name.</summary>
internal sealed class CapturedConversation
{
    private static readonly Party Nobody = new(
        new MacAddress(0x0A_E1_5D_73_0B_91ul), new MacAddress(0x0A_E1_5D_73_0B_92ul), new FcId(0xA7C35Bu), new Wwn(0x5A31_7E02_9C44_D1F0ul), new Wwn(0x5A31_7E02_9C44_D1F1ul));

    private readonly List<byte[]> _frames = [];
    private readonly Party _initiator, _target;

    /// <param name="path">A capture with at least one FCP_CMND and the logins before it.</param>
    public CapturedConversation(string path)
    {
        Name = Path.GetFileName(path);
        List<byte[]> all = ReadAll(path);
        byte[] command = all.Find(frame => IsFc(frame) && HeaderOf(frame) is { Type: FcType.Fcp } header && header.RCtl == FcpIu.Cmnd)
            ?? throw new InvalidDataException($"{Name} has no command.");
        _initiator = PartyOf(all, HeaderOf(command).SId, MacAt(command, 6));
        _target = PartyOf(all, HeaderOf(command).DId, MacAt(command, 0));
        _frames.AddRange(all.Where(frame => MacAt(frame, 6) == _initiator.VnPort || MacAt(frame, 6) == _initiator.ENode));
    }

    public string Name { get; }

    public int Count => _frames.Count;

    public static CapturedConversation[] All(string pattern)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "FcTarget.sln"))) root = root.Parent;
        return [.. Directory.GetFiles(Path.Combine(root.FullName, "captures"), pattern).Order().Where(HasCommands).Select(path => new CapturedConversation(path))];
    }

    /// <summary>Frame <paramref name="index"/> as <paramref name="initiator"/> would say it to <paramref name="target"/>.</summary>
    public byte[] Frame(int index, Party initiator, Party target)
    {
        byte[] frame = [.. _frames[index]];
        Rename(frame, _initiator, Nobody); // the live initiator may be called as the captured target was
        Rename(frame, _target, target);
        Rename(frame, Nobody, initiator);
        if (!IsFc(frame)) return frame;
        FcHeader header = HeaderOf(frame);
        header.SId = Renamed(header.SId);
        header.DId = Renamed(header.DId);
        WriteHeader(frame, header);
        return frame;

        FcId Renamed(FcId id) => id == _initiator.Id ? initiator.Id : id == _target.Id ? target.Id : id;
    }

    public static bool IsFc(ReadOnlySpan<byte> frame) => frame.Length >= FrameMutator.FcAt + FcHeader.WireSize + FcoeFrame.TrailerLength
        && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == EtherType.Fcoe;

    public static FcHeader HeaderOf(ReadOnlySpan<byte> frame) => MemoryMarshal.Read<FcHeader>(frame[FrameMutator.FcAt..]);

    public static void WriteHeader(Span<byte> frame, in FcHeader header) => MemoryMarshal.Write(frame[FrameMutator.FcAt..], in header);

    private static MacAddress MacAt(ReadOnlySpan<byte> frame, int at) => MemoryMarshal.Read<MacAddress>(frame[at..]);

    private static bool HasCommands(string path) =>
        ReadAll(path).Exists(frame => IsFc(frame) && HeaderOf(frame) is { Type: FcType.Fcp } header && header.RCtl == FcpIu.Cmnd)
        && ReadAll(path).Exists(frame => IsFc(frame) && IsLogin(frame));

    /// <summary>All frames, without VLAN tags.</summary>
    private static List<byte[]> ReadAll(string path)
    {
        List<byte[]> frames = [];
        using PcapReader reader = PcapReader.Open(path);
        while (reader.TryRead(out CapturedFrame captured))
        {
            ReadOnlySpan<byte> data = captured.Data;
            if (data.Length < EthernetFrame.MinimumFrameLength) continue;
            bool tagged = BinaryPrimitives.ReadUInt16BigEndian(data[12..]) == 0x8100;
            frames.Add(tagged ? [.. data[..12], .. data[16..]] : data.ToArray());
        }
        return frames;
    }

    /// <summary>The names of a port are in its PLOGI or in its answer to one, its ENode in the FIP frames that have its name.</summary>
    private static Party PartyOf(List<byte[]> frames, FcId id, MacAddress vnPort)
    {
        byte[]? login = frames.Find(frame => IsFc(frame) && HeaderOf(frame).SId == id && IsLogin(frame));
        if (login is null) return new Party(MacAddress.None, vnPort, id, Wwn.None, Wwn.None);
        LoginPayload names = MemoryMarshal.Read<LoginPayload>(login.AsSpan(FrameMutator.PayloadAt));
        byte[]? fip = frames.Find(frame => !IsFc(frame) && MacAt(frame, 6) != vnPort && frame.AsSpan().IndexOf(BytesOf(names.PortName)) > 0);
        return new Party(fip is null ? MacAddress.None : MacAt(fip, 6), vnPort, id, names.PortName, names.NodeName);
    }

    private static bool IsLogin(ReadOnlySpan<byte> frame) =>
        HeaderOf(frame).Type == FcType.Els && frame.Length > FrameMutator.PayloadAt + LoginPayload.WireSize
        && (ElsCommand)frame[FrameMutator.PayloadAt] is ElsCommand.Plogi or ElsCommand.LsAcc;

    /// <summary>Puts new names where the old ones are. The address before a WWPN is in a LOGO and in a Vx_Port descriptor.</summary>
    private static void Rename(Span<byte> frame, Party from, Party to)
    {
        if (!from.PortName.IsNone) Replace(frame, [0, .. BytesOf(from.Id), .. BytesOf(from.PortName)], [0, .. BytesOf(to.Id), .. BytesOf(to.PortName)]);
        Replace(frame, BytesOf(from.PortName), BytesOf(to.PortName));
        Replace(frame, BytesOf(from.NodeName), BytesOf(to.NodeName));
        Replace(frame, BytesOf(from.VnPort), BytesOf(to.VnPort));
        if (from.ENode != MacAddress.None) Replace(frame, BytesOf(from.ENode), BytesOf(to.ENode));
    }

    private static void Replace(Span<byte> bytes, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (from.IndexOfAnyExcept((byte)0) < 0) return;
        for (int at = 0, found; (found = bytes[at..].IndexOf(from)) >= 0; at += found + from.Length) to.CopyTo(bytes[(at + found)..]);
    }

    private static byte[] BytesOf<T>(T value) where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
