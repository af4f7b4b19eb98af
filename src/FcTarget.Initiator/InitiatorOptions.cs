// SPDX-License-Identifier: MIT

namespace FcTarget.Initiator;

/// <summary>What an initiator function is told when it is made.</summary>
public sealed record InitiatorOptions
{
    /// <summary>Exchanges open at once, 1 to 4096; further commands wait in line.</summary>
    public int MaxExchanges { get; init; } = 1024;

    /// <summary>Check every frame of a target against FC-FS and FCP-4 and count what is wrong, also what does no harm.</summary>
    public bool Strict { get; init; } = true;
}
