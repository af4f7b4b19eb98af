// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>What a fabric counts, by name. Written by the loop, read by anyone; a number only grows.</summary>
public sealed class FabricCounters
{
    // ---- logins --------------------------------------------------------------------------------------------------
    public long Logins;
    public long LogoutsByPort;
    public long LogoutsByFabric;
    [Refusal] public long LoginsWithoutName;
    [Refusal] public long LoginsWithForeignName;
    public long LoginsMoved;
    [Refusal] public long LoginsWithBadParameters;
    [Refusal] public long LoginsWithoutParent;
    [Refusal] public long LoginsBeyondLimit;
    [Refusal] public long AddressesExhausted;
    public long AddressesRecycled;

    // ---- frames to well-known addresses --------------------------------------------------------------------------
    [Refusal] public long FramesUnexpected;
    public long ElsReceived;
    [Refusal] public long ElsRejected;
    [Refusal] public long ElsUnsupported;
    public long AbtsReceived;

    // ---- Common Transport ----------------------------------------------------------------------------------------
    public long CtRequests;
    public long CtAccepted;
    [Refusal] public long CtRejected;
    [Refusal] public long CtWithoutLogin;
    [Refusal] public long CtTooShort;
    [Refusal] public long CtBadRevision;
    [Refusal] public long CtUnknownService;
    [Refusal] public long CtUnknownCommand;
    [Refusal] public long CtForeignRegistrations;
    public long CtAnswersCut;

    // ---- RSCN ----------------------------------------------------------------------------------------------------
    public long RscnsSent;
    public long RscnsSentAgain;
    public long RscnsAccepted;
    public long RscnsRejected;
    public long RscnsUnanswered;
    public long RscnsReceived;

    // ---- zoning --------------------------------------------------------------------------------------------------
    public long ZoningChanges;

    /// <summary>Every counter with its name in lower case with dashes, for tables and JSON.</summary>
    public IEnumerable<KeyValuePair<string, long>> All() =>
        typeof(FabricCounters).GetFields().Where(f => f.FieldType == typeof(long))
            .Select(f => KeyValuePair.Create(CounterName.Of(f.Name), (long)f.GetValue(this)!));
}
