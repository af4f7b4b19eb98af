// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Benchmarks.Micro;

// COMMAND PEER - theory of operation
//   Job      The cheapest initiator that a target can have, so that what is measured is the target: frames made beforehand, on a
//            memory segment, on the target's own thread. It looks at R_CTL and the status and checks nothing else.
//   Cost     A copy of each frame by the segment; for write data the RX_ID and the CRC, which nobody can know beforehand.
//   Time     Virtual, and it stands still: no clock is read and no timer runs.

/// <summary>A target port with a memory disk, and an initiator that sends the same <see cref="Depth"/> commands again and again.</summary>
internal sealed class CommandPeer : IFrameSink, IDisposable
{
    /// <summary>Commands sent at once.</summary>
    public const int Depth = 32;

    /// <summary>Bytes a command moves.</summary>
    public const int DataLength = 4096;

    private const int FcAt = 14 + FcoeFrame.HeaderLength; // behind an Ethernet header without tag
    private const int RxIdAt = FcAt + 18;
    private const int StatusAt = FcAt + FcoeFrame.MinFcFrameLength + 11; // SCSI status in FCP_RSP

    private readonly RawPeer _peer;
    private readonly FcPort _port;
    private readonly Action _dispose;
    // FCP_CONF would be one more frame for some of the commands.
    private const FcpServiceParameters WithoutConf = FcpServiceParameters.InitiatorFunction | FcpServiceParameters.ReadXferRdyDisabled;

    private readonly byte[][] _reads = new byte[Depth][];
    private readonly byte[][] _writes = new byte[Depth][];
    private readonly byte[][][] _data = new byte[Depth][][]; // by OX_ID
    private int _responses;

    /// <summary>A peer of a VN2VN node.</summary>
    public CommandPeer()
    {
        PortRig rig = PortRig.Online();
        (_peer, _port, Probes, _dispose) = (rig.Peer, rig.Port, rig.Provider, rig.Dispose);
        _peer.FcpParameters = WithoutConf;
        rig.EstablishesImagePair(_peer);
        rig.Provider.Detach(rig.Probes);
        MakeFrames();
    }

    /// <summary>A host of a switch with the target behind it.</summary>
    public CommandPeer(SwitchPair pair)
    {
        (_peer, _port, Probes, _dispose) = (pair.Peer, pair.Port, pair.Probes, pair.Dispose);
        pair.LogIn(WithoutConf);
        MakeFrames();
    }

    private void MakeFrames()
    {
        for (int i = 0; i < Depth; i++)
        {
            OxId oxId = new((ushort)i);
            uint lba = (uint)(i * DataLength / 512);
            _reads[i] = Command(oxId, Cdbs.Read10(lba, DataLength / 512), FcpDataDirection.ReadData);
            _writes[i] = Command(oxId, Cdbs.Write10(lba, DataLength / 512), FcpDataDirection.WriteData);
            _data[i] = Burst(oxId);
        }
    }

    /// <summary>The provider of the target port.</summary>
    public FcProvider Probes { get; }

    /// <summary>Sends the reads and waits for every FCP_RSP.</summary>
    public void Reads() => Runs(_reads);

    /// <summary>Sends the writes, their data as it is asked for, and waits for every FCP_RSP.</summary>
    public void Writes() => Runs(_writes);

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        FcHeader header = MemoryMarshal.Read<FcHeader>(frame[FcAt..]);
        if (header.RCtl == FcpIu.XferRdy)
        {
            foreach (byte[] data in _data[header.OxId.Value]) SendsData(data, header.RxId);
        }
        else if (header.RCtl == FcpIu.Rsp)
        {
            if (frame[StatusAt] != (byte)ScsiStatus.Good) throw new ConversationException($"status {frame[StatusAt]:x2}");
            _responses++;
        }
    }

    public void Dispose() => _dispose();

    private void Runs(byte[][] commands)
    {
        MemoryWire wire = _peer.Wire;
        _responses = 0;
        foreach (byte[] command in commands) Sends(command);
        while (_responses < Depth)
        {
            wire.Flush();
            _port.Loop.Poll();
            wire.Receive(this, int.MaxValue);
        }
    }

    private void Sends(byte[] frame)
    {
        frame.CopyTo(Slot());
        _peer.Wire.Commit(frame.Length);
    }

    private void SendsData(byte[] frame, RxId rxId)
    {
        Span<byte> slot = Slot();
        frame.CopyTo(slot);
        MemoryMarshal.Write(slot[RxIdAt..], in rxId);
        int end = frame.Length - FcoeFrame.TrailerLength;
        FcoeTrailer trailer = MemoryMarshal.Read<FcoeTrailer>(slot[end..]);
        FcoeFrame.WriteTrailer(slot[end..], FcCrc.Compute(slot[FcAt..end]), trailer.Eof);
        _peer.Wire.Commit(frame.Length);
    }

    private Span<byte> Slot() =>
        _peer.Wire.TryGetTransmitSlot(out Span<byte> slot) ? slot : throw new ConversationException("the peer's transmit ring is full");

    private byte[] Command(OxId oxId, byte[] cdb, FcpDataDirection direction) =>
        _peer.Encapsulate(RawPeer.CommandHeader(oxId), RawPeer.CommandPayload(cdb, direction, DataLength));

    private byte[][] Burst(OxId oxId)
    {
        byte[] first = new byte[FcoeSize.MaxDataField];
        byte[] second = new byte[DataLength - first.Length];
        FcHeader firstHeader = RawPeer.DataHeader(oxId, RxId.Unassigned, 0, last: false, seqCnt: 0);
        FcHeader secondHeader = RawPeer.DataHeader(oxId, RxId.Unassigned, (uint)first.Length, last: true, seqCnt: 1);
        return [_peer.Encapsulate(firstHeader, first), _peer.Encapsulate(secondHeader, second, Sof.SOFn3)];
    }
}
