// SPDX-License-Identifier: MIT

using FcTarget.Wire.Pcap.Interop;

namespace FcTarget.Wire.Pcap;

/// <summary>
/// Ends a poll from another thread. The system call is made only when the loop sleeps or is about to; wakes in between coalesce.
/// </summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly FileDescriptor _event = LibC.EventFd(0, LibC.EfdNonBlock | LibC.EfdCloExec);
    private int _pending;
    private bool _sleeping;

    public int Fd => _event.Number;

    /// <summary>Any thread, also while or after the wire is disposed.</summary>
    public void Raise()
    {
        // The exchange is a full fence, as is the one in TryBeginWait: a raise is seen there, or the sleeper is seen here.
        if (Interlocked.Exchange(ref _pending, 1) != 0 || !Volatile.Read(ref _sleeping)) return;
        ulong one = 1;
        try
        {
            LibC.Write(_event, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The wire went away under the caller: nobody is left to wake.
        }
    }

    /// <summary>False, and the wake is taken, when one came since the last wait.</summary>
    public bool TryBeginWait()
    {
        Volatile.Write(ref _sleeping, true);
        if (Interlocked.CompareExchange(ref _pending, 0, 0) == 0) return true;
        EndWait(signalled: false);
        return false;
    }

    /// <param name="signalled">Poll found the event readable.</param>
    public void EndWait(bool signalled)
    {
        Volatile.Write(ref _sleeping, false);
        Interlocked.Exchange(ref _pending, 0);
        ulong count;
        if (signalled) LibC.Read(_event, &count, sizeof(ulong));
    }

    public void Dispose() => _event.Dispose();
}
