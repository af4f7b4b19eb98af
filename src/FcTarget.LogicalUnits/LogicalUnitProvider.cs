// SPDX-License-Identifier: MIT

using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;

namespace FcTarget.LogicalUnits;

/// <summary>
/// The block devices as an administrator's logical units: a definition is an <see cref="LuSpec"/> in text, the record's name goes before
/// one in it.
/// </summary>
public sealed class LogicalUnitProvider(LogicalUnitFactory factory) : ILogicalUnitProvider
{
    public ILogicalUnit Open(LogicalUnitRecord record)
    {
        try
        {
            return factory.Create(LuSpec.Parse(record.Definition) with { Name = record.Name });
        }
        catch (LuConfigurationException refusal)
        {
            throw new StmfException(StmfError.Invalid, refusal.Message, refusal);
        }
    }

    public void Change(ILogicalUnit unit, LogicalUnitRecord record) => throw new StmfException(
        StmfError.Invalid, $"What '{record.Name}' is made of cannot be changed while it is there. Delete it and create it anew.");

    public void Close(ILogicalUnit unit) => factory.Close((BlockDevice)unit);
}
