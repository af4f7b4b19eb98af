// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text;
using FcTarget.Formats;
using FcTarget.Wire.Pcap.Interop;

namespace FcTarget.Wire.Pcap;

/// <summary>What the kernel says of an interface at one moment.</summary>
internal readonly record struct InterfaceState(int Index, int Flags, int Mtu, int HardwareType, MacAddress Mac)
{
    public bool IsUp => (Flags & LibC.IffUp) != 0;

    public bool IsRunning => IsUp && (Flags & LibC.IffRunning) != 0;

    public bool IsLoopback => (Flags & LibC.IffLoopback) != 0;

    public bool IsEthernet => HardwareType == LibC.ArpHrdEther;
}

/// <summary>Asks the kernel about interfaces by name, without allocating.</summary>
internal sealed unsafe class InterfaceQuery : IDisposable
{
    private const int MaximumName = 15;

    // Any socket carries these requests; this one needs no rights.
    private readonly FileDescriptor _socket = LibC.Socket(LibC.AfInet, LibC.SockDgram | LibC.SockCloExec, 0);

    /// <summary>False when there is no such interface (now).</summary>
    public bool TryRead(string name, out InterfaceState state)
    {
        state = default;
        InterfaceRequest request = default;
        if (_socket.IsInvalid || !TrySetName(ref request, name)) return false;
        if (LibC.IoCtl(_socket, LibC.SiocGifIndex, &request) != 0) return false;
        int index = request.Number;
        if (LibC.IoCtl(_socket, LibC.SiocGifFlags, &request) != 0) return false;
        int flags = request.Flags;
        if (LibC.IoCtl(_socket, LibC.SiocGifMtu, &request) != 0) return false;
        int mtu = request.Number;
        if (LibC.IoCtl(_socket, LibC.SiocGifHwAddr, &request) != 0) return false;
        state = new InterfaceState(index, flags, mtu, request.HardwareType, MemoryMarshal.Read<MacAddress>(request.HardwareAddress));
        return true;
    }

    /// <summary>The name of the interface's driver, or null when it tells none.</summary>
    public string? ReadDriver(string name)
    {
        InterfaceRequest request = default;
        EthtoolDriverInfo info = new() { Command = LibC.EthtoolGDrvInfo };
        if (_socket.IsInvalid || !TrySetName(ref request, name)) return null;
        request.Data = &info;
        if (LibC.IoCtl(_socket, LibC.SiocEthtool, &request) != 0) return null;
        ReadOnlySpan<byte> driver = info.Driver;
        int end = driver.IndexOf((byte)0);
        return end > 0 ? Encoding.UTF8.GetString(driver[..end]) : null;
    }

    public void Dispose() => _socket.Dispose();

    private static bool TrySetName(ref InterfaceRequest request, string name) =>
        name.Length > 0 && Encoding.UTF8.TryGetBytes(name, ((Span<byte>)request.Name)[..MaximumName], out _);
}
