// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;
using Action = FcTarget.Scsi.PersistentReserveOutAction;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// PERSISTENT RESERVE OUT (SPC-4 6.16): reads the bytes; <see cref="ReservationRules"/> decides. PREEMPT AND ABORT ends when the tasks it aborts
/// have. Not on the data path: it may allocate.
/// </summary>
internal sealed class PersistentReserveOut(Action action) : ParameterListCommand
{
    public override Reach Reach => Reach.Standby;

    private const int ListLengthAt = 5, TypeAt = 2;
    private const int BasicLength = 24;
    private const byte SpecifyInitiatorPorts = 0x08, AllTargetPorts = 0x04, ActivatePersist = 0x01; // list byte 20
    private const byte Unregister = 0x02;                                                           // list byte 17 of REGISTER AND MOVE

    protected override int MaximumLength => 16 * 1024;

    public override bool PassesReserve(ScsiTask task) => false;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[ListLengthAt..]);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte scopeAndType = task.Cdb[TypeAt];
        bool usesType = action is Action.Reserve or Action.Release or Action.Preempt or Action.PreemptAndAbort or Action.ReplaceLostReservation;
        if (usesType && scopeAndType >> 4 != 0) task.CompleteCheckCondition(Sense.InvalidCdbField(TypeAt, 7));
        else if (usesType && !ReservationTypes.IsType(scopeAndType & 0x0F)) task.CompleteCheckCondition(Sense.InvalidCdbField(TypeAt, 3));
        else if (ListLength(task.Cdb) < BasicLength) task.CompleteCheckCondition(Sense.ParameterListLengthError);
        else base.Start(device, task);
    }

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        Sense? fault = action == Action.RegisterAndMove ? ReadMove(device, task, list, out ReservationRequest? request) : Read(device, task, list, out request);
        if (fault is { } sense)
        {
            BlockDevice.End(task, sense);
            return;
        }
        ParameterData.Return(task);
        task.LuBuffer = request;
        device.SubmitBlocking(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        task.LuBuffer = device.Reservations.Change((ReservationRequest)task.LuBuffer!);
        return StoreResult.Ok;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuBuffer is not ReservationOutcome outcome) // the aborts are over
        {
            BlockDevice.End(task, ScsiStatus.Good);
            return;
        }
        task.LuBuffer = null;
        if (outcome.Status == ScsiStatus.CheckCondition)
            BlockDevice.End(task, outcome.Sense);
        else if (action == Action.PreemptAndAbort && outcome.Status == ScsiStatus.Good && outcome.Unregistered.Length != 0)
            PreemptAndAbort(device, task, nexus => Array.Exists(outcome.Unregistered, one => one.IsOf(nexus)));
        else
            BlockDevice.End(task, outcome.Status);
    }

    /// <summary>SPC-5 5.14.11.2.6: their commands and ACA conditions are gone, and their wishes to keep the medium in.</summary>
    private static void PreemptAndAbort(BlockDevice device, ScsiTask task, Predicate<ItNexus> which)
    {
        device.Medium.Allow(which);
        device.AbortTasksOf(which, task);
    }

    private Sense? Read(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out ReservationRequest? request)
    {
        request = null;
        byte flags = list[20];
        bool registers = action is Action.Register or Action.RegisterAndIgnoreExistingKey;
        Registration from = Of(task.Nexus);
        Registration[]? others = null;
        if (registers && (flags & SpecifyInitiatorPorts) != 0)
        {
            if (action == Action.RegisterAndIgnoreExistingKey) return Sense.InvalidParameter(20, 3);
            if (TransportIds.Read(list, BasicLength, from.Port, out others) is { } fault) return fault;
        }
        else if (list.Length != BasicLength)
        {
            return Sense.ParameterListLengthError;
        }
        if (registers && (flags & ActivatePersist) != 0 && !device.Reservations.CanPersist) return Sense.InvalidParameter(20, 0);
        request = new ReservationRequest
        {
            Action = action,
            From = from,
            Type = (ReservationType)(task.Cdb[TypeAt] & 0x0F),
            Key = ReadUInt64BigEndian(list),
            ActionKey = ReadUInt64BigEndian(list[8..]),
            AllTargetPorts = registers && (flags & AllTargetPorts) != 0,
            Persist = (flags & ActivatePersist) != 0,
            Others = others,
        };
        return null;
    }

    private static Sense? ReadMove(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out ReservationRequest? request)
    {
        request = null;
        byte flags = list[17];
        if ((flags & ActivatePersist) != 0 && !device.Reservations.CanPersist) return Sense.InvalidParameter(17, 0);
        ushort port = ReadUInt16BigEndian(list[18..]);
        if (port == Registration.AllPorts) return Sense.InvalidParameter(18);
        if (TransportIds.Read(list, 20, port, out Registration[]? destination) is { } fault) return fault;
        if (destination!.Length != 1) return Sense.InvalidParameter(20);
        request = new ReservationRequest
        {
            Action = Action.RegisterAndMove,
            From = Of(task.Nexus),
            Key = ReadUInt64BigEndian(list),
            ActionKey = ReadUInt64BigEndian(list[8..]),
            Persist = (flags & ActivatePersist) != 0,
            Unregister = (flags & Unregister) != 0,
            Destination = destination[0],
        };
        return null;
    }

    private static Registration Of(ItNexus nexus) => new(nexus.InitiatorPortName, nexus.TransportId, nexus.RelativeTargetPort, 0);
}
