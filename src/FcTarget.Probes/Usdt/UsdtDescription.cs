// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Usdt;

/// <summary>What <c>fctarget probes</c> tells: the probe library as a file, and the probes as tracers name them.</summary>
public static class UsdtDescription
{
    /// <summary>Processors a library can be made for.</summary>
    public static IReadOnlyList<string> Architectures { get; } = [UsdtArchitecture.X64.Name, UsdtArchitecture.Arm64.Name];

    public static string Provider => UsdtSignature.Provider;

    /// <summary>Every probe with its arguments: <c>link__up(struct conninfo *conn)</c>.</summary>
    public static IEnumerable<string> Probes =>
        Enumerable.Range(0, FcProbeNames.Count).Select(i => $"{UsdtSignature.NoteName((FcProbe)i)}({string.Join(", ", UsdtSignature.Arguments((FcProbe)i))})");

    /// <summary>Writes the library.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="architecture">One of <see cref="Architectures"/>; null for the one that this process would load.</param>
    /// <exception cref="ArgumentException">There is no library for that architecture.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no right to.</exception>
    public static void Emit(string path, string? architecture = null)
    {
        UsdtArchitecture? chosen = UsdtArchitecture.Current;
        if (architecture is not null && chosen?.Name != architecture)
            chosen = architecture == UsdtArchitecture.X64.Name ? UsdtArchitecture.X64 : architecture == UsdtArchitecture.Arm64.Name ? UsdtArchitecture.Arm64 : null;
        if (chosen is null) throw new ArgumentException($"There is no probe library for {architecture ?? "this system"}.", nameof(architecture));
        UsdtImage.Write(path, UsdtImage.Make(chosen));
    }
}
