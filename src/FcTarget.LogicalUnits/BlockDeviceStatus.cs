// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits;

/// <summary>What a block device is at a moment, for an administrator.</summary>
/// <param name="SerialNumber">Of VPD page 80h.</param>
/// <param name="Size">Bytes.</param>
/// <param name="BlockSize">Logical block length in bytes.</param>
/// <param name="Thin">Thin provisioned.</param>
/// <param name="WriteProtected">By its options, or by SWP.</param>
/// <param name="WriteCache">WCE.</param>
/// <param name="ProtectionType">0 to 3; null: it does not support protection information.</param>
/// <param name="Medium">ready, ejected, formatting, sanitizing, format-failed or sanitize-failed.</param>
/// <param name="Registrations">Of persistent reservations.</param>
/// <param name="Reserved">There is a persistent reservation.</param>
public sealed record BlockDeviceStatus(
    string SerialNumber, long Size, int BlockSize, bool Thin, bool WriteProtected, bool WriteCache, int? ProtectionType, string Medium, int Registrations,
    bool Reserved);
