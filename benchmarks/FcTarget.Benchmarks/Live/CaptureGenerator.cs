// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Wire.Capture;

namespace FcTarget.Benchmarks.Live;

/// <summary>
/// Writes a capture of 4 KiB reads and writes at random blocks of a 64 MiB disk, as a VN2VN host and a target exchange them: 8 commands under
/// way, 30 % of them writes, 10 us between frames. What is read is what was written before, or a pattern.
/// </summary>
internal sealed class CaptureGenerator(PcapWriter to, int seed)
{
    private const int DiskBytes = 64 << 20, CommandBytes = 4096, Depth = 8, MaxPayload = 2112;

    private static readonly FcId Host = new(0x000001u), Target = new(0x000002u);

    private readonly byte[] _disk = new byte[DiskBytes];
    private readonly byte[] _frame = new byte[2200];
    private readonly Random _random = new(seed);
    private long _time = 1_700_000_000_000_000_000;

    public long Frames { get; private set; }

    public void Run(long frames)
    {
        _random.NextBytes(_disk);
        Span<(int Block, bool Write)> batch = stackalloc (int, bool)[Depth]; // under way together: all are sent, then answered in turn
        while (Frames < frames)
        {
            for (int i = 0; i < Depth; i++)
            {
                batch[i] = (_random.Next(DiskBytes / CommandBytes), _random.Next(10) < 3);
                for (int j = 0; j < i; j++)
                    if (batch[j].Block == batch[i].Block) batch[i].Write = batch[j].Write = false; // no order is promised among them
            }
            for (int i = 0; i < Depth; i++) SendCommand((ushort)i, batch[i].Block, batch[i].Write);
            for (int i = 0; i < Depth; i++) SendRest((ushort)i, batch[i].Block, batch[i].Write);
        }
    }

    private void SendCommand(ushort oxId, int block, bool write)
    {
        Span<byte> cdb = stackalloc byte[10];
        cdb.Clear();
        cdb[0] = write ? (byte)0x2A : (byte)0x28;
        BinaryPrimitives.WriteUInt32BigEndian(cdb[2..], (uint)block * (CommandBytes / 512));
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], CommandBytes / 512);
        Span<byte> payload = stackalloc byte[FcpCmnd.MinLength];
        FcpCmnd.Write(payload, new FcpCmndHeader { Direction = write ? FcpDataDirection.WriteData : FcpDataDirection.ReadData }, cdb, CommandBytes);
        Send(FcpIu.Cmnd, fromHost: true, FCtlValues.ExchangeRequest, oxId, RxId.Unassigned, 0, payload);
    }

    private void SendRest(ushort oxId, int block, bool write)
    {
        RxId rxId = new((ushort)(oxId + 100));
        Span<byte> data = _disk.AsSpan(block * CommandBytes, CommandBytes);
        if (write)
        {
            FcpXferRdy ready = new() { BurstLen = CommandBytes };
            Send(FcpIu.XferRdy, fromHost: false, FCtlValues.FcpXferRdy, oxId, rxId, 0, MemoryMarshal.AsBytes(new ReadOnlySpan<FcpXferRdy>(in ready)));
            BinaryPrimitives.WriteInt64LittleEndian(data[_random.Next(CommandBytes / 8)..], Frames);
        }
        for (int at = 0; at < CommandBytes; at += MaxPayload)
        {
            int length = Math.Min(MaxPayload, CommandBytes - at);
            bool last = at + length == CommandBytes;
            FCtl control = write ? last ? FCtlValues.FcpDataOutLast : FCtlValues.FcpDataOut : last ? FCtlValues.FcpDataInLast : FCtlValues.FcpDataIn;
            Send(FcpIu.Data, fromHost: write, control, oxId, rxId, (uint)at, data.Slice(at, length), seqCnt: at / MaxPayload);
        }
        Span<byte> rsp = stackalloc byte[FcpRspHeader.WireSize];
        rsp.Clear();
        Send(FcpIu.Rsp, fromHost: false, FCtlValues.FcpRsp, oxId, rxId, 0, rsp);
    }

    private void Send(RCtl rCtl, bool fromHost, FCtl fCtl, ushort oxId, RxId rxId, uint parameter, ReadOnlySpan<byte> payload, int seqCnt = 0)
    {
        (FcId sender, FcId receiver) = fromHost ? (Host, Target) : (Target, Host);
        int at = EthernetFrame.WriteHeader(_frame, MacAddress.Fpma(MacAddress.Vn2VnFcMap, receiver), MacAddress.Fpma(MacAddress.Vn2VnFcMap, sender), EtherType.Fcoe);
        FcoeFrame.WriteHeader(_frame.AsSpan(at), seqCnt == 0 ? Sof.SOFi3 : Sof.SOFn3);
        at += FcoeFrame.HeaderLength;
        FcHeader header = new()
        {
            RCtl = rCtl,
            DId = receiver,
            SId = sender,
            Type = FcType.Fcp,
            FCtl = fCtl,
            SeqCnt = (ushort)seqCnt,
            OxId = new OxId(oxId),
            RxId = rxId,
            Parameter = parameter,
        };
        int length = FcFrame.Write(_frame.AsSpan(at), header, payload);
        uint crc = FcCrc.Compute(_frame.AsSpan(at, length));
        at += length;
        FcoeFrame.WriteTrailer(_frame.AsSpan(at), crc, fCtl.Has(FCtl.EndSequence) ? Eof.EOFt : Eof.EOFn);
        to.Write(_frame.AsSpan(0, at + FcoeFrame.TrailerLength), _time += 10_000);
        Frames++;
    }
}
