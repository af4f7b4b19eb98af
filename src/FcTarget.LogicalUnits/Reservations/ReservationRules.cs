// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using Action = FcTarget.Scsi.PersistentReserveOutAction;

namespace FcTarget.LogicalUnits.Reservations;

// PERSISTENT RESERVATIONS - theory of operation
//   Job      The rules of SPC-4 5.12 as a pure function: state and request in, outcome out. Nothing is done here; ReservationTable swaps the
//            state, makes it durable, sends the unit attentions and the aborts.
//   Always   At most one registration fits an I_T nexus. The holder, when there is one, is registered. All registrants types have no holder,
//            and no reservation is left without registrations.
//   Read     SPC-4 5.12.7 (registering), 5.12.9 (reserving), 5.12.11 (releasing, preempting, clearing)
//   Proof    PersistentReservationTests, ReservationModelTests

/// <summary>The rules of PERSISTENT RESERVE OUT.</summary>
internal static class ReservationRules
{
    /// <summary>Registrations a unit has room for.</summary>
    public const int MaximumRegistrations = 1024;

    public static ReservationOutcome Apply(ReservationState state, ReservationRequest request)
    {
        Registration? own = Array.Find(state.Registrations, one => one.IsOf(request.From.Initiator, request.From.Port));
        switch (request.Action)
        {
            case Action.Register:
                if ((own?.Key ?? 0) != request.Key) return Conflict(state);
                return Register(state, request, own);
            case Action.RegisterAndIgnoreExistingKey:
                return Register(state, request, own);
            case Action.ReplaceLostReservation: // SPC-5 5.14.11.3: none is ever lost here; a unit whose state cannot be read does not start
                return Fault(state, Sense.InvalidReleaseOfPersistentReservation);
        }
        if (own is null || own.Key != request.Key) return Conflict(state);
        return request.Action switch
        {
            Action.Reserve => Reserve(state, request, own),
            Action.Release => Release(state, request, own),
            Action.Clear => Clear(state, own),
            Action.Preempt or Action.PreemptAndAbort => Preempt(state, request, own),
            _ => Move(state, request, own),
        };
    }

    private static ReservationOutcome Register(ReservationState state, ReservationRequest request, Registration? own)
    {
        if (own is not null && request.Others is not null) return Fault(state, Sense.InvalidParameter(20, 3)); // SPC-4 5.12.7.3
        ReservationState next = state with { Generation = state.Generation + 1, Persists = request.Persist };
        if (request.ActionKey == 0)
        {
            if (own is null) return Good(next);
            ReservationState without = Without(next, [own]);
            bool released = state.IsReserved && !without.IsReserved && state.Type.AllowsRegistrants();
            return Good(without) with { Released = released ? without.Registrations : [] };
        }
        if (own is not null) return Good(Replace(next, own, own with { Key = request.ActionKey }));
        ushort port = request.AllTargetPorts ? Registration.AllPorts : request.From.Port;
        Registration[] added = [.. (request.Others ?? []).Prepend(request.From).Select(one => one with { Port = port, Key = request.ActionKey })];
        foreach (Registration one in added.AsSpan(1))
            if (Array.Exists(state.Registrations, there => Overlaps(there, one))) return Fault(state, Sense.InvalidParameter(24));
        // With ALL_TG_PT the initiator port may be registered through single ports: the one registration takes their place.
        Registration[] kept = Array.FindAll(state.Registrations, there => !Overlaps(there, added[0]));
        if (kept.Length + added.Length > MaximumRegistrations) return Fault(state, Sense.InsufficientRegistrationResources);
        Registration? holder = state.Holder is { } held && !kept.Contains(held) ? added[0] : state.Holder;
        return Good(next with { Registrations = [.. kept, .. added], Holder = holder });
    }

    private static ReservationOutcome Reserve(ReservationState state, ReservationRequest request, Registration own)
    {
        if (state.IsReserved)
            return state.IsHolder(own) && state.Type == request.Type ? Good(state) : Conflict(state);
        return Good(state with { Type = request.Type, Holder = request.Type.IsAllRegistrants() ? null : own });
    }

    private static ReservationOutcome Release(ReservationState state, ReservationRequest request, Registration own)
    {
        if (!state.IsReserved || !state.IsHolder(own)) return Good(state); // SPC-4 5.12.11.2.2
        if (state.Type != request.Type) return Fault(state, Sense.InvalidReleaseOfPersistentReservation);
        return Good(state with { Type = ReservationType.None, Holder = null }) with
        {
            Released = state.Type.AllowsRegistrants() ? Others(state, own) : [],
        };
    }

    private static ReservationOutcome Clear(ReservationState state, Registration own) =>
        Good(new ReservationState { Generation = state.Generation + 1, Persists = state.Persists }) with { Preempted = Others(state, own) };

    private static ReservationOutcome Preempt(ReservationState state, ReservationRequest request, Registration own)
    {
        bool takesAll = request.ActionKey == 0;
        if (takesAll && !(state.IsReserved && state.Type.IsAllRegistrants())) return Fault(state, Sense.InvalidParameter(8));
        bool takesReservation = takesAll || (state.Holder is { } holder && holder.Key == request.ActionKey);
        Registration[] hit = Array.FindAll(state.Registrations, one => takesAll || one.Key == request.ActionKey);
        if (hit.Length == 0) return Conflict(state);
        Registration[] gone = Array.FindAll(hit, one => one != own);
        ReservationState next = Without(state with { Generation = state.Generation + 1 }, takesReservation ? gone : hit);
        if (!takesReservation) return Good(next) with { Unregistered = gone };
        bool typeChanged = state.Type != request.Type && state.Type.AllowsRegistrants();
        return Good(next with { Type = request.Type, Holder = request.Type.IsAllRegistrants() ? null : own }) with
        {
            Unregistered = gone,
            Released = typeChanged ? Others(next, own) : [],
        };
    }

    private static ReservationOutcome Move(ReservationState state, ReservationRequest request, Registration own)
    {
        if (!state.IsReserved || state.Type.IsAllRegistrants() || !state.IsHolder(own)) return Conflict(state);
        if (request.ActionKey == 0) return Fault(state, Sense.InvalidParameter(8));
        Registration to = request.Destination! with { Key = request.ActionKey };
        if (Overlaps(own, to)) return Fault(state, Sense.InvalidParameter(24)); // SPC-4 5.12.8: not to itself
        Registration[] kept = Array.FindAll(state.Registrations, one => !Overlaps(one, to) && !(request.Unregister && one == own));
        if (kept.Length == MaximumRegistrations) return Fault(state, Sense.InsufficientRegistrationResources);
        return Good(state with
        {
            Generation = state.Generation + 1,
            Persists = request.Persist,
            Registrations = [.. kept, to],
            Holder = to,
        });
    }

    private static bool Overlaps(Registration one, Registration other) =>
        one.Initiator == other.Initiator && (one.Port == other.Port || one.Port == Registration.AllPorts || other.Port == Registration.AllPorts);

    /// <summary>Registrations go, and with the holder, or with the last registrant, the reservation.</summary>
    private static ReservationState Without(ReservationState state, Registration[] gone)
    {
        Registration[] left = Array.FindAll(state.Registrations, one => !gone.Contains(one));
        bool keeps = state.Type.IsAllRegistrants() ? left.Length != 0 : state.Holder is { } holder && left.Contains(holder);
        return state with
        {
            Registrations = left,
            Type = keeps ? state.Type : ReservationType.None,
            Holder = keeps ? state.Holder : null,
        };
    }

    private static ReservationState Replace(ReservationState state, Registration old, Registration with) => state with
    {
        Registrations = Array.ConvertAll(state.Registrations, one => one == old ? with : one),
        Holder = state.Holder == old ? with : state.Holder,
    };

    private static Registration[] Others(ReservationState state, Registration own) => Array.FindAll(state.Registrations, one => one != own);

    private static ReservationOutcome Good(ReservationState next) => new(ScsiStatus.Good, Sense.None, next);

    private static ReservationOutcome Conflict(ReservationState state) => new(ScsiStatus.ReservationConflict, Sense.None, state);

    private static ReservationOutcome Fault(ReservationState state, Sense sense) => new(ScsiStatus.CheckCondition, sense, state);
}
