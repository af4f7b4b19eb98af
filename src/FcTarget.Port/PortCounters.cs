// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>What one port counts, by name. Written by the loop, read by anyone; a number only grows.</summary>
public sealed class PortCounters
{
    // ---- frames that went no further -----------------------------------------------------------------------------
    [Refusal] public long EthernetTooShort;
    [Refusal] public long EtherTypeUnknown;
    [Refusal] public long NotForUs;
    [Refusal] public long FcoeTooShort;
    [Refusal] public long FcoeBadVersion;
    [Refusal] public long FcoeBadSofOrEof;
    [Refusal] public long FcoeBadLength;
    [Refusal] public long FcoeBadCrc;
    [Refusal] public long FcHeaderRefused;
    [Refusal] public long ClassUnsupported;
    public long LinkRejectsSent;
    [Refusal] public long FrameMarkedInvalid;
    [Refusal] public long FipMalformed;
    [Refusal] public long FipUnknown;
    [Refusal] public long FrameUnexpected;
    [Refusal] public long ExchangeUnknown;
    [Refusal] public long SourceUnknown;
    [Refusal] public long SourceMacWrong;
    public long FramesNotSent;
    public long LinkFailures;

    // ---- in a fabric ---------------------------------------------------------------------------------------------
    [Refusal] public long VlanWrong;
    [Refusal] public long FcfMacWrong;
    [Refusal] public long VnPortMacWrong;
    [Refusal] public long AdvertisementsTooShort;
    [Refusal] public long MacGrantsRefused;
    public long FcfsLost;
    public long VirtualLinksCleared;

    // ---- link services -------------------------------------------------------------------------------------------
    public long ElsReceived;
    [Refusal] public long ElsRejected;
    [Refusal] public long ElsUnsupported;
    public long ElsTimeouts;
    public long CtTimeouts;
    public long RegistrationsRefused;
    public long LogosForUnknownPorts;
    public long AbtsReceived;
    [Refusal] public long AbtsUnknownExchange;

    // ---- FCP -----------------------------------------------------------------------------------------------------
    public long Commands;
    [Refusal] public long CommandsMalformed;
    [Refusal] public long CommandsIncomplete;
    [Refusal] public long CommandsDuplicate;
    [Refusal] public long CommandsWithoutImagePair;
    public long PrlosForCommands;
    [Refusal] public long TaskSetFull;
    public long TaskManagement;
    public long DataFramesIn;
    public long DataFramesOut;
    [Refusal] public long DataDuplicate;
    public long DataOutOfOrder;
    [Refusal] public long DataRefused;
    public long TasksAborted;
    public long WritesAbandoned;
    public long DataRequestedAgain;
    public long ResponsesSentAgain;

    /// <summary>Every counter with its name in the standard's lower-case-with-dashes form, for tables and JSON.</summary>
    public IEnumerable<KeyValuePair<string, long>> All() =>
        typeof(PortCounters).GetFields().Where(f => f.FieldType == typeof(long))
            .Select(f => KeyValuePair.Create(CounterName.Of(f.Name), (long)f.GetValue(this)!));
}
