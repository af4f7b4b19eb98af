// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Wire.Pcap.Interop;

// struct sockaddr_ll { unsigned short sll_family; __be16 sll_protocol; int sll_ifindex;
//                      unsigned short sll_hatype; unsigned char sll_pkttype, sll_halen, sll_addr[8]; };
internal struct LinkLayerAddress
{
    public ushort Family;
    public ushort ProtocolBE;
    public int InterfaceIndex;
    public ushort HardwareType;
    public byte PacketType;
    public byte AddressLength;
    public ulong Address;
}

// struct iovec { void *iov_base; size_t iov_len; };
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

// struct msghdr { void *msg_name; socklen_t msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
//                 void *msg_control; size_t msg_controllen; int msg_flags; };
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

// struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
internal struct MultiMessageHeader
{
    public MessageHeader Header;
    public uint Sent;
}

// struct pollfd { int fd; short events; short revents; };
internal struct PollFd
{
    public int Fd;
    public short Events;
    public short Returned;
}

// struct timespec { time_t tv_sec; long tv_nsec; };
internal struct TimeSpec
{
    public nint Seconds;
    public nint Nanoseconds;
}

// struct if_nameindex { unsigned int if_index; char *if_name; };
internal unsafe struct NameIndex
{
    public uint Index;
    public byte* Name;
}

[InlineArray(16)]
internal struct InterfaceNameBytes
{
    private byte _first;
}

[InlineArray(6)]
internal struct MacBytes
{
    private byte _first;
}

// struct ifreq { char ifr_name[IFNAMSIZ]; union { struct sockaddr ifr_hwaddr; short ifr_flags; int ifr_ifindex, ifr_mtu; void
// *ifr_data; ... }; };
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    [FieldOffset(0)] public InterfaceNameBytes Name;
    [FieldOffset(16)] public short Flags;
    [FieldOffset(16)] public int Number;                  // ifr_ifindex, ifr_mtu
    [FieldOffset(16)] public ushort HardwareType;         // ifr_hwaddr.sa_family
    [FieldOffset(18)] public MacBytes HardwareAddress;    // ifr_hwaddr.sa_data
    [FieldOffset(16)] public void* Data;
}

[InlineArray(32)]
internal struct DriverNameBytes
{
    private byte _first;
}

// struct ethtool_drvinfo { __u32 cmd; char driver[32]; char version[32]; ...132 more bytes };
[StructLayout(LayoutKind.Explicit, Size = 196)]
internal struct EthtoolDriverInfo
{
    [FieldOffset(0)] public uint Command;
    [FieldOffset(4)] public DriverNameBytes Driver;
}
