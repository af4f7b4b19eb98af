// SPDX-License-Identifier: MIT

using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Reservations;

/// <summary>A registered I_T nexus (SPC-4 5.12.7). It need not be logged in.</summary>
/// <param name="Initiator">The initiator port's name, as <see cref="ItNexus.InitiatorPortName"/>.</param>
/// <param name="TransportId">Its TransportID.</param>
/// <param name="Port">Relative port identifier of the target port; <see cref="AllPorts"/> when it registered with ALL_TG_PT.</param>
/// <param name="Key">Reservation key.</param>
internal sealed record Registration(string Initiator, ReadOnlyMemory<byte> TransportId, ushort Port, ulong Key)
{
    public const ushort AllPorts = 0;

    public bool IsOf(string initiator, ushort port) => Initiator == initiator && (Port == port || Port == AllPorts);

    public bool IsOf(ItNexus nexus) => IsOf(nexus.InitiatorPortName, nexus.RelativeTargetPort);
}

/// <summary>Registrations and the persistent reservation at one moment. Never changed: each service action makes a new one.</summary>
internal sealed record ReservationState
{
    public static readonly ReservationState Empty = new();

    /// <summary>PRGENERATION.</summary>
    public uint Generation { get; init; }

    public Registration[] Registrations { get; init; } = [];

    public ReservationType Type { get; init; }

    /// <summary>Who holds the reservation; null when all registrants do, or there is none.</summary>
    public Registration? Holder { get; init; }

    /// <summary>APTPL: this outlives a power loss.</summary>
    public bool Persists { get; init; }

    public bool IsReserved => Type != ReservationType.None;

    public Registration? Find(ItNexus nexus) => Array.Find(Registrations, registration => registration.IsOf(nexus));

    public bool IsHolder(Registration registration) => IsReserved && (Type.IsAllRegistrants() || registration == Holder);
}
