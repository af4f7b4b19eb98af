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
    public long LoginsWithoutName;
    public long LoginsWithForeignName;
    public long LoginsMoved;
    public long LoginsWithBadParameters;
    public long LoginsWithoutParent;
    public long LoginsBeyondLimit;
    public long AddressesExhausted;
    public long AddressesRecycled;

    // ---- frames to well-known addresses --------------------------------------------------------------------------
    public long FramesUnexpected;
    public long ElsReceived;
    public long ElsRejected;
    public long ElsUnsupported;
    public long AbtsReceived;

    // ---- Common Transport ----------------------------------------------------------------------------------------
    public long CtRequests;
    public long CtAccepted;
    public long CtRejected;
    public long CtWithoutLogin;
    public long CtTooShort;
    public long CtBadRevision;
    public long CtUnknownService;
    public long CtUnknownCommand;
    public long CtForeignRegistrations;
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
