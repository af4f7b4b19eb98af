// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;

namespace FcTarget.Host.Serving;

/// <summary>Ends the host at the first of the <see cref="StopSignals"/>. A second one finds the default action back: the process ends at once.</summary>
internal sealed class SignalLifetime : IHostLifetime, IDisposable
{
    private readonly StopSignals _signals;

    public SignalLifetime(IHostApplicationLifetime application)
    {
        _signals = new StopSignals(application.StopApplication);
    }

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.Dispose();
}
