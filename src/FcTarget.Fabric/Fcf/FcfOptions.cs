// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;

namespace FcTarget.Fabric;

/// <summary>What an FCF tells its ENodes (FC-BB-6).</summary>
public sealed record FcfOptions
{
    /// <summary>The shortest FKA_ADV_PERIOD that Linux takes from an FCF.</summary>
    public static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>FC-MAP, 24 bits: the upper half of the MAC addresses that the fabric provides. 0EFC00h to 0EFCFFh.</summary>
    public uint FcMap { get; init; } = MacAddress.DefaultFcMap;

    /// <summary>Priority in the selection by an ENode: 0 is the best, 255 the worst.</summary>
    public byte Priority { get; init; } = FipPriorityDescriptor.DefaultPriority;

    /// <summary>FKA_ADV_PERIOD: how often the FCF advertises and an ENode keeps alive. 500 ms and more.</summary>
    public TimeSpan FkaAdvPeriod { get; init; } = TimeSpan.FromMilliseconds(FipFkaAdvPeriodDescriptor.DefaultPeriod);

    /// <summary>The D bit: ENodes shall send no keep alives, and none is missed.</summary>
    public bool KeepAlivesUnwanted { get; init; }

    /// <summary>VIDs of the VLANs that carry FCoE; 0, or none at all: untagged frames.</summary>
    public IReadOnlyList<int> Vlans { get; init; } = [];

    /// <summary>ENodes logged in at once; one more is refused.</summary>
    public int MaxENodes { get; init; } = 4096;

    /// <summary>Whether FC-BB-6 has this FC-MAP for fabrics. VN2VN has 0EFDxxh, and Linux drops an FCF that advertises from there.</summary>
    public static bool IsFcMap(uint fcMap) => (fcMap & ~0xFFu) == MacAddress.DefaultFcMap;

    /// <exception cref="ArgumentException">A value is outside what FC-BB-6, or Ethernet, allows.</exception>
    public void Validate()
    {
        if (!IsFcMap(FcMap)) throw new ArgumentException($"FC-MAP {FcMap:x6} is not in 0efc00 to 0efcff.", nameof(FcMap));
        if (FkaAdvPeriod < ShortestPeriod || FkaAdvPeriod.TotalMilliseconds > uint.MaxValue)
            throw new ArgumentException($"FKA_ADV_PERIOD {FkaAdvPeriod} is less than {ShortestPeriod.TotalMilliseconds} ms.", nameof(FkaAdvPeriod));
        foreach (int vid in Vlans)
            if (vid is < 0 or > VlanTag.MaxVid) throw new ArgumentException($"VLAN {vid} is not in 0 to {VlanTag.MaxVid}.", nameof(Vlans));
    }
}
