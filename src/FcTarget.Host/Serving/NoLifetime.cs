// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;

namespace FcTarget.Host.Serving;

/// <summary>A host that watches no signal: <see cref="StopSignals"/> do, from before there is a host.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
