// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace FcTarget.Probes.Usdt;

// USDT PROBES - theory of operation
//   Job      Let bpftrace, perf, SystemTap, gdb and DTrace trace the fc probes of this process.
//   How      Each probe has a function, "nop; ret", in a library of ours. A tracer has the kernel patch the NOP and count itself in the
//            probe's semaphore; firing means calling the function with the arguments in registers.
//   Cost     The semaphores are part of the words that FcProvider.IsEnabled reads: untraced, the branch that is there anyhow. No polling, so a
//            tracer misses nothing from the moment it is attached.
//   Owner    Loaded once and for the life of the process; OnProbe runs on the loops that fire.
//   Always   The functions do not block and do not return to managed code, so they are called without leaving cooperative mode.
//   Proof    BpftraceTests, PerfTests

/// <summary>The probe library in this process: a listener of <see cref="FcProvider"/> that passes on what a tracer asked the kernel for.</summary>
public sealed unsafe class UsdtProbes : IFcProbeSink
{
    private readonly byte* _functions;
    private readonly bool _always;
    private int _claimed;

    private UsdtProbes(nint library, string path, bool always)
    {
        Path = path;
        Gates = (uint*)NativeLibrary.GetExport(library, UsdtImage.FirstSemaphore);
        _functions = (byte*)NativeLibrary.GetExport(library, UsdtImage.FirstFunction);
        _always = always;
    }

    /// <summary>The file that tracers attach to.</summary>
    public string Path { get; }

    /// <summary>For each probe the semaphore in the lower 16 bits, the provider's own use in the upper ones.</summary>
    internal uint* Gates { get; }

    /// <summary>Makes the library and loads it; null if this system does not let us, or is none that has such probes.</summary>
    /// <param name="always">Fires also when no semaphore is raised, for tracers that do not know them.</param>
    public static UsdtProbes? Load(bool always = false) => OperatingSystem.IsLinux()
        ? Load(System.IO.Path.Combine(AppContext.BaseDirectory, UsdtImage.FileName), UsdtDelivery.Directories(), always)
        : null;

    /// <summary>As <see cref="Load(bool)"/>, from given places.</summary>
    [SupportedOSPlatform("linux")]
    internal static UsdtProbes? Load(string? beside, IEnumerable<string> directories, bool always = false) =>
        UsdtArchitecture.Current is { } architecture
        && UsdtDelivery.TryLoad(UsdtImage.Make(architecture), beside, directories, out nint library, out string path)
            ? new UsdtProbes(library, path, always)
            : null;

    /// <summary>The probes that somebody traces now.</summary>
    public FcProbeSet Traced
    {
        get
        {
            FcProbeSet traced = FcProbeSet.None;
            for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
                if (IsTraced(probe)) traced |= (FcProbeSet)(1 << (int)probe);
            return traced;
        }
    }

    /// <summary>Whether the provider is to fire everything.</summary>
    internal bool IsAlways => _always;

    /// <summary>Takes the library for a provider; false if it is taken.</summary>
    internal bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>Gives it back, with no word of the provider's left in it.</summary>
    internal void Release()
    {
        for (int i = 0; i < FcProbeNames.Count; i++) Volatile.Write(ref ((ushort*)&Gates[i])[1], 0);
        Volatile.Write(ref _claimed, 0);
    }

    /// <summary>Calls the probe's function, with the arguments as <see cref="UsdtSignature"/> lists them, if somebody traces it.</summary>
    public void OnProbe(in FcProbeEvent e)
    {
        if (!_always && !IsTraced(e.Probe)) return;
        var function = (delegate* unmanaged[SuppressGCTransition]<void*, void*, void*, void*, void*, void*, void>)
            (_functions + ((int)e.Probe * UsdtImage.FunctionStride));
        switch (e.Probe)
        {
            case FcProbe.ScsiCommand:
            case FcProbe.ScsiResponse:
                function(e.Conn, e.Local, e.Command, e.Remote, e.Facts, null);
                break;
            case FcProbe.XferStart:
            case FcProbe.XferDone:
                function(e.Conn, e.Local, e.Command, e.Remote, e.Xfer, e.Facts);
                break;
            case FcProbe.FabricLoginStart:
            case FcProbe.FabricLoginEnd:
                function(e.Conn, e.Local, (void*)(nint)e.Status, null, null, null);
                break;
            case FcProbe.RscnReceive:
                function(e.Conn, (void*)(nint)e.AffectedId, e.Local, null, null, null);
                break;
            case FcProbe.AbtsReceive:
                function(e.Conn, e.Local, e.Remote, e.Facts, null, null);
                break;
            default: // link-*, rport-*
                function(e.Conn, e.Local, e.Remote, (void*)(nint)e.Solicited, (void*)(nint)e.Status, null);
                break;
        }
    }

    private bool IsTraced(FcProbe probe) => (Volatile.Read(ref Gates[(int)probe]) & 0xFFFF) != 0;
}
