// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>Somebody who listens to the provider.</summary>
public interface IFcProbeSink
{
    /// <summary>
    /// A probe fired. Called on the firing port's loop, possibly on several loops at once: no blocking, no allocation, no exception;
    /// what is to be kept is copied before returning. A last call may still arrive while <see cref="FcProvider.Detach"/> returns.
    /// </summary>
    void OnProbe(in FcProbeEvent e);
}
