// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Replay.Survey;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Replay.Engine;

/// <summary>Makes logical units that fit what the capture tells of them.</summary>
internal static class ReplayUnits
{
    /// <summary>The size of a unit whose capacity nobody asked for: 1 GiB, or what the commands say of it.</summary>
    private const ulong UsualLength = 1 << 30;

    /// <summary>A router with every unit of a plan. What is added to <paramref name="made"/> is the caller's to dispose of.</summary>
    public static TaskRouter Route(ReplayPlan plan, TimeProvider clock, List<BlockDevice> made)
    {
        TaskRouter router = new();
        foreach ((int lun, UnitSurvey unit) in plan.Units)
        {
            BlockDevice device = Make(lun, unit, clock);
            made.Add(device);
            router.Luns.Add(lun, device);
        }
        return router;
    }

    private static BlockDevice Make(int lun, UnitSurvey unit, TimeProvider clock)
    {
        int block = unit.BlockLength == 0 ? 512 : unit.BlockLength;
        ulong blocks = unit.Blocks != 0 ? unit.Blocks : Math.Max(unit.BlocksUsed, Math.Min(UsualLength / (ulong)block, unit.FirstBeyond));
        unit.Content.Length = (long)Math.Clamp(blocks, 1, (ulong)(long.MaxValue / block)) * block;
        string name = $"lun{lun}";
        UInt128 naa = unit.Naa != 0 ? unit.Naa : (UInt128)0x6 << 124 | (uint)lun;
        return new BlockDevice(new BlockDeviceOptions
        {
            Identity = new LogicalUnitIdentity(name, naa, unit.SerialNumber.Length > 0 ? unit.SerialNumber : name),
            BlockSize = block,
            PhysicalBlockSize = unit.PhysicalExponent is > 0 and <= 8 ? block << unit.PhysicalExponent : 0,
            Thin = unit.Thin,
            Removable = unit.Removable,
            Clock = clock,
            Product = Printable(unit.Product, 16) ?? StandardInquiryData.DiskProduct,
            Revision = Printable(unit.Revision, 4) ?? "0001",
        }, unit.ProtectionType is > 0 and <= 3 ? Protect(unit, block) : unit.Content);
    }

    /// <summary>The capture's blocks, with protection information that nobody has written.</summary>
    private static ProtectedStore Protect(UnitSurvey unit, int block) =>
        new(unit.Content, new NullStore(unit.Content.Length / block * ProtectionInformation.Length), block, unit.ProtectionType);

    private static string? Printable(string text, int length) =>
        text.Length > 0 && text.Length <= length && text.All(static c => c is >= ' ' and <= '~') ? text : null;
}
