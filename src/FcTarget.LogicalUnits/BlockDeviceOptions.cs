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

    /// <summary>Write protected: WP in mode data, and commands that write end in WRITE PROTECTED.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Commands at once; the next one is answered with TASK SET FULL.</summary>
    public int MaximumQueuedTasks { get; init; } = TaskSet.DefaultCapacity;

    /// <summary>PRODUCT IDENTIFICATION, at most 16 ASCII characters.</summary>
    public string Product { get; init; } = StandardInquiryData.DiskProduct;

    /// <summary>PRODUCT REVISION LEVEL, at most 4 ASCII characters.</summary>
    public string Revision { get; init; } = "0001";
}
