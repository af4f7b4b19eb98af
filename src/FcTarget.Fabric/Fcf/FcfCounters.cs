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
    public long LoginsRejected;
    public long Logos;
    public long KeepAlives;
    public long ENodesLost;
    public long VnPortsLost;
    public long ClearVirtualLinksSent;
    public long ClearVirtualLinksReceived;

    // ---- FIP frames that went no further -------------------------------------------------------------------------
    public long VlanNotServed;
    public long FipDescriptorMissing;
    public long FipDescriptorRepeated;
    public long FipDescriptorUnknown;
    public long FipDescriptorListMalformed;
    public long FipEncapsulatedFrameRefused;
    public long FipSourceSpoofed;
    public long FipGroupAddressed;
    public long FipUnknown;
    public long KeepAlivesUnknown;

    // ---- FC frames -----------------------------------------------------------------------------------------------
    public long FramesRouted;
    public long FramesToFabric;

    // ---- FC frames that went no further --------------------------------------------------------------------------
    public long SourceMacSpoofed;
    public long SourceVlanWrong;
    public long SourceNotLoggedIn;
    public long DestinationUnknown;
    public long ZoneDenied;
    public long RouteBusy;
    public long FabricQueueFull;

    /// <summary>Every counter with its name in lower case with dashes, for tables and JSON.</summary>
    public IEnumerable<KeyValuePair<string, long>> All() =>
        typeof(FcfCounters).GetFields().Select(f => KeyValuePair.Create(CounterName.Of(f.Name), (long)f.GetValue(this)!));
}
