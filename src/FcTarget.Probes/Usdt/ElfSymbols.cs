// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Usdt;

/// <summary>The symbols of the probe library: the functions and their semaphores, with the SysV hash table the loader finds them by.</summary>
internal sealed class ElfSymbols
{
    /// <summary>Bytes of one entry of a symbol table.</summary>
    public const int EntrySize = 24;

    private const byte GlobalObject = (1 << 4) | 1; // STB_GLOBAL, STT_OBJECT
    private const byte GlobalFunction = (1 << 4) | 2; // STB_GLOBAL, STT_FUNC

    private readonly List<Symbol> _symbols = [];
    private readonly ElfWriter _names = new();

    public ElfSymbols()
    {
        _names.Zeros(1);
    }

    /// <summary>Entries, the empty one at the beginning included.</summary>
    public int Count => _symbols.Count + 1;

    /// <summary>The string table so far.</summary>
    public ReadOnlySpan<byte> Names => _names.Written;

    /// <summary>Adds a string that is no symbol's name. Its offset in <see cref="Names"/>.</summary>
    public int AddName(string text)
    {
        int offset = _names.Position;
        _names.Text(text);
        return offset;
    }

    public void AddFunction(string name, int section, int offset, int size) => _symbols.Add(new Symbol(name, AddName(name), GlobalFunction, section, offset, size));

    public void AddObject(string name, int section, int offset, int size) => _symbols.Add(new Symbol(name, AddName(name), GlobalObject, section, offset, size));

    /// <summary>Writes the table. A symbol's value is its offset plus where its section is.</summary>
    public void WriteTable(ElfWriter to, Func<int, int> addressOf)
    {
        to.Zeros(EntrySize);
        foreach (Symbol s in _symbols)
        {
            to.U32((uint)s.NameOffset);
            to.Bytes([s.Info, 0]);
            to.U16((ushort)s.Section);
            to.U64(addressOf(s.Section) + s.Offset);
            to.U64(s.Size);
        }
    }

    /// <summary>nbucket, nchain, buckets, chains (System V ABI, "Hash Table"); one bucket for each symbol.</summary>
    public void WriteHash(ElfWriter to)
    {
        uint[] buckets = new uint[_symbols.Count], chains = new uint[Count];
        for (int i = 0; i < _symbols.Count; i++)
        {
            uint bucket = Hash(_symbols[i].Name) % (uint)buckets.Length;
            chains[i + 1] = buckets[bucket];
            buckets[bucket] = (uint)(i + 1);
        }
        to.U32((uint)buckets.Length);
        to.U32((uint)chains.Length);
        foreach (uint entry in buckets) to.U32(entry);
        foreach (uint entry in chains) to.U32(entry);
    }

    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash << 4) + c;
            uint top = hash & 0xF0000000;
            hash = (hash ^ (top >> 24)) & ~top;
        }
        return hash;
    }

    private readonly record struct Symbol(string Name, int NameOffset, byte Info, int Section, int Offset, int Size);
}
