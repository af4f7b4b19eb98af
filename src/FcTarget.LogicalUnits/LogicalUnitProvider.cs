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
            return factory.Create(Read(record) with { Name = record.Name });
        }
        catch (LuConfigurationException refusal)
        {
            throw new StmfException(StmfError.Invalid, refusal.Message, refusal);
        }
    }

    /// <summary>Its size can be changed; of a file without protection information, of null.</summary>
    public void Change(ILogicalUnit unit, LogicalUnitRecord record)
    {
        var device = (BlockDevice)unit;
        LuSpec spec = Read(record);
        if (spec with { Size = null, Name = null } != factory.SpecOf(device) with { Size = null, Name = null })
            throw Refusal($"Of '{record.Name}' nothing but the size can be changed while it is there. Delete it and create it anew; a file keeps its data.");
        if (spec.Size is not { } size) throw Refusal($"The size of '{record.Name}' has to be given.");
        if (device.Status.Medium != "ready") throw Refusal($"The medium of '{record.Name}' is {device.Status.Medium}. Try again when it is ready.");
        if (!device.TryResize(size))
        {
            throw Refusal($"'{record.Name}' cannot have the size {ByteSize.Format(size)}: a file without pi= can, if its file system can, and null. "
                + "Others are deleted and created anew.");
        }
    }

    public void Close(ILogicalUnit unit) => factory.Close((BlockDevice)unit);

    private static LuSpec Read(LogicalUnitRecord record) =>
        LuSpec.TryParse(record.Definition, out LuSpec? spec, out string? error) ? spec : throw Refusal(error);

    private static StmfException Refusal(string sentence) => new(StmfError.Invalid, sentence);
}
