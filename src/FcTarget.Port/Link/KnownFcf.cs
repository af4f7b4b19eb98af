// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;

namespace FcTarget.Port;

/// <summary>An FCF as its advertisements describe it (FC-BB-6, FIP discovery).</summary>
internal sealed class KnownFcf
{
    /// <summary>FKA_ADV_PERIOD in an advertisement is taken for the nearest of these when it is outside of them.</summary>
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(250), LongestPeriod = TimeSpan.FromSeconds(90);

    public MacAddress Mac { get; private set; }

    /// <summary>0 goes first, 255 last.</summary>
    public byte Priority { get; private set; }

    public Wwn SwitchName { get; private set; }

    public Wwn FabricName { get; private set; }

    public uint FcMap { get; private set; }

    public TimeSpan FkaAdvPeriod { get; private set; }

    /// <summary>D bit: keep alives are not wanted.</summary>
    public bool KeepAlivesUnwanted { get; private set; }

    /// <summary>A bit: may be logged in with.</summary>
    public bool IsAvailable { get; private set; }

    /// <summary>The fabric does not provide MAC addresses, so that we have to (SPMA).</summary>
    public bool WantsServerMac { get; private set; }

    /// <summary>An advertisement as long as our largest FCoE PDU came from it: the path carries such frames.</summary>
    public bool IsVerified { get; set; }

    /// <summary>Loop time of the last advertisement.</summary>
    public TimeSpan LastSeen { get; set; }

    /// <summary>How often it would not let us in.</summary>
    public int Refusals { get; set; }

    /// <summary>Silent for 2.5 FKA_ADV_PERIOD, it is gone (FC-BB-6).</summary>
    public TimeSpan Expires => LastSeen + (FkaAdvPeriod * 2.5);

    public bool IsUsable => IsAvailable && IsVerified;

    /// <summary>FC-BB-6: the best priority; of several the lowest Switch_Name. Those that have refused us come last.</summary>
    public bool GoesBefore(KnownFcf other) =>
        (Refusals, Priority, SwitchName.Value).CompareTo((other.Refusals, other.Priority, other.SwitchName.Value)) < 0;

    /// <summary>Whether it is still the FCF, in the same fabric, that a login was made with.</summary>
    public bool IsSameAs(KnownFcf other) => SwitchName == other.SwitchName && FabricName == other.FabricName && FcMap == other.FcMap;

    /// <summary>Reads an advertisement. Null when a descriptor is missing, repeated, malformed or says what cannot be.</summary>
    public static KnownFcf? TryRead(in EthernetFrame frame, in FipMessage message)
    {
        KnownFcf fcf = new()
        {
            IsAvailable = (message.Flags & FipFlags.Available) != 0,
            WantsServerMac = (message.Flags & (FipFlags.Fpma | FipFlags.Spma)) == FipFlags.Spma,
        };
        uint seen = 0;
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            if (descriptors.TryGet(out FipPriorityDescriptor priority)) fcf.Priority = priority.Priority;
            else if (descriptors.TryGet(out FipMacAddressDescriptor mac)) fcf.Mac = mac.MacAddress;
            else if (descriptors.TryGet(out FipNameIdentifierDescriptor name)) fcf.SwitchName = name.NameIdentifier;
            else if (descriptors.TryGet(out FipFabricDescriptor fabric)) (fcf.FcMap, fcf.FabricName) = (fabric.FcMap, fabric.FabricName);
            else if (descriptors.TryGet(out FipFkaAdvPeriodDescriptor period))
                (fcf.FkaAdvPeriod, fcf.KeepAlivesUnwanted) = (TimeSpan.FromMilliseconds((uint)period.FkaAdvPeriod), period.D);
            else if (descriptors.IsCritical && descriptors.Type != FipDescriptorType.VendorId) return null;
            else continue;
            uint bit = 1u << (int)descriptors.Type;
            if ((seen & bit) != 0) return null;
            seen |= bit;
        }
        const uint All = (1u << (int)FipDescriptorType.Priority) | (1u << (int)FipDescriptorType.MacAddress)
            | (1u << (int)FipDescriptorType.NameIdentifier) | (1u << (int)FipDescriptorType.Fabric)
            | (1u << (int)FipDescriptorType.FkaAdvPeriod);
        if (descriptors.IsMalformed || seen != All || fcf.Mac != frame.Source || fcf.Mac.IsGroup || fcf.SwitchName.IsNone) return null;
        if (fcf.FcMap == 0) fcf.FcMap = MacAddress.DefaultFcMap;
        fcf.FkaAdvPeriod = TimeSpan.FromTicks(Math.Clamp(fcf.FkaAdvPeriod.Ticks, ShortestPeriod.Ticks, LongestPeriod.Ticks));
        return fcf;
    }
}
