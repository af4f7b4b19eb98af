// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Usdt;

/// <summary>sh_type.</summary>
internal enum ElfSectionType : uint
{
    ProgBits = 1,
    SymTab = 2,
    StrTab = 3,
    Hash = 5,
    Dynamic = 6,
    Note = 7,
    DynSym = 11,
}

/// <summary>sh_flags.</summary>
[Flags]
internal enum ElfSectionFlags : ulong
{
    None = 0,
    Write = 1,
    Alloc = 2,
    ExecInstr = 4,
}

/// <summary>A row of the section header table. Addresses of sections that are loaded equal their offsets in the file.</summary>
internal sealed record ElfSection(string Name, ElfSectionType Type, ElfSectionFlags Flags, int Alignment, int EntrySize = 0)
{
    public int Offset { get; set; }

    public int Size { get; set; }

    /// <summary>sh_link: the section this one refers to.</summary>
    public ElfSection? Link { get; init; }

    /// <summary>sh_info.</summary>
    public uint Info { get; init; }
}
