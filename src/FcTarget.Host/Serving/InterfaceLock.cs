// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;
using FcTarget.Host.Options;

namespace FcTarget.Host.Serving;

/// <summary>
/// One target an interface and VLAN: two would answer each other's frames. The lock is the name of an abstract Unix socket, which belongs to
/// the network namespace as the interface does, whatever files, users and containers the two see, and is gone with its process (unix(7)).
/// </summary>
internal sealed class InterfaceLock : IDisposable
{
    // Linux: SOL_SOCKET, SO_PEERCRED; struct ucred is pid, uid and gid.
    private const int SolSocket = 1, SoPeerCred = 17, UcredLength = 12;

    private readonly List<Socket> _names = [];

    private InterfaceLock() { }

    /// <param name="name">The interface.</param>
    /// <param name="vlans">The VLANs in use; none: untagged frames.</param>
    /// <exception cref="OperatorException">Another target has it; its process id is named where it can be seen.</exception>
    public static InterfaceLock Take(string name, IReadOnlyList<int> vlans)
    {
        InterfaceLock taken = new();
        foreach (int vid in vlans.Count == 0 ? [0] : vlans.Distinct())
        {
            Socket socket = NewSocket();
            taken._names.Add(socket);
            UnixDomainSocketEndPoint of = new($"\0fctarget/{name}/{vid}");
            try
            {
                socket.Bind(of);
                socket.Listen(1); // else nobody could ask whose it is
            }
            catch (SocketException fault)
            {
                taken.Dispose();
                if (fault.SocketErrorCode != SocketError.AddressAlreadyInUse) throw;
                string where = vid == 0 ? $"Interface '{name}'" : $"VLAN {vid} of interface '{name}'";
                string whose = OwnerOf(of) is { } pid ? $", process {pid}" : "";
                throw new OperatorException($"{where} is served by another target already{whose}. Stop it, or name another interface.");
            }
        }
        return taken;
    }

    public void Dispose()
    {
        foreach (Socket socket in _names) socket.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>The process that listens; null: it has just ended, or is in a PID namespace that we do not see.</summary>
    private static int? OwnerOf(UnixDomainSocketEndPoint of)
    {
        using Socket socket = NewSocket();
        socket.Blocking = false; // nobody accepts: many who have asked before fill its queue
        Span<byte> credentials = stackalloc byte[UcredLength];
        try
        {
            socket.Connect(of);
            socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        }
        catch (SocketException)
        {
            return null;
        }
        int pid = MemoryMarshal.Read<int>(credentials);
        return pid > 0 ? pid : null;
    }
}
