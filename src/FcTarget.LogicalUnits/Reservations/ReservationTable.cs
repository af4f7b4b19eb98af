// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Reservations;

/// <summary>
/// The reservations of a logical unit: persistent ones (SPC-4 5.12) and the one of RESERVE (SPC-2 5.5.1). Commands ask it without a lock; what
/// changes it takes one.
/// </summary>
internal sealed class ReservationTable
{
    private readonly Lock _gate = new();
    private readonly NexusRoster _nexuses;
    private readonly DurableState? _durable;
    private volatile ReservationState _state = ReservationState.Empty;
    private volatile ItNexus? _reservedBy;

    /// <param name="nexuses">Who is told.</param>
    /// <param name="durable">Where APTPL state is kept; null: it cannot be.</param>
    public ReservationTable(NexusRoster nexuses, DurableState? durable)
    {
        _nexuses = nexuses;
        _durable = durable is { OutlivesPowerLoss: true } ? durable : null;
        if (durable is not null) _state = Load(durable.State);
    }

    public ReservationState State => _state;

    /// <summary>PTPL_C: APTPL can be had.</summary>
    public bool CanPersist => _durable is not null;

    /// <summary>Whether another's reservation forbids a command.</summary>
    public bool Forbids(ScsiTask task, BlockCommand command)
    {
        ReservationState state = _state;
        ItNexus? reservedBy = _reservedBy;
        if (reservedBy is null && !state.IsReserved) return false; // all that most commands ever see of this
        if (reservedBy is not null && reservedBy != task.Nexus && !command.PassesReserve(task)) return true;
        if (!state.IsReserved) return false;
        Restriction restriction = command.RestrictionOf(task);
        if (restriction == Restriction.None) return false;
        Registration? own = state.Find(task.Nexus);
        if (own is not null && (state.IsHolder(own) || state.Type.AllowsRegistrants())) return false;
        return restriction == Restriction.Changing || !state.Type.AllowsReading();
    }

    /// <summary>RESERVE. False: RESERVATION CONFLICT.</summary>
    public bool TryReserve(ItNexus nexus)
    {
        lock (_gate)
        {
            if (!MayUseReserve(nexus, out bool noEffect)) return false;
            if (noEffect) return true;
            if (_reservedBy is not null && _reservedBy != nexus) return false;
            _reservedBy = nexus;
            return true;
        }
    }

    /// <summary>RELEASE. False: RESERVATION CONFLICT. Of another's reservation: nothing happens.</summary>
    public bool TryRelease(ItNexus nexus)
    {
        lock (_gate)
        {
            if (!MayUseReserve(nexus, out bool noEffect)) return false;
            if (!noEffect && _reservedBy == nexus) _reservedBy = null;
            return true;
        }
    }

    /// <summary>A nexus loss, or with null a reset, ends the reservation of RESERVE (SPC-2 5.5.1). Persistent ones stay.</summary>
    public void ForgetReserve(ItNexus? nexus)
    {
        lock (_gate)
        {
            if (nexus is null || _reservedBy == nexus) _reservedBy = null;
        }
    }

    /// <summary>
    /// Carries out a PERSISTENT RESERVE OUT: its state is durable, where it has to be, and every nexus concerned has its unit attention when
    /// this returns.
    /// </summary>
    public ReservationOutcome Change(ReservationRequest request)
    {
        lock (_gate)
        {
            if (_reservedBy is not null && _reservedBy.InitiatorPortName != request.From.Initiator)
                return new(ScsiStatus.ReservationConflict, Sense.None, _state);
            ReservationOutcome outcome = ReservationRules.Apply(_state, request);
            if (outcome.Status != ScsiStatus.Good) return outcome;
            bool touchesDisk = _state.Persists || outcome.Next.Persists;
            if (touchesDisk && !_durable!.TryChange(saved => Save(saved, outcome.Next)))
                return new(ScsiStatus.CheckCondition, Sense.InsufficientRegistrationResources, _state);
            _state = outcome.Next;
            Tell(outcome.Released, UnitAttentions.ReservationsReleased);
            Tell(outcome.Preempted, UnitAttentions.ReservationsPreempted);
            Tell(outcome.Unregistered, UnitAttentions.RegistrationsPreempted);
            return outcome;
        }
    }

    private void Tell(Registration[] whom, UnitAttentions what)
    {
        if (whom.Length != 0) _nexuses.Establish(what, nexus => Array.Exists(whom, one => one.IsOf(nexus)));
    }

    /// <summary>
    /// CRH, compatible reservation handling (SPC-4 5.12.3): once there are registrations, RESERVE and RELEASE do nothing for those who may use
    /// the unit anyway and are in conflict for the others.
    /// </summary>
    private bool MayUseReserve(ItNexus nexus, out bool noEffect)
    {
        ReservationState state = _state;
        noEffect = state.Registrations.Length != 0;
        if (!noEffect) return true;
        return state.Find(nexus) is { } own && (!state.IsReserved || state.IsHolder(own) || state.Type.AllowsRegistrants());
    }

    private static SavedState Save(SavedState saved, ReservationState state) => !state.Persists
        ? saved with { Registrations = [], ReservationType = 0, Holder = -1 }
        : saved with
        {
            Registrations = [.. state.Registrations.Select(one => new SavedRegistration(
                one.Initiator, Convert.ToHexStringLower(one.TransportId.Span), one.Port, one.Key.ToString("x16", CultureInfo.InvariantCulture)))],
            ReservationType = (int)state.Type,
            Holder = state.Holder is { } holder ? Array.IndexOf(state.Registrations, holder) : -1,
        };

    private static ReservationState Load(SavedState saved)
    {
        if (saved.Registrations.Count == 0) return ReservationState.Empty;
        Registration[] registrations = [.. saved.Registrations.Select(one => new Registration(
            one.Initiator, Convert.FromHexString(one.TransportId), one.Port, ulong.Parse(one.Key, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];
        var type = ReservationTypes.IsType(saved.ReservationType) ? (ReservationType)saved.ReservationType : ReservationType.None;
        Registration? holder = saved.Holder >= 0 && saved.Holder < registrations.Length ? registrations[saved.Holder] : null;
        if (!type.IsAllRegistrants() && holder is null) type = ReservationType.None;
        return new ReservationState { Registrations = registrations, Type = type, Holder = type.IsAllRegistrants() ? null : holder, Persists = true };
    }
}
