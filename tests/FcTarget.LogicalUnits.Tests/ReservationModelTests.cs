// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;
using Action = FcTarget.Scsi.PersistentReserveOutAction;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Random PERSISTENT RESERVE OUTs of three initiators, with power losses in between: the table is sound, and what must last lasts.</summary>
public sealed class ReservationModelTests(ITestOutputHelper output)
{
    private static readonly int[] Types = [1, 3, 5, 6, 7, 8];

    public sealed record Operation(int Who, Action Action, int Type, int Key, int ActionKey, bool Persist, bool PowerLoss);

    private static Gen<Operation> Operations() =>
        from who in Gen.Choose(0, 2)
        from action in Gen.Elements(Enum.GetValues<Action>())
        from type in Gen.Elements(Types)
        from key in Gen.Choose(0, 3)
        from actionKey in Gen.Choose(0, 3)
        from persist in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        from loss in Gen.Frequency((1, Gen.Constant(true)), (9, Gen.Constant(false)))
        select new Operation(who, action, type, key, actionKey, persist, loss);

    [Fact]
    public void What_is_registered_and_reserved_is_sound_and_outlives_power_losses_when_it_must()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fctarget-{Guid.NewGuid():n}.json");
        try
        {
            Prop.ForAll(Operations().ListOf(40).ToArbitrary(), operations =>
            {
                File.Delete(path);
                BlockDevice disk = PowerOn(path);
                foreach (Operation operation in operations)
                {
                    Apply(disk, operation);
                    ReservationState state = disk.Reservations.State;
                    CheckSound(state);
                    if (!operation.PowerLoss) continue;
                    disk = PowerOn(path); // the old one is not closed: a power loss does not either
                    Describe(disk.Reservations.State).Should().Be(state.Persists ? Describe(state) : "nobody");
                }
            }).Check(output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static BlockDevice PowerOn(string path) => new(new BlockDeviceOptions { Identity = Disk.Identity, StateFile = path }, new NullStore(1 << 20));

    private static void Apply(BlockDevice disk, Operation operation)
    {
        TargetRig rig = new TargetRig(disk).Ready();
        var nexus = new ItNexus($"200000000000000{operation.Who}", "20000000000000aa", new byte[24]);
        rig.Router.BeginNexus(nexus);
        rig.Command(new byte[6], nexus: nexus);
        byte[] list = new byte[operation.Action == Action.RegisterAndMove ? 48 : 24];
        BinaryPrimitives.WriteUInt64BigEndian(list, (ulong)operation.Key);
        BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), (ulong)operation.ActionKey);
        list[20] = operation.Persist ? (byte)1 : (byte)0;
        if (operation.Action == Action.RegisterAndMove)
        {
            list[17] = list[20];
            list[19] = 1;
            list[20] = 0;
            list[23] = 24;
            list[32] = 0x20;
            list[39] = (byte)((operation.Who + 1) % 3);
        }
        byte[] cdb = [0x5F, (byte)operation.Action, (byte)operation.Type, 0, 0, 0, 0, 0, (byte)list.Length, 0];
        rig.Run(rig.NewTask().Prepare(nexus, Scsi.Lun.FromNumber(0), cdb, (uint)list.Length, dataIn: false, list, hasDataOut: true));
        rig.Router.EndNexus(nexus);
        rig.Router.EndNexus(rig.Nexus);
    }

    /// <summary>The "Always" of ReservationRules.</summary>
    private static void CheckSound(ReservationState state)
    {
        state.Registrations.Select(one => (one.Initiator, one.Port)).Should().OnlyHaveUniqueItems();
        state.Registrations.Should().NotContain(one => one.Key == 0);
        if (state.IsReserved) state.Registrations.Should().NotBeEmpty();
        if (state.Holder is { } holder) state.Registrations.Should().Contain(holder);
        (state.Holder is null).Should().Be(!state.IsReserved || state.Type.IsAllRegistrants());
    }

    private static string Describe(ReservationState state) => state.Registrations.Length == 0 ? "nobody"
        : $"{string.Join(' ', state.Registrations.Select(one => $"{one.Initiator}/{one.Port}={one.Key}"))} {state.Type} {state.Holder?.Initiator}";
}
