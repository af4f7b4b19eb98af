// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits;

/// <summary>
/// Bits of the Logical Block Provisioning and Block Limits VPD pages that arrays differ in (SBC-3 6.5.4, 6.5.3), and what they promise. All but
/// <see cref="Wsnz"/> are for thin units.
/// </summary>
[Flags]
public enum ProvisioningBits
{
    None = 0,

    /// <summary>UNMAP is supported.</summary>
    Lbpu = 1,

    /// <summary>UNMAP = 1 in WRITE SAME(16) and (32) is supported.</summary>
    Lbpws = 1 << 1,

    /// <summary>UNMAP = 1 in WRITE SAME(10) is supported.</summary>
    Lbpws10 = 1 << 2,

    /// <summary>Unmapped blocks read as zeros. Without it nothing is promised of them, and WRITE SAME with UNMAP = 1 unmaps whatever its data are.</summary>
    Lbprz = 1 << 3,

    /// <summary>WRITE SAME of 0 blocks is refused. Without it that means all blocks to the end of the medium.</summary>
    Wsnz = 1 << 4,

    AnyUnmap = Lbpu | Lbpws | Lbpws10,
    All = AnyUnmap | Lbprz | Wsnz,
}
