// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fip;

/// <summary>FIP Operation Code (FC-BB-6, FIP operation codes). FFF8h to FFFEh are vendor specific.</summary>
public enum FipOperation : ushort
{
    /// <summary>0001h: Discovery, see <see cref="FipDiscoverySubcode"/>.</summary>
    Discovery = 1,

    /// <summary>0002h: Virtual Link Instantiation and Fabric login, see <see cref="FipLinkServiceSubcode"/>.</summary>
    LinkService = 2,

    /// <summary>0003h: FIP Control, see <see cref="FipControlSubcode"/>.</summary>
    Control = 3,

    /// <summary>0004h: FIP VLAN, see <see cref="FipVlanSubcode"/>.</summary>
    Vlan = 4,

    /// <summary>0005h: VN2VN, see <see cref="FipVn2VnSubcode"/>.</summary>
    Vn2Vn = 5,

    /// <summary>FFF8h: the first vendor specific code.</summary>
    VendorSpecificFirst = 0xFFF8,

    /// <summary>FFFEh: the last vendor specific code.</summary>
    VendorSpecificLast = 0xFFFE,
}

/// <summary>Subcodes of <see cref="FipOperation.Discovery"/>.</summary>
public enum FipDiscoverySubcode : byte
{
    Solicitation = 1,
    Advertisement = 2,
}

/// <summary>Subcodes of <see cref="FipOperation.LinkService"/>: FLOGI, FDISC, LOGO and ELP in a FIP frame.</summary>
public enum FipLinkServiceSubcode : byte
{
    Request = 1,

    /// <summary>The LS_ACC, LS_RJT, SW_ACC or SW_RJT.</summary>
    Reply = 2,
}

/// <summary>Subcodes of <see cref="FipOperation.Control"/>.</summary>
public enum FipControlSubcode : byte
{
    KeepAlive = 1,
    ClearVirtualLinks = 2,
}

/// <summary>Subcodes of <see cref="FipOperation.Vlan"/>.</summary>
public enum FipVlanSubcode : byte
{
    Request = 1,
    Notification = 2,
}

/// <summary>Subcodes of <see cref="FipOperation.Vn2Vn"/>.</summary>
public enum FipVn2VnSubcode : byte
{
    ProbeRequest = 1,
    ProbeReply = 2,
    ClaimNotification = 3,
    ClaimResponse = 4,
    Beacon = 5,
}
