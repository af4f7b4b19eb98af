// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.Reservations;

/// <summary>TYPE of a persistent reservation (SPC-4 6.15.3.4).</summary>
internal enum ReservationType : byte
{
    None = 0,
    WriteExclusive = 1,
    ExclusiveAccess = 3,
    WriteExclusiveRegistrantsOnly = 5,
    ExclusiveAccessRegistrantsOnly = 6,
    WriteExclusiveAllRegistrants = 7,
    ExclusiveAccessAllRegistrants = 8,
}

/// <summary>What a command does that a reservation of another I_T nexus may forbid (SPC-4 table 65, SBC-3 table 12).</summary>
internal enum Restriction : byte
{
    /// <summary>Nothing: allowed through every persistent reservation.</summary>
    None,

    /// <summary>Looks at the medium: in conflict with the exclusive access types.</summary>
    Reading,

    /// <summary>Changes something: in conflict with every type.</summary>
    Changing,
}

/// <summary>Families of types.</summary>
internal static class ReservationTypes
{
    /// <summary>Whether a number is one of the types.</summary>
    public static bool IsType(int number) => number is 1 or 3 or 5 or 6 or 7 or 8;

    /// <summary>All registrants hold it.</summary>
    public static bool IsAllRegistrants(this ReservationType type) =>
        type is ReservationType.WriteExclusiveAllRegistrants or ReservationType.ExclusiveAccessAllRegistrants;

    /// <summary>Registrants may do what the holder may.</summary>
    public static bool AllowsRegistrants(this ReservationType type) => type >= ReservationType.WriteExclusiveRegistrantsOnly;

    /// <summary>Others may read.</summary>
    public static bool AllowsReading(this ReservationType type) =>
        type is ReservationType.WriteExclusive or ReservationType.WriteExclusiveRegistrantsOnly or ReservationType.WriteExclusiveAllRegistrants;
}
