// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>What a parameter takes.</summary>
internal enum DParameterKind : byte
{
    Text,
    Integer,
    Pointer,
}

/// <summary>A function of D that is a method of <see cref="DMachine"/>.</summary>
/// <param name="Result">Type of the result; <c>string</c>, <c>void</c> or an integer type.</param>
/// <param name="Parameters">What each takes and how messages name its type.</param>
/// <param name="Required">How many must be given; the others have <paramref name="Defaults"/>.</param>
internal sealed record DFunction(string Method, string Result, IReadOnlyList<(DParameterKind Kind, string Type)> Parameters, int Required, params long[] Defaults);

internal static class FunctionTable
{
    private static readonly (DParameterKind, string) Str = (DParameterKind.Text, "const char *"), Int = (DParameterKind.Integer, "int"),
        Chr = (DParameterKind.Integer, "char"), I64 = (DParameterKind.Integer, "int64_t"), Size = (DParameterKind.Integer, "size_t"),
        Ptr = (DParameterKind.Pointer, "void *"), Addr = (DParameterKind.Pointer, "uintptr_t");

    public static readonly Dictionary<string, DFunction> Functions = new()
    {
        ["alloca"] = new(nameof(DMachine.Alloca), "void *", [Size], 1),
        ["basename"] = new(nameof(DMachine.BaseName), "string", [Str], 1),
        ["bcopy"] = new(nameof(DMachine.BCopy), "void", [Ptr, Ptr, Size], 3),
        ["cleanpath"] = new(nameof(DMachine.CleanPath), "string", [Str], 1),
        ["copyin"] = new(nameof(DMachine.CopyIn), "void *", [Addr, Size], 2),
        ["copyinstr"] = new(nameof(DMachine.CopyInStr), "string", [Addr, Size], 1, -1),
        ["copyinto"] = new(nameof(DMachine.CopyInTo), "void", [Addr, Size, Ptr], 3),
        ["dirname"] = new(nameof(DMachine.DirName), "string", [Str], 1),
        ["htonl"] = new(nameof(DMachine.Swap4), "uint32_t", [(DParameterKind.Integer, "uint32_t")], 1),
        ["htonll"] = new(nameof(DMachine.Swap8), "uint64_t", [(DParameterKind.Integer, "uint64_t")], 1),
        ["htons"] = new(nameof(DMachine.Swap2), "uint16_t", [(DParameterKind.Integer, "uint16_t")], 1),
        ["index"] = new(nameof(DMachine.Index), "int", [Str, Str, Int], 2, 0),
        ["inet_ntoa"] = new(nameof(DMachine.InetNtoa), "string", [(DParameterKind.Pointer, "ipaddr_t *")], 1),
        ["inet_ntoa6"] = new(nameof(DMachine.InetNtoa6), "string", [(DParameterKind.Pointer, "in6_addr_t *")], 1),
        ["inet_ntop"] = new(nameof(DMachine.InetNtop), "string", [Int, Ptr], 2),
        ["json"] = new(nameof(DMachine.Json), "string", [Str, Str], 2),
        ["lltostr"] = new(nameof(DMachine.LlToStr), "string", [I64, Int], 1, 10),
        ["ntohl"] = new(nameof(DMachine.Swap4), "uint32_t", [(DParameterKind.Integer, "uint32_t")], 1),
        ["ntohll"] = new(nameof(DMachine.Swap8), "uint64_t", [(DParameterKind.Integer, "uint64_t")], 1),
        ["ntohs"] = new(nameof(DMachine.Swap2), "uint16_t", [(DParameterKind.Integer, "uint16_t")], 1),
        ["rand"] = new(nameof(DMachine.Rand), "int", [], 0),
        ["rindex"] = new(nameof(DMachine.RIndex), "int", [Str, Str, Int], 2, int.MaxValue),
        ["speculation"] = new(nameof(DMachine.BeginSpeculation), "int", [], 0),
        ["strchr"] = new(nameof(DMachine.StrChr), "string", [Str, Chr], 2),
        ["strjoin"] = new(nameof(DMachine.StrJoin), "string", [Str, Str], 2),
        ["strlen"] = new(nameof(DMachine.StrLen), "size_t", [Str], 1),
        ["strrchr"] = new(nameof(DMachine.StrRChr), "string", [Str, Chr], 2),
        ["strstr"] = new(nameof(DMachine.StrStr), "string", [Str, Str], 2),
        ["strtok"] = new(nameof(DMachine.StrTok), "string", [Str, Str], 2),
        ["strtoll"] = new(nameof(DMachine.StrToLl), "int64_t", [Str, Int], 1, 10),
        ["substr"] = new(nameof(DMachine.SubStr), "string", [Str, Int, Int], 2, int.MaxValue),
        ["tolower"] = new(nameof(DMachine.ToLower), "string", [Str], 1),
        ["toupper"] = new(nameof(DMachine.ToUpper), "string", [Str], 1),
    };
}
