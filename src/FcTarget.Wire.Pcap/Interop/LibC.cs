// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.Wire.Pcap.Interop;

/// <summary>The system calls beside libpcap. Constants are those of 64-bit Linux on x86 and Arm.</summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    // <sys/socket.h>, <linux/if_packet.h>
    public const int AfInet = 2, AfPacket = 17;
    public const int SockDgram = 2, SockRaw = 3, SockNonBlock = 0x800, SockCloExec = 0x80000;
    public const int SolSocket = 1, SoSndBuf = 7, SoSndBufForce = 32;
    public const int SolPacket = 263, PacketIgnoreOutgoing = 23;
    public const int MsgDontWait = 0x40;

    /// <summary>UIO_MAXIOV: the most messages one sendmmsg takes.</summary>
    public const int MaxMessages = 1024;

    // <linux/sockios.h>, <net/if.h>, <linux/if_arp.h>, <linux/ethtool.h>
    public const nuint SiocGifFlags = 0x8913, SiocGifMtu = 0x8921, SiocGifHwAddr = 0x8927, SiocGifIndex = 0x8933, SiocEthtool = 0x8946;
    public const int IffUp = 0x1, IffLoopback = 0x8, IffRunning = 0x40;
    public const int ArpHrdEther = 1;
    public const uint EthtoolGDrvInfo = 3;

    // <poll.h>, <sys/eventfd.h>
    public const short PollIn = 0x1, PollOut = 0x4, PollErr = 0x8;
    public const int EfdNonBlock = 0x800, EfdCloExec = 0x80000;

    // <errno.h>
    public const int EPerm = 1, EIntr = 4, ENxio = 6, EAgain = 11, EAcces = 13, ENoDev = 19, ENetDown = 100, ENoBufs = 105;

    // int socket(int domain, int type, int protocol);
    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial FileDescriptor Socket(int domain, int type, int protocol);

    // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(FileDescriptor socket, LinkLayerAddress* address, uint length);

    // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);
    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int socket, int level, int option, int* value, uint length);

    // int ioctl(int fd, unsigned long request, ...);
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoCtl(FileDescriptor fd, nuint request, void* argument);

    // int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);     messages sent, or -1 when not even the first was
    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(FileDescriptor socket, MultiMessageHeader* messages, uint count, int flags);

    // int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p, const sigset_t *sigmask);
    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollFd* fds, nuint count, TimeSpec* timeout, void* signalMask);

    // int eventfd(unsigned int initval, int flags);
    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial FileDescriptor EventFd(uint initial, int flags);

    // ssize_t read(int fd, void *buf, size_t count);
    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(FileDescriptor fd, void* buffer, nuint count);

    // ssize_t write(int fd, const void *buf, size_t count);
    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(FileDescriptor fd, void* buffer, nuint count);

    // int close(int fd);
    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(nint fd);

    // struct if_nameindex *if_nameindex(void);     ends with an entry of index 0
    [LibraryImport(Library, EntryPoint = "if_nameindex", SetLastError = true)]
    public static partial NameIndex* GetNameIndex();

    // void if_freenameindex(struct if_nameindex *ptr);
    [LibraryImport(Library, EntryPoint = "if_freenameindex")]
    public static partial void FreeNameIndex(NameIndex* list);
}

/// <summary>A file descriptor that is closed once.</summary>
internal sealed class FileDescriptor() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>The number, for poll; -1, which poll skips, once closed.</summary>
    public int Number => IsInvalid || IsClosed ? -1 : (int)handle;

    protected override bool ReleaseHandle() => LibC.Close(handle) == 0;
}
