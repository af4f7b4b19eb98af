// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric.Services;

/// <summary>One port's registration for state changes: what it has not heard yet, and the RSCN it has not answered.</summary>
internal sealed class RscnSubscription
{
    public RscnSubscription(TimerQueue timers, Action<RscnSubscription> unanswered, FabricPort port)
    {
        Port = port;
        Reply = new LoopTimer(timers, () => unanswered(this));
    }

    public FabricPort Port { get; }

    public ScrFunction Function { get; set; }

    /// <summary>Ports that have changed, each with what happened last.</summary>
    public Dictionary<FcId, RscnEventQualifier> Changed { get; } = [];

    /// <summary>So much has changed that the port is told to look at everything.</summary>
    public bool Everything { get; set; }

    /// <summary>Runs while an RSCN waits for its answer.</summary>
    public LoopTimer Reply { get; }

    public OxId OxId { get; set; }

    /// <summary>The RSCN that waits for its answer; empty when none does.</summary>
    public byte[] Outstanding { get; set; } = [];

    public int Attempts { get; set; }

    public void End()
    {
        Reply.Cancel();
        Outstanding = [];
        Changed.Clear();
        Everything = false;
    }
}
