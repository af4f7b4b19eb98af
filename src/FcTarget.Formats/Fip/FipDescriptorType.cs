// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fip;

/// <summary>Type of a FIP descriptor (FC-BB-6, FIP descriptors). 0 to 127 are critical, 128 to 255 are not.</summary>
public enum FipDescriptorType : byte
{
    Priority = 1,
    MacAddress = 2,
    FcMap = 3,
    NameIdentifier = 4,
    Fabric = 5,
    MaxFcoeSize = 6,
    Flogi = 7,
    Fdisc = 8,
    Logo = 9,
    Elp = 10,
    VxPortIdentification = 11,
    FkaAdvPeriod = 12,
    VendorId = 13,
    Vlan = 14,
    Fc4Attributes = 15,

    /// <summary>80h: the first type that a receiver skips when it does not know it.</summary>
    FirstNonCritical = 128,
}

/// <summary>What a descriptor type says.</summary>
public static class FipDescriptorTypeExtensions
{
    /// <summary>A frame with a critical descriptor that the receiver does not know is discarded whole (FC-BB-6, FIP descriptors).</summary>
    public static bool IsCritical(this FipDescriptorType type) => type < FipDescriptorType.FirstNonCritical;

    /// <summary>Whether the type is one of FC-BB-6.</summary>
    public static bool IsDefined(this FipDescriptorType type) =>
        type is >= FipDescriptorType.Priority and <= FipDescriptorType.Fc4Attributes;

    /// <summary>Whether the descriptor encapsulates an ELS or SW_ILS frame: FLOGI, FDISC, LOGO, ELP.</summary>
    public static bool Encapsulates(this FipDescriptorType type) => type is >= FipDescriptorType.Flogi and <= FipDescriptorType.Elp;
}
