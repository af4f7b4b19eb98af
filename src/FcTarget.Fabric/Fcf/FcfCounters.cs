// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>What one FCF counts, by name. Written by the loop, read by anyone; a number only grows.</summary>
public sealed class FcfCounters
{
    // ---- FIP -----------------------------------------------------------------------------------------------------
    public long VlanRequests;
    public long Solicitations;
    public long AdvertisementsSent;
    public long Flogis;
    public long Fdiscs;
    [Refusal] public long LoginsRejected;
    public long Logos;
    public long KeepAlives;
    public long ENodesLost;
    public long VnPortsLost;
    public long ClearVirtualLinksSent;
    public long ClearVirtualLinksReceived;

    // ---- FIP frames that went no further -------------------------------------------------------------------------
    [Refusal] public long VlanNotServed;
    [Refusal] public long FipDescriptorMissing;
    [Refusal] public long FipDescriptorRepeated;
    [Refusal] public long FipDescriptorUnknown;
    [Refusal] public long FipDescriptorListMalformed;
    [Refusal] public long FipEncapsulatedFrameRefused;
    [Refusal] public long FipSourceSpoofed;
    [Refusal] public long FipGroupAddressed;
    [Refusal] public long FipUnknown;
    [Refusal] public long KeepAlivesUnknown;

    // ---- FC frames -----------------------------------------------------------------------------------------------
    public long FramesRouted;
    public long FramesToFabric;

    // ---- FC frames that went no further --------------------------------------------------------------------------
    [Refusal] public long SourceMacSpoofed;
    [Refusal] public long SourceVlanWrong;
    [Refusal] public long SourceNotLoggedIn;
    [Refusal] public long DestinationUnknown;
    [Refusal] public long ZoneDenied;
    [Refusal] public long RouteBusy;
    [Refusal] public long FabricQueueFull;

    /// <summary>Every counter with its name in lower case with dashes, for tables and JSON.</summary>
    public IEnumerable<KeyValuePair<string, long>> All() =>
        typeof(FcfCounters).GetFields().Select(f => KeyValuePair.Create(CounterName.Of(f.Name), (long)f.GetValue(this)!));
}
