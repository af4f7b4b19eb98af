// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.TestKit;

namespace FcTarget.Benchmarks.Micro;

/// <summary>From an Ethernet frame to a verified FC frame: what every received frame costs before anybody looks at what it says.</summary>
public class DecapsulationBenchmarks
{
    private static readonly OxId OxId = new((ushort)1);
    private static readonly RxId RxId = new((ushort)1);

    private byte[] _command = [];
    private byte[] _data = [];

    [GlobalSetup]
    public void Make()
    {
        using PortRig rig = PortRig.Online();
        byte[] cmnd = RawPeer.CommandPayload(Cdbs.Read10(0, 8), FcpDataDirection.ReadData, 4096);
        _command = rig.Peer.Encapsulate(RawPeer.CommandHeader(OxId), cmnd);
        _data = rig.Peer.Encapsulate(RawPeer.DataHeader(OxId, RxId, 0, last: true, seqCnt: 0), new byte[FcoeSize.MaxDataField]);
    }

    [Benchmark]
    public int Command() => Decapsulate(_command, verifyCrc: true);

    [Benchmark]
    public int LargestDataFrame() => Decapsulate(_data, verifyCrc: true);

    [Benchmark]
    public int LargestDataFrameWithoutCrc() => Decapsulate(_data, verifyCrc: false);

    private static int Decapsulate(ReadOnlySpan<byte> bytes, bool verifyCrc)
    {
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet)) return -1;
        if (FcoeFrame.TryRead(ethernet.Payload, verifyCrc, out FcoeFrame fcoe) != FcoeError.None) return -1;
        return FcFrame.TryRead(fcoe.Frame, out FcFrame frame) == FcFrameError.None ? frame.Payload.Length : -1;
    }
}
