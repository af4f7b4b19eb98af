// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Replay.Survey;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Replay.Engine;

/// <summary>
/// Logical units that fit what the capture tells of them, and which target has them behind which LUN. A unit that several targets have is one.
/// </summary>
internal sealed class ReplayUnits : ILunView, IDisposable
{
    /// <summary>The size of a unit whose capacity nobody asked for: 1 GiB, or what the commands say of it.</summary>
    private const ulong UsualLength = 1 << 30;

    /// <summary>Characters of a serial number: a T10 vendor ID designator (SPC-4 7.8.6.4) holds 255 bytes, 24 of them vendor and product.</summary>
    private const int MostSerialNumber = 255 - 24;

    private readonly Dictionary<UnitSurvey, BlockDevice> _devices = [];
    private readonly List<LunMap.Entry[]> _maps = [];

    /// <param name="plans">The targets; the first has RELATIVE TARGET PORT IDENTIFIER 1.</param>
    /// <param name="clock">The time of the capture.</param>
    public ReplayUnits(IReadOnlyList<ReplayPlan> plans, TimeProvider clock)
    {
        foreach (ReplayPlan plan in plans) _maps.Add([.. plan.Units.Select(u => new LunMap.Entry(u.Lun, DeviceOf(u.Lun, u.Unit, clock)))]);
        Router = new TaskRouter(this);
    }

    event Action? ILunView.Changed
    {
        add { } // what a target has does not change within a section of the capture
        remove { }
    }

    public TaskRouter Router { get; }

    public LunMap.Entry[] ViewOf(ItNexus nexus) => _maps[nexus.RelativeTargetPort - 1];

    public void Dispose()
    {
        foreach (BlockDevice device in _devices.Values) device.Dispose();
    }

    private BlockDevice DeviceOf(int lun, UnitSurvey unit, TimeProvider clock)
    {
        if (!_devices.TryGetValue(unit, out BlockDevice? device)) _devices.Add(unit, device = Make(lun, unit, clock));
        return device;
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
            Identity = new LogicalUnitIdentity(name, naa, Printable(unit.SerialNumber, MostSerialNumber) ?? name),
            BlockSize = block,
            PhysicalBlockSize = unit.PhysicalExponent is > 0 and <= 8 ? block << unit.PhysicalExponent : 0,
            Thin = unit.Thin,
            Removable = unit.Removable,
            Clock = clock,
            MediumWorkInline = true,
            RemembersState = true,
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
