// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Host.Serving;

/// <summary>
/// Calls back at the first SIGINT, SIGTERM or SIGHUP (the terminal is gone, and a target has peers to log out of); from the second on the
/// signal does what it does by default.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    /// <param name="onFirst">Called on a thread of the pool.</param>
    public StopSignals(Action onFirst)
    {
        _registrations = [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGHUP)];

        PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
        {
            if (Interlocked.Increment(ref _count) > 1) return;
            context.Cancel = true;
            onFirst();
        });
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }
}
