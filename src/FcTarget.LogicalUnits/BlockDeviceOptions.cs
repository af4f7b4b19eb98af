// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

/// <summary>What a block device says about itself.</summary>
public sealed record BlockDeviceOptions
{
    public required LogicalUnitIdentity Identity { get; init; }

    /// <summary>Logical block length in bytes: 512 or 4096.</summary>
    public int BlockSize { get; init; } = 512;

    /// <summary>32768 blocks of 512 bytes: LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT has 4 bits.</summary>
    public const int MaximumPhysicalBlockSize = 512 << 15;

    /// <summary>Physical block length in bytes, a power of 2; 0 for the same as <see cref="BlockSize"/>. 4096 with blocks of 512: "512e".</summary>
    public int PhysicalBlockSize { get; init; }

    /// <summary>Write protected: WP in mode data, and commands that write end in WRITE PROTECTED.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The medium can be taken out (START STOP UNIT with LOEJ).</summary>
    public bool Removable { get; init; }

    /// <summary>There is no medium to begin with; for a removable one.</summary>
    public bool Ejected { get; init; }

    /// <summary>Thin provisioned: blocks can be unmapped. Otherwise fully provisioned.</summary>
    public bool Thin { get; init; } = true;

    /// <summary>Which kinds of unmapping and of WRITE SAME there are.</summary>
    public ProvisioningBits ProvisioningBits { get; init; } = ProvisioningBits.All;

    /// <summary>Bytes a thin unit may take of what is under it; null for no limit.</summary>
    public long? Pool { get; init; }

    /// <summary>Percent of the pool from which on initiators are told; null to leave that to them (mode page 1Ch/02h).</summary>
    public int? Threshold { get; init; }

    /// <summary>WCE to begin with: the status of a write need not wait until it is durable.</summary>
    public bool WriteCache { get; init; } = true;

    /// <summary>URL of a management service, for VPD page 85h; empty for none.</summary>
    public string ManagementUrl { get; init; } = "";

    /// <summary>The file of what outlives a power loss: saved mode pages, APTPL reservations, identifying information. Null: nothing does.</summary>
    public string? StateFile { get; init; }

    /// <summary>
    /// Without <see cref="StateFile"/>: saved mode pages and identifying information last as long as the unit, as its data in memory do.
    /// APTPL is refused.
    /// </summary>
    public bool RemembersState { get; init; }

    /// <summary>Time for the device clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// FORMAT UNIT and SANITIZE with IMMED are done at once, on the caller's thread, and what has no space of its own is passed over if that is
    /// more than a GiB: for virtual time, in which nobody waits, and stores of one thread.
    /// </summary>
    public bool MediumWorkInline { get; init; }

    /// <summary>Commands at once; the next one is answered with TASK SET FULL.</summary>
    public int MaximumQueuedTasks { get; init; } = TaskSet.DefaultCapacity;

    /// <summary>PRODUCT IDENTIFICATION, at most 16 ASCII characters.</summary>
    public string Product { get; init; } = StandardInquiryData.DiskProduct;

    /// <summary>PRODUCT REVISION LEVEL, at most 4 ASCII characters.</summary>
    public string Revision { get; init; } = "0001";
}
