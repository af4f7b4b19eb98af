// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>What one port counts, by name. Written by the loop, read by anyone; a number only grows.</summary>
public sealed class PortCounters
{
    // ---- frames that went no further -----------------------------------------------------------------------------
    public long EthernetTooShort;
    public long EtherTypeUnknown;
    public long NotForUs;
    public long FcoeTooShort;
    public long FcoeBadVersion;
    public long FcoeBadSofOrEof;
    public long FcoeBadLength;
    public long FcoeBadCrc;
    public long FcHeaderRefused;
    public long ClassUnsupported;
    public long FrameMarkedInvalid;
    public long FipMalformed;
    public long FipUnknown;
    public long FrameUnexpected;
    public long ExchangeUnknown;
    public long SourceUnknown;
    public long FramesNotSent;

    // ---- in a fabric ---------------------------------------------------------------------------------------------
    public long VlanWrong;
    public long FcfMacWrong;
    public long VnPortMacWrong;
    public long AdvertisementsTooShort;
    public long MacGrantsRefused;
    public long FcfsLost;
    public long VirtualLinksCleared;

    // ---- link services -------------------------------------------------------------------------------------------
    public long ElsReceived;
    public long ElsRejected;
    public long ElsUnsupported;
    public long ElsTimeouts;
    public long CtTimeouts;
    public long RegistrationsRefused;
    public long LogosForUnknownPorts;
    public long AbtsReceived;
    public long AbtsUnknownExchange;

    // ---- FCP -----------------------------------------------------------------------------------------------------
    public long Commands;
    public long CommandsMalformed;
    public long CommandsDuplicate;
    public long TaskSetFull;
    public long TaskManagement;
    public long DataFramesIn;
    public long DataFramesOut;
    public long DataDuplicate;
    public long DataOutOfOrder;
    public long DataRefused;
    public long TasksAborted;
    public long WritesAbandoned;
    public long DataRequestedAgain;

    /// <summary>Every counter with its name in the standard's lower-case-with-dashes form, for tables and JSON.</summary>
    public IEnumerable<KeyValuePair<string, long>> All() =>
        typeof(PortCounters).GetFields().Where(f => f.FieldType == typeof(long))
            .Select(f => KeyValuePair.Create(CounterName.Of(f.Name), (long)f.GetValue(this)!));
}
