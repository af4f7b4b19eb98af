// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Reservations;

/// <summary>A PERSISTENT RESERVE OUT, out of its bytes.</summary>
internal sealed record ReservationRequest
{
    public PersistentReserveOutAction Action { get; init; }

    /// <summary>Whose command it is: with the registration it would have, key 0.</summary>
    public required Registration From { get; init; }

    public ReservationType Type { get; init; }

    /// <summary>RESERVATION KEY.</summary>
    public ulong Key { get; init; }

    /// <summary>SERVICE ACTION RESERVATION KEY.</summary>
    public ulong ActionKey { get; init; }

    public bool AllTargetPorts { get; init; }

    /// <summary>APTPL.</summary>
    public bool Persist { get; init; }

    /// <summary>SPEC_I_PT: other initiator ports to register; null without it.</summary>
    public Registration[]? Others { get; init; }

    /// <summary>REGISTER AND MOVE: where to.</summary>
    public Registration? Destination { get; init; }

    /// <summary>UNREG of REGISTER AND MOVE.</summary>
    public bool Unregister { get; init; }
}

/// <summary>What comes of one.</summary>
/// <param name="Status">GOOD, RESERVATION CONFLICT, or CHECK CONDITION.</param>
/// <param name="Sense">With CHECK CONDITION.</param>
/// <param name="Next">The state from now on.</param>
internal sealed record ReservationOutcome(ScsiStatus Status, Sense Sense, ReservationState Next)
{
    /// <summary>Who is told RESERVATIONS RELEASED.</summary>
    public Registration[] Released { get; init; } = [];

    /// <summary>Who is told RESERVATIONS PREEMPTED.</summary>
    public Registration[] Preempted { get; init; } = [];

    /// <summary>Who is told REGISTRATIONS PREEMPTED, and with PREEMPT AND ABORT loses its commands.</summary>
    public Registration[] Unregistered { get; init; } = [];
}
