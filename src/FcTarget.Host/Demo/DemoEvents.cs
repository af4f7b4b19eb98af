// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Diagnostics;
using FcTarget.Formats;
using FcTarget.Port;

namespace FcTarget.Host.Demo;

/// <summary>Steps of the demo as they happen: the ports' loops add them, the screen takes them.</summary>
internal sealed class DemoEvents
{
    private readonly ConcurrentQueue<DemoEvent> _events = new();
    private readonly long _begin = Stopwatch.GetTimestamp();

    public void Add(string who, string what) => _events.Enqueue(new DemoEvent(Stopwatch.GetElapsedTime(_begin), who, what));

    /// <summary>Takes the oldest.</summary>
    public bool TryTake(out DemoEvent taken) => _events.TryDequeue(out taken);
}

/// <param name="At">Since the demo began.</param>
/// <param name="Who">The port, or "probe".</param>
/// <param name="What">In words.</param>
internal readonly record struct DemoEvent(TimeSpan At, string Who, string What);

/// <summary>Puts what a port does to log in into words.</summary>
internal sealed class DemoObserver(DemoEvents events, string who) : IPortObserver
{
    public void OnLink(bool up) => events.Add(who, up ? "link up" : "link down");

    public void OnAddress(FcId id) =>
        events.Add(who, id == FcId.None ? "has no N_Port_ID any more" : $"N_Port_ID {id}, from the fabric");

    public void OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause)
    {
        string? what = to switch
        {
            LoginState.Flogi => $"FLOGI to {remote}",
            LoginState.Plogi => $"PLOGI to {remote}",
            LoginState.PlogiWait => $"waits for the PLOGI of {remote}, the higher name",
            LoginState.LoggedIn when from != LoginState.ImagePair => $"logged in with {remote}",
            LoginState.Prli => $"PRLI to {remote}",
            LoginState.ImagePair => $"FCP image pair with {remote}",
            LoginState.Logo => $"LOGO to {remote}",
            LoginState.Idle when from != LoginState.Logo => $"logged out: {remote} ({cause})",
            _ => null,
        };
        if (what is not null) events.Add(who, what);
    }

    public void OnFault(Exception fault) => events.Add(who, $"fault: {fault.Message}");
}
