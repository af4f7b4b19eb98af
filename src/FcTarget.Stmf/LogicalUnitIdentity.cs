// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>What a logical unit is called.</summary>
/// <param name="Name">The operator's name for it: unique in a target.</param>
/// <param name="Guid">NAA designator (SPC-4 7.8.6.6), 16 bytes NAA 6h as two numbers: stable for the name and its backing store
/// over restarts.</param>
/// <param name="SerialNumber">Unit serial number, printable ASCII.</param>
public sealed record LogicalUnitIdentity(string Name, UInt128 Guid, string SerialNumber);
