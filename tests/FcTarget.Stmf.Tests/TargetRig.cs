// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

/// <summary>A router with one initiator's nexus and one loop; commands run to their end.</summary>
public sealed class TargetRig
{
    private int _seed = 1;

    public TargetRig(params ILogicalUnit[] units)
    {
        for (int i = 0; i < units.Length; i++) Router.Luns.Add(i, units[i]);
        Router.BeginNexus(Nexus);
    }

    public TaskRouter Router { get; } = new();

    public TestLoop Loop { get; } = new();

    public ItNexus Nexus { get; } = NewNexus("2000000000000001");

    /// <summary>Largest piece of data the port moves in one turn.</summary>
    public int LargestPiece { get; set; } = int.MaxValue;

    /// <summary>A nexus of an FC initiator port with the target port 20000000000000aa.</summary>
    public static ItNexus NewNexus(string initiator) => new(initiator, "20000000000000aa", new byte[24]) { TargetPortId = 0x2000_0000_0000_00AA };

    /// <summary>Takes the unit attention of the new session.</summary>
    public TargetRig Ready()
    {
        foreach (LunMap.Entry entry in Router.Luns.Entries) Command([0, 0, 0, 0, 0, 0], lun: entry.Lun);
        return this;
    }

    /// <summary>A task that has not been dispatched.</summary>
    public TestTask NewTask() => new(Loop, _seed++) { LargestPiece = LargestPiece };

    /// <summary>A command without data or with data-in.</summary>
    public TestTask Command(ReadOnlySpan<byte> cdb, uint expect = 0, int lun = 0, ItNexus? nexus = null) =>
        Run(NewTask().Prepare(nexus ?? Nexus, Lun.FromNumber(lun), cdb, expect, dataIn: expect != 0));

    /// <summary>A command to any LUN.</summary>
    public TestTask CommandTo(Lun lun, ReadOnlySpan<byte> cdb, uint expect = 0) =>
        Run(NewTask().Prepare(Nexus, lun, cdb, expect, dataIn: expect != 0));

    /// <summary>A command with data-out; expected length as given, or that of the data.</summary>
    public TestTask Out(ReadOnlySpan<byte> cdb, ReadOnlyMemory<byte> data, uint? expect = null, int lun = 0) =>
        Run(NewTask().Prepare(Nexus, Lun.FromNumber(lun), cdb, expect ?? (uint)data.Length, dataIn: false, data, hasDataOut: true));

    /// <summary>Dispatches and runs the loop until the task is over.</summary>
    public TestTask Run(TestTask task)
    {
        Router.Dispatch(task);
        Loop.RunUntilComplete(task);
        return task;
    }
}
