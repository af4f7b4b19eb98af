// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;

namespace FcTarget.TestKit;

/// <summary>
/// The logical units of a test: block devices without threads, so that a command is over in the instant it came, and units that the
/// test brings along.
/// </summary>
internal sealed class TestUnits(TimeProvider clock) : ILogicalUnitProvider
{
    /// <summary>NAA 6h, locally assigned here.</summary>
    private static readonly UInt128 FirstGuid = (UInt128)0x6000_0000_0000_0000ul << 64;

    private readonly Dictionary<string, ILogicalUnit> _given = [];
    private uint _made;

    /// <summary>The unit of this name is the test's own.</summary>
    public void Give(string name, ILogicalUnit unit) => _given.Add(name, unit);

    public ILogicalUnit Open(LogicalUnitRecord record)
    {
        if (_given.TryGetValue(record.Name, out ILogicalUnit? given)) return given;
        LuSpec spec;
        try
        {
            spec = LuSpec.Parse(record.Definition);
        }
        catch (LuConfigurationException refusal)
        {
            throw new StmfException(StmfError.Invalid, refusal.Message, refusal);
        }
        if (spec.Kind != LuStoreKind.Memory)
            throw new StmfException(StmfError.Invalid, $"'{record.Definition}' needs threads, which know no virtual time. Use memory:SIZE.");
        _made++;
        return new BlockDevice(new BlockDeviceOptions
        {
            Identity = new LogicalUnitIdentity(record.Name, FirstGuid + _made, record.Name),
            BlockSize = spec.BlockSize,
            PhysicalBlockSize = spec.PhysicalBlockSize,
            ReadOnly = spec.ReadOnly,
            Removable = spec.Removable,
            Ejected = spec.Ejected,
            Thin = !spec.Thick,
            ProvisioningBits = spec.ProvisioningBits,
            WriteCache = spec.WriteCache,
            Pool = spec.Pool,
            Threshold = spec.Threshold,
            Clock = clock,
            MediumWorkInline = true,
        }, new MemoryStore(spec.Size!.Value));
    }

    public void Change(ILogicalUnit unit, LogicalUnitRecord record) =>
        throw new StmfException(StmfError.Invalid, $"What '{record.Name}' is made of cannot be changed while it is there.");

    public void Close(ILogicalUnit unit) => (unit as BlockDevice)?.Dispose();
}
