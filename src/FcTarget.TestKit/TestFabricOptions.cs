// SPDX-License-Identifier: MIT

using FcTarget.Fabric;

namespace FcTarget.TestKit;

/// <summary>What a <see cref="TestFabric"/> is told when it is made.</summary>
public sealed record TestFabricOptions
{
    /// <summary>Seed of everything random: the same seed and the same calls give the same frames.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Largest Ethernet payload of every wire, bytes; 2500 carries the largest FC frame.</summary>
    public int Mtu { get; init; } = 2500;

    /// <summary>What the FCF tells hosts.</summary>
    public FcfOptions Fcf { get; init; } = new();

    /// <summary>E_D_TOV, of the fabric and of every port.</summary>
    public TimeSpan EDTov { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>R_A_TOV, likewise.</summary>
    public TimeSpan RATov { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>FCP exchanges a target port has open at once; one more is answered TASK SET FULL.</summary>
    public int MaxExchanges { get; init; } = 256;

    /// <summary>Frames kept for expectations and for the capture; when there are more, the oldest go.</summary>
    public int KeptFrames { get; init; } = 65_536;

    /// <summary>
    /// The file, pcapng, that all frames go to when an expectation fails. Null: <c>fctarget-testkit-PID-N.pcapng</c> in the temporary
    /// directory. The message of the exception names it.
    /// </summary>
    public string? CaptureFile { get; init; }
}
