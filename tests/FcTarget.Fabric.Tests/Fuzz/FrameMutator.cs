// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;

namespace FcTarget.Fabric.Tests.Fuzz;

/// <summary>
/// Changes one to three fields of an FCoE or FIP frame to something else, or to something at an edge. Most frames get a new CRC: what is
/// wrong with them is not found by the CRC.
/// </summary>
internal sealed class FrameMutator(Random random)
{
    /// <summary>Where the FC header of an untagged FCoE frame begins, and its data field.</summary>
    public const int FcAt = EthernetFrame.HeaderLength + FcoeFrame.HeaderLength, PayloadAt = FcAt + FcoeFrame.MinFcFrameLength;

    private const int FipAt = EthernetFrame.HeaderLength, DescriptorsAt = FipAt + 10;

    private static readonly Sof[] Sofs = Enum.GetValues<Sof>();
    private static readonly Eof[] Eofs = Enum.GetValues<Eof>();
    private static readonly uint[] Edges = [0, 1, 3, 4, 0x7F, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF];

    /// <summary>An N_Port_ID that the sender does not have.</summary>
    public FcId OtherId { get; init; }

    /// <param name="frame">A whole frame, changed in place.</param>
    /// <returns>That frame, or a longer or shorter one.</returns>
    public byte[] Mutate(byte[] frame)
    {
        bool fc = CapturedConversation.IsFc(frame);
        for (int fields = random.Next(1, 4); fields > 0; fields--) frame = fc ? MutateFc(frame) : MutateFip(frame);
        return frame;
    }

    /// <summary>Writes the CRC of an FCoE frame.</summary>
    public static void Seal(Span<byte> frame)
    {
        if (!CapturedConversation.IsFc(frame)) return;
        Span<byte> trailer = frame[^FcoeFrame.TrailerLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, FcCrc.Compute(frame[FcAt..^FcoeFrame.TrailerLength]));
    }

    private byte[] MutateFc(byte[] frame)
    {
        FcHeader header = CapturedConversation.HeaderOf(frame);
        switch (random.Next(20))
        {
            case 0: header.RCtl = (RCtl)Edge(); break;
            case 1: header.Type = (FcType)(random.Next(3) == 0 ? Edge() : random.Next(2) * 8u); break;
            case 2 or 3: header.FCtl ^= (FCtl)(1u << random.Next(24)); break;
            case 4: header.SeqId = (byte)Edge(); break;
            case 5: header.SeqCnt = (ushort)(random.Next(2) == 0 ? Edge() : (uint)header.SeqCnt + 1); break;
            case 6: header.OxId = new OxId((ushort)(random.Next(2) == 0 ? Edge() : header.OxId.Value + 1u)); break;
            case 7: header.RxId = new RxId((ushort)(random.Next(2) == 0 ? Edge() : header.RxId.Value + 1u)); break;
            case 8: header.Parameter = random.Next(2) == 0 ? Edge() : header.Parameter + 4u; break;
            case 9: return WithOptionalHeaders(frame, header);
            case 10: header.SId = random.Next(2) == 0 ? OtherId : new FcId((uint)random.Next(0x1000000)); break;
            case 11: header.DId = random.Next(2) == 0 ? new FcId(0xFFFFF0u + (uint)random.Next(16)) : new FcId((uint)random.Next(0x1000000)); break;
            case 12: header.CsCtl = (byte)Edge(); break;
            case 13: frame[FcAt - 1] = random.Next(2) == 0 ? (byte)Edge() : (byte)Sofs[random.Next(Sofs.Length)]; return frame;
            case 14: frame[^4] = random.Next(2) == 0 ? (byte)Edge() : (byte)Eofs[random.Next(Eofs.Length)]; return frame;
            case 15: return WithDataField(frame, Cut(frame[PayloadAt..^FcoeFrame.TrailerLength]));
            case 16: return WithDataField(frame, [.. frame[PayloadAt..^FcoeFrame.TrailerLength], .. Bytes(random.Next(3) == 0 ? random.Next(1, 8) : 4 * random.Next(1, 64))]);
            default: Scribble(frame.AsSpan(PayloadAt..^FcoeFrame.TrailerLength)); return frame;
        }
        CapturedConversation.WriteHeader(frame, header);
        return frame;
    }

    /// <summary>DF_CTL, with the optional headers that it announces or without.</summary>
    private byte[] WithOptionalHeaders(byte[] frame, FcHeader header)
    {
        header.DfCtl = (DfCtl)(random.Next(3) == 0 ? (byte)Edge() : (byte)(1 << random.Next(7)));
        CapturedConversation.WriteHeader(frame, header);
        if (random.Next(2) == 0) return frame;
        return WithDataField(frame, [.. Bytes(8 << random.Next(1, 5)), .. frame[PayloadAt..^FcoeFrame.TrailerLength]]);
    }

    private static byte[] WithDataField(byte[] frame, byte[] data) =>
        [.. frame[..PayloadAt], .. data.AsSpan(0, Math.Min(data.Length, FcFrame.MaxPayloadLength)), .. frame[^FcoeFrame.TrailerLength..]];

    private byte[] MutateFip(byte[] frame)
    {
        if (frame.Length < DescriptorsAt) return frame;
        int at = Descriptor(frame, out int length);
        switch (random.Next(10))
        {
            case 0: frame[FipAt] = (byte)Edge(); break;                                             // version
            case 1: frame[FipAt + 3] = (byte)random.Next(6); break;                                 // operation code
            case 2: frame[FipAt + 5] = (byte)random.Next(6); break;                                 // subcode
            case 3: BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(FipAt + 6), (ushort)Edge()); break;
            case 4: BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(FipAt + 8), (ushort)Edge()); break; // flags
            case 5 when at > 0: frame[at] = (byte)random.Next(20); break;                           // type
            case 6 when at > 0: frame[at + 1] = random.Next(2) == 0 ? (byte)Edge() : (byte)(frame[at + 1] + random.Next(-1, 2)); break;
            case 7 when at > 0: return Replace(frame, at, length, []);
            case 8 when at > 0: return Replace(frame, at, length, [.. frame[at..(at + length)], .. frame[at..(at + length)]]);
            case 9: return [.. frame[..DescriptorsAt], .. Cut(frame[DescriptorsAt..])];
            default: Scribble(frame.AsSpan(DescriptorsAt)); break;
        }
        return frame;
    }

    /// <summary>A descriptor of the list; 0 when there is none.</summary>
    private int Descriptor(byte[] frame, out int length)
    {
        List<(int At, int Length)> all = [];
        for (int at = DescriptorsAt; at + 1 < frame.Length && frame[at + 1] > 0 && at + (4 * frame[at + 1]) <= frame.Length; at += 4 * frame[at + 1])
            all.Add((at, 4 * frame[at + 1]));
        (int found, length) = all.Count == 0 ? default : all[random.Next(all.Count)];
        return found;
    }

    /// <summary>Another descriptor list, with its right length.</summary>
    private static byte[] Replace(byte[] frame, int at, int length, byte[] with)
    {
        byte[] changed = [.. frame[..at], .. with, .. frame[(at + length)..]];
        int words = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(FipAt + 6)) + ((with.Length - length) / 4);
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(FipAt + 6), (ushort)words);
        return changed;
    }

    /// <summary>One byte, or a length of two or four bytes, somewhere.</summary>
    private void Scribble(Span<byte> bytes)
    {
        if (bytes.Length < 4) return;
        int at = random.Next(Math.Min(bytes.Length - 3, 160));
        switch (random.Next(3))
        {
            case 0: bytes[at] = (byte)Edge(); break;
            case 1: BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], (ushort)Edge()); break;
            default: BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], Edge()); break;
        }
    }

    private byte[] Cut(byte[] bytes) => bytes[..(random.Next(2) == 0 ? random.Next(bytes.Length + 1) : random.Next(bytes.Length + 1) & ~3)];

    private uint Edge() => random.Next(3) == 0 ? Edges[random.Next(Edges.Length)] : (uint)random.NextInt64(1L << 32);

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
