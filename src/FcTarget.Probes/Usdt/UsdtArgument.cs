// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Usdt;

/// <summary>How an argument is passed.</summary>
internal enum UsdtArgumentKind
{
    /// <summary>An address, 8 bytes unsigned.</summary>
    Pointer,

    /// <summary>A C <c>int</c>.</summary>
    Int,
}

/// <summary>One argument of a probe.</summary>
/// <param name="Type">Its C type in fc_probes.h.</param>
/// <param name="Name">What people call it.</param>
internal readonly record struct UsdtArgument(string Type, string Name)
{
    public UsdtArgumentKind Kind => Type == "int" ? UsdtArgumentKind.Int : UsdtArgumentKind.Pointer;

    public override string ToString() => Kind == UsdtArgumentKind.Int ? $"{Type} {Name}" : $"{Type}{Name}";
}
