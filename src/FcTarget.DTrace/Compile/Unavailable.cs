// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Compile;

/// <summary>What D has and a user process cannot give: refused by name.</summary>
internal static class Unavailable
{
    private const string Kernel = "it looks into a kernel", Stack = "probes have no stack traces", Destructive = "a program changes nothing outside itself, -w or not",
        Symbols = "there is no symbol table", Files = "output goes to one place",
        Printing = "trace() and printf() print values";

    public static readonly Dictionary<string, string> Variables = new()
    {
        ["curthread"] = Kernel,
        ["curpsinfo"] = Kernel,
        ["curlwpsinfo"] = Kernel,
        ["curcpu"] = Kernel,
        ["caller"] = Stack,
        ["ucaller"] = Stack,
        ["stackdepth"] = Stack,
        ["ustackdepth"] = Stack,
        ["ipl"] = Kernel,
        ["uregs"] = Kernel,
        ["vmregs"] = Kernel,
        ["fds"] = Kernel,
        ["cpuctx"] = Kernel,
        ["threadname"] = Kernel,
    };

    public static readonly Dictionary<string, string> Functions = new()
    {
        ["stack"] = Stack,
        ["ustack"] = Stack,
        ["jstack"] = Stack,
        ["caller"] = Stack,
        ["system"] = Destructive,
        ["stop"] = Destructive,
        ["raise"] = Destructive,
        ["panic"] = Destructive,
        ["breakpoint"] = Destructive,
        ["chill"] = Destructive,
        ["copyout"] = Destructive,
        ["copyoutstr"] = Destructive,
        ["freopen"] = Files,
        ["ftruncate"] = Files,
        ["print"] = Printing,
        ["printm"] = Printing,
        ["printt"] = Printing,
        ["sym"] = Symbols,
        ["func"] = Symbols,
        ["mod"] = Symbols,
        ["usym"] = Symbols,
        ["ufunc"] = Symbols,
        ["umod"] = Symbols,
        ["uaddr"] = Symbols,
        ["getmajor"] = Kernel,
        ["getminor"] = Kernel,
        ["ddi_pathname"] = Kernel,
        ["mutex_owned"] = Kernel,
        ["mutex_owner"] = Kernel,
        ["mutex_type_adaptive"] = Kernel,
        ["mutex_type_spin"] = Kernel,
        ["rw_read_held"] = Kernel,
        ["rw_write_held"] = Kernel,
        ["rw_iswriter"] = Kernel,
        ["msgsize"] = Kernel,
        ["msgdsize"] = Kernel,
        ["progenyof"] = Kernel,
        ["getf"] = Kernel,
    };
}
