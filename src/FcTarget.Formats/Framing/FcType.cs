// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>TYPE, data structure type (FC-FS-3, Frame_Header): which protocol the payload belongs to.</summary>
public enum FcType : byte
{
    /// <summary>Basic Link Services, and Link_Control frames.</summary>
    Bls = 0x00,

    /// <summary>Extended Link Services.</summary>
    Els = 0x01,

    /// <summary>ISO/IEC 8802-2 LLC/SNAP.</summary>
    LlcSnap = 0x04,

    /// <summary>IP over Fibre Channel (RFC 4338).</summary>
    IpFc = 0x05,

    /// <summary>SCSI FCP.</summary>
    Fcp = 0x08,

    /// <summary>Fibre Channel Services: Common Transport (FC-GS).</summary>
    Ct = 0x20,

    /// <summary>Switch Fabric Internal Link Services (FC-SW).</summary>
    SwIls = 0x22,

    /// <summary>Arbitrated Loop.</summary>
    Al = 0x23,

    /// <summary>SNMP.</summary>
    Snmp = 0x24,

    /// <summary>FC-SB, channel to control unit.</summary>
    SbChannel = 0x1B,

    /// <summary>FC-SB, control unit to channel.</summary>
    SbControlUnit = 0x1C,

    /// <summary>FC-NVMe.</summary>
    Nvme = 0x28,
}
