// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FcTarget.Wire.Pcap.Interop;

namespace FcTarget.Wire.Pcap;

/// <summary>One activated libpcap handle: from activation to the interface's end or Dispose.</summary>
internal sealed unsafe class PcapCapture : IDisposable
{
    // Where the driver or the kernel has taken the tag off, "vlan" looks into the metadata. It shifts the offsets of all
    // that follows it, so the tagged half comes last.
    private const string FcoeAndFip = "ether proto 0x8906 or ether proto 0x8914 or (vlan and (ether proto 0x8906 or ether proto 0x8914))";

    /// <summary>Our own addition to the PCAP_ERROR numbers: the link layer is not DLT_EN10MB.</summary>
    public const int NotEthernet = -1000;

    private readonly PcapHandle _pcap;
    private readonly WireCounters _counters;
    private readonly GCHandle _self;
    private IFrameSink? _sink;
    private ExceptionDispatchInfo? _sinkFailure;

    private PcapCapture(PcapHandle pcap, WireCounters counters)
    {
        _pcap = pcap;
        _counters = counters;
        _self = GCHandle.Alloc(this);
        Fd = LibPcap.GetSelectableFd(pcap);
    }

    /// <summary>Readable when a frame waits.</summary>
    public int Fd { get; }

    /// <summary>Opens the interface for FCoE and FIP frames, tagged or not, that others send.</summary>
    /// <param name="mtu">Frames longer than this, a header and two tags are cut: a small snapshot is many ring slots.</param>
    /// <param name="error">One of libpcap's PCAP_ERROR numbers when null is returned, with its text in <paramref name="text"/>.</param>
    public static PcapCapture? TryOpen(string name, int mtu, PcapWireOptions options, WireCounters counters, out int error, out string text)
    {
        byte* errorBuffer = stackalloc byte[LibPcap.ErrorBufferSize];
        errorBuffer[0] = 0;
        PcapHandle pcap = LibPcap.Create(name, errorBuffer);
        if (pcap.IsInvalid)
        {
            error = -1;
            text = Marshal.PtrToStringUTF8((nint)errorBuffer) ?? "";
            return null;
        }
        error = Configure(pcap, mtu, options, errorBuffer);
        text = error < 0 ? LibPcap.GetError(pcap) : "";
        if (error >= 0) return new PcapCapture(pcap, counters);
        pcap.Dispose();
        return null;
    }

    /// <summary>
    /// Hands at most <paramref name="budget"/> frames to the sink, from the ring, without waiting. Negative when the interface is lost.
    /// </summary>
    public int Dispatch(IFrameSink sink, int budget)
    {
        _sink = sink;
        int count = LibPcap.Dispatch(_pcap, budget, &OnPacket, GCHandle.ToIntPtr(_self));
        _sink = null;
        if (_sinkFailure is { } failure)
        {
            _sinkFailure = null;
            failure.Throw();
        }
        return count;
    }

    /// <summary>Frames the kernel had no ring slot for since this capture began.</summary>
    public long ReadDropped()
    {
        PcapStatistics statistics = default;
        return LibPcap.Statistics(_pcap, &statistics) == 0 ? (long)statistics.Dropped + statistics.InterfaceDropped : 0;
    }

    public void Dispose()
    {
        _pcap.Dispose();
        if (_self.IsAllocated) _self.Free();
    }

    private static int Configure(PcapHandle pcap, int mtu, PcapWireOptions options, byte* errorBuffer)
    {
        LibPcap.SetSnapshotLength(pcap, mtu + FrameLimits.TaggedHeader + 4);
        LibPcap.SetPromiscuous(pcap, options.Promiscuous ? 1 : 0);
        // Immediate: a frame is readable when it arrives and not when a block of them is full.
        LibPcap.SetImmediateMode(pcap, 1);
        LibPcap.SetBufferSize(pcap, options.CaptureBytes);
        int error = LibPcap.Activate(pcap);
        if (error < 0) return error; // above 0 are warnings
        if (LibPcap.DataLink(pcap) != LibPcap.DltEn10Mb) return NotEthernet;

        BpfProgram program;
        error = LibPcap.Compile(pcap, &program, FcoeAndFip, 1, LibPcap.NetmaskUnknown);
        if (error < 0) return error;
        error = LibPcap.SetFilter(pcap, &program);
        LibPcap.FreeCode(&program);
        if (error < 0) return error;

        // The direction is libpcap's own filter, after the copy; the socket option, where the kernel has it, saves the copy.
        int on = 1;
        _ = LibC.SetSocketOption(LibPcap.FileNumber(pcap), LibC.SolPacket, LibC.PacketIgnoreOutgoing, &on, sizeof(int));
        error = LibPcap.SetDirection(pcap, LibPcap.DirectionIn);
        return error < 0 ? error : LibPcap.SetNonBlocking(pcap, 1, errorBuffer);
    }

    // typedef void (*pcap_handler)(u_char *user, const struct pcap_pkthdr *h, const u_char *bytes);
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPacket(nint user, PcapPacketHeader* header, byte* data) =>
        Unsafe.As<PcapCapture>(GCHandle.FromIntPtr(user).Target!).OnPacket(header, data);

    private void OnPacket(PcapPacketHeader* header, byte* data)
    {
        if (_sinkFailure is not null) return;
        if (header->Length > header->CapturedLength || header->CapturedLength > int.MaxValue)
        {
            _counters.Oversized++;
            return;
        }
        _counters.FramesReceived++;
        _counters.BytesReceived += header->CapturedLength;
        try
        {
            _sink!.OnFrame(new ReadOnlySpan<byte>(data, (int)header->CapturedLength));
        }
        catch (Exception e)
        {
            // An exception must not unwind libpcap's frames; Dispatch throws it again on our side of the border.
            _sinkFailure = ExceptionDispatchInfo.Capture(e);
            LibPcap.BreakLoop(_pcap);
        }
    }
}
