// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes.Usdt;

/// <summary>What the probe library needs to know of a processor: ELF numbers, instructions, and where a C function finds its arguments.</summary>
internal sealed class UsdtArchitecture
{
    /// <summary>A multi-byte NOP costs a trap on kernels before this one and half of that from it on.</summary>
    private static readonly Version FastNopKernel = new(6, 18);

    private readonly string[] _wide;
    private readonly string[] _narrow;

    private UsdtArchitecture(string name, ushort machine, int pageSize, byte[] body, byte filler, string[] wide, string[] narrow)
    {
        Name = name;
        Machine = machine;
        PageSize = pageSize;
        Body = body;
        Filler = filler;
        _wide = wide;
        _narrow = narrow;
    }

    /// <summary>x86-64 with the one-byte NOP, which every kernel handles.</summary>
    public static UsdtArchitecture X64 { get; } = MakeX64([0x90, 0xC3]);

    /// <summary>x86-64 with the five-byte NOP, which Linux from 6.18 on turns into a call: half the cost of a trap.</summary>
    public static UsdtArchitecture X64FastNop { get; } = MakeX64([0x0F, 0x1F, 0x44, 0x00, 0x00, 0xC3]);

    /// <summary>AArch64: <c>nop; ret</c>. Segments are apart by 64 KiB, the largest page there is.</summary>
    public static UsdtArchitecture Arm64 { get; } = new(
        "arm64", machine: 183, 0x10000, [0x1F, 0x20, 0x03, 0xD5, 0xC0, 0x03, 0x5F, 0xD6], filler: 0,
        ["x0", "x1", "x2", "x3", "x4", "x5"], ["w0", "w1", "w2", "w3", "w4", "w5"]);

    /// <summary>That of this process; null if probes cannot be made for it.</summary>
    public static UsdtArchitecture? Current => RuntimeInformation.ProcessArchitecture switch
    {
        _ when !OperatingSystem.IsLinux() => null,
        Architecture.X64 => Environment.OSVersion.Version >= FastNopKernel ? X64FastNop : X64,
        Architecture.Arm64 => Arm64,
        _ => null,
    };

    /// <summary>As .NET names it: x64, arm64.</summary>
    public string Name { get; }

    /// <summary>e_machine.</summary>
    public ushort Machine { get; }

    /// <summary>Alignment of segments: a multiple of every page size in use.</summary>
    public int PageSize { get; }

    /// <summary>A probe's function: the NOP that tracers replace, and the return.</summary>
    public byte[] Body { get; }

    /// <summary>Between functions; traps if it is ever run.</summary>
    public byte Filler { get; }

    /// <summary>An argument as notes write it: size, negative if signed, and register.</summary>
    public string Operand(UsdtArgumentKind kind, int index) => kind == UsdtArgumentKind.Int ? $"-4@{_narrow[index]}" : $"8@{_wide[index]}";

    private static UsdtArchitecture MakeX64(byte[] body) => new(
        "x64", machine: 62, 0x1000, body, filler: 0xCC,
        ["%rdi", "%rsi", "%rdx", "%rcx", "%r8", "%r9"], ["%edi", "%esi", "%edx", "%ecx", "%r8d", "%r9d"]);
}
