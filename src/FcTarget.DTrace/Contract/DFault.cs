// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

internal enum DFaultKind : byte
{
    None,
    BadAddress,
    BadAlignment,
    IllegalOperation,
    DivideByZero,
    NoScratchSpace,
    KernelPrivilege,
    UserPrivilege,
    TupleOverflow,
    Library,
    BadStack,

    /// <summary>Not a fault to be told: the clause ends because what it would record has no place.</summary>
    Dropped,
}

/// <summary>Why a clause ended early.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Action">Number of the action, 1 and up; 0 for the predicate.</param>
/// <param name="Offset">Where in the action: an instruction of the compiled expression, 0 if not known; -1: the action itself failed.</param>
/// <param name="Address">The address of <see cref="DFaultKind.BadAddress"/> and <see cref="DFaultKind.BadAlignment"/>.</param>
internal readonly record struct DFault(DFaultKind Kind, int Action = 0, int Offset = 0, ulong Address = 0);
