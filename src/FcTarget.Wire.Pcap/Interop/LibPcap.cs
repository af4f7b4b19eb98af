// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.InteropServices;

namespace FcTarget.Wire.Pcap.Interop;

/// <summary>
/// The part of libpcap this wire uses. Prototypes are those of pcap/pcap.h 1.5 and later; absent functions are not called.
/// </summary>
internal static unsafe partial class LibPcap
{
    private const string Library = "pcap";

    /// <summary>What distributions call it: Fedora and others, Debian and its heirs, and where only the development package is.</summary>
    private static readonly string[] FileNames = ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"];

    private static readonly nint Module = Load();

    // An explicit static constructor: it runs before the first call below, not at some earlier or later time.
    static LibPcap() => NativeLibrary.SetDllImportResolver(typeof(LibPcap).Assembly, Resolve);

    public const int ErrorBufferSize = 256;
    public const int DltEn10Mb = 1;
    public const uint NetmaskUnknown = 0xffffffff;
    public const int DirectionIn = 1;

    public const int ErrorBreak = -2;
    public const int ErrorNoSuchDevice = -5;
    public const int ErrorPermissionDenied = -8;
    public const int ErrorInterfaceNotUp = -9;
    public const int ErrorPromiscuousPermissionDenied = -11;

    /// <exception cref="PcapNotFoundException">No libpcap on this machine.</exception>
    public static void EnsureLoaded()
    {
        if (Module == 0) throw new PcapNotFoundException(FileNames);
    }

    private static nint Load()
    {
        foreach (string name in FileNames)
            if (NativeLibrary.TryLoad(name, out nint module)) return module;
        return 0;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => library == Library ? Module : 0;

    // pcap_t *pcap_create(const char *source, char *errbuf);
    [LibraryImport(Library, EntryPoint = "pcap_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial PcapHandle Create(string source, byte* errorBuffer);

    // int pcap_set_snaplen(pcap_t *p, int snaplen);
    [LibraryImport(Library, EntryPoint = "pcap_set_snaplen")]
    public static partial int SetSnapshotLength(PcapHandle pcap, int bytes);

    // int pcap_set_promisc(pcap_t *p, int promisc);
    [LibraryImport(Library, EntryPoint = "pcap_set_promisc")]
    public static partial int SetPromiscuous(PcapHandle pcap, int on);

    // int pcap_set_immediate_mode(pcap_t *p, int immediate_mode);
    [LibraryImport(Library, EntryPoint = "pcap_set_immediate_mode")]
    public static partial int SetImmediateMode(PcapHandle pcap, int on);

    // int pcap_set_buffer_size(pcap_t *p, int buffer_size);
    [LibraryImport(Library, EntryPoint = "pcap_set_buffer_size")]
    public static partial int SetBufferSize(PcapHandle pcap, int bytes);

    // int pcap_activate(pcap_t *p);     0 good, > 0 a warning, < 0 PCAP_ERROR_...
    [LibraryImport(Library, EntryPoint = "pcap_activate")]
    public static partial int Activate(PcapHandle pcap);

    // int pcap_datalink(pcap_t *p);
    [LibraryImport(Library, EntryPoint = "pcap_datalink")]
    public static partial int DataLink(PcapHandle pcap);

    // int pcap_compile(pcap_t *p, struct bpf_program *fp, const char *str, int optimize, bpf_u_int32 netmask);
    [LibraryImport(Library, EntryPoint = "pcap_compile", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Compile(PcapHandle pcap, BpfProgram* program, string filter, int optimize, uint netmask);

    // int pcap_setfilter(pcap_t *p, struct bpf_program *fp);
    [LibraryImport(Library, EntryPoint = "pcap_setfilter")]
    public static partial int SetFilter(PcapHandle pcap, BpfProgram* program);

    // void pcap_freecode(struct bpf_program *fp);
    [LibraryImport(Library, EntryPoint = "pcap_freecode")]
    public static partial void FreeCode(BpfProgram* program);

    // int pcap_setdirection(pcap_t *p, pcap_direction_t d);
    [LibraryImport(Library, EntryPoint = "pcap_setdirection")]
    public static partial int SetDirection(PcapHandle pcap, int direction);

    // int pcap_setnonblock(pcap_t *p, int nonblock, char *errbuf);
    [LibraryImport(Library, EntryPoint = "pcap_setnonblock")]
    public static partial int SetNonBlocking(PcapHandle pcap, int on, byte* errorBuffer);

    // int pcap_get_selectable_fd(pcap_t *p);
    [LibraryImport(Library, EntryPoint = "pcap_get_selectable_fd")]
    public static partial int GetSelectableFd(PcapHandle pcap);

    // int pcap_fileno(pcap_t *p);
    [LibraryImport(Library, EntryPoint = "pcap_fileno")]
    public static partial int FileNumber(PcapHandle pcap);

    // int pcap_dispatch(pcap_t *p, int cnt, pcap_handler callback, u_char *user);     frames handed over; -1 error, -2 broken off
    [LibraryImport(Library, EntryPoint = "pcap_dispatch")]
    public static partial int Dispatch(
        PcapHandle pcap, int count, delegate* unmanaged[Cdecl]<nint, PcapPacketHeader*, byte*, void> handler, nint user);

    // void pcap_breakloop(pcap_t *);
    [LibraryImport(Library, EntryPoint = "pcap_breakloop")]
    public static partial void BreakLoop(PcapHandle pcap);

    // int pcap_stats(pcap_t *p, struct pcap_stat *ps);
    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int Statistics(PcapHandle pcap, PcapStatistics* statistics);

    // char *pcap_geterr(pcap_t *p);
    [LibraryImport(Library, EntryPoint = "pcap_geterr")]
    private static partial byte* GetErrorText(PcapHandle pcap);

    // void pcap_close(pcap_t *p);
    [LibraryImport(Library, EntryPoint = "pcap_close")]
    public static partial void Close(nint pcap);

    public static string GetError(PcapHandle pcap) => Marshal.PtrToStringUTF8((nint)GetErrorText(pcap)) ?? "";
}

// struct bpf_program { u_int bf_len; struct bpf_insn *bf_insns; };
internal unsafe struct BpfProgram
{
    public uint Length;
    public void* Instructions;
}

// struct pcap_pkthdr { struct timeval ts; bpf_u_int32 caplen; bpf_u_int32 len; };
internal struct PcapPacketHeader
{
    public nint Seconds;
    public nint Microseconds;
    public uint CapturedLength;
    public uint Length;
}

// struct pcap_stat { u_int ps_recv; u_int ps_drop; u_int ps_ifdrop; };
internal struct PcapStatistics
{
    public uint Received;
    public uint Dropped;
    public uint InterfaceDropped;
}

/// <summary>A pcap_t.</summary>
internal sealed class PcapHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibPcap.Close(handle);
        return true;
    }
}
