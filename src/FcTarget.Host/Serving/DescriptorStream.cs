// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Host.Serving;

/// <summary>
/// A file descriptor to write to, such as standard output. The runtime's own stream for it holds a lock of the whole console while a reader
/// keeps it waiting, so that no log line gets out either, and passes over a reader that is gone in silence.
/// </summary>
internal sealed partial class DescriptorStream(int descriptor) : WriteOnlyStream
{
    public const int StandardOutput = 1;

    private const int Eintr = 4, Eagain = 11, Epipe = 32;
    private const short PollOut = 4;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events, Happened;
    }

    /// <summary>Whether a write failed because nobody can read any more.</summary>
    public static bool IsBrokenPipe(IOException fault) => fault.HResult == Epipe;

    /// <exception cref="IOException">With what the system says.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (int done = 0; done < buffer.Length;)
            {
                nint n = Write(descriptor, start + done, buffer.Length - done);
                if (n >= 0) done += (int)n;
                else if (Marshal.GetLastPInvokeError() is var error && error == Eagain) WaitUntilWritable();
                else if (error != Eintr) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    /// <summary>Whoever gave us the descriptor has made it non-blocking.</summary>
    private unsafe void WaitUntilWritable()
    {
        PollFd wanted = new() { Descriptor = descriptor, Events = PollOut };
        _ = Poll(&wanted, 1, Timeout.Infinite);
    }

    // ssize_t write(int fd, const void *buf, size_t count);
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int fd, byte* buffer, nint count);

    // int poll(struct pollfd *fds, nfds_t nfds, int timeout);
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollFd* fds, nuint count, int timeout);
}
