// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>Version descriptors of standard INQUIRY data (SPC-4 table 142), each without a claimed version.</summary>
public enum VersionDescriptor : ushort
{
    None = 0x0000,
    Sam5 = 0x00A0,
    Spc4 = 0x0460,
    Sbc3 = 0x04C0,
    Fcp4 = 0x0A40,
}

/// <summary>PROTOCOL IDENTIFIER (SPC-4 7.6.1): the low four bits of a TransportID's byte 0 and of a designator's.</summary>
public enum ProtocolIdentifier : byte
{
    FibreChannel = 0x0,
    Iscsi = 0x5,
    None = 0xF,
}
