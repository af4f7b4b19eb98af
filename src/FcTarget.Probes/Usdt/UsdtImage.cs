// SPDX-License-Identifier: MIT

using System.Security.Cryptography;

namespace FcTarget.Probes.Usdt;

// PROBE LIBRARY IMAGE - theory of operation
//   Job      Make libfcprobes.so: one function "nop; ret" for each probe, a semaphore each, and the SystemTap notes (.note.stapsdt) by which
//            bpftrace, perf, SystemTap, gdb and DTrace find both. No compiler, no linker: the format is small and fixed.
//   Layout   R X  headers, build id, hash, dynamic symbols, .stapsdt.base, .text      RW  .dynamic, .probes      not loaded: notes, symbols
//            Address = file offset everywhere: DTrace computes the load address that way.
//   .probes  4 bytes a probe: the semaphore (the kernel counts tracers there; 16 bits), then 16 bits of ours, so that one 32-bit load
//            tells whether anybody at all wants the probe. It must be in a writable private mapping of a file: no .bss.
//   Always   The same image for the same architecture, byte by byte. The build id is the SHA-1 of the content (perf files libraries by it).
//   Read     System V ABI; sourceware.org/systemtap/wiki/UserSpaceProbeImplementation; docs/probes.md
//   Proof    UsdtImageTests (readelf, gdb and perf read it), BpftraceTests and PerfTests (bpftrace and perf trace it)

/// <summary>The bytes of the probe library for one architecture, and where in them its parts are.</summary>
internal sealed class UsdtImage
{
    public const string FileName = "libfcprobes.so";

    /// <summary>Symbol of the first word of <c>.probes</c>; the others follow it, <see cref="GateSize"/> bytes each.</summary>
    public static readonly string FirstSemaphore = SemaphoreName(FcProbe.LinkUp);

    /// <summary>Symbol of the first probe function; the others follow it, <see cref="FunctionStride"/> bytes each.</summary>
    public static readonly string FirstFunction = UsdtSignature.FunctionName(FcProbe.LinkUp);

    public const int GateSize = 4;
    public const int FunctionStride = 16;

    private const int HeaderSize = 64, SegmentSize = 56, SectionSize = 64, BuildIdSize = 20, SemaphoreSize = 2;

    private readonly UsdtArchitecture _architecture;
    private readonly ElfWriter _file = new();
    private readonly ElfSymbols _symbols = new();
    private readonly ElfSection _buildId = new(".note.gnu.build-id", ElfSectionType.Note, ElfSectionFlags.Alloc, 4);
    private readonly ElfSection _hash, _dynSym, _symTab, _dynamic;
    private readonly ElfSection _dynStr = new(".dynstr", ElfSectionType.StrTab, ElfSectionFlags.Alloc, 1);
    private readonly ElfSection _base = new(".stapsdt.base", ElfSectionType.ProgBits, ElfSectionFlags.Alloc, 1);
    private readonly ElfSection _text = new(".text", ElfSectionType.ProgBits, ElfSectionFlags.Alloc | ElfSectionFlags.ExecInstr, FunctionStride);
    private readonly ElfSection _probes = new(".probes", ElfSectionType.ProgBits, ElfSectionFlags.Alloc | ElfSectionFlags.Write, GateSize);
    private readonly ElfSection _notes = new(".note.stapsdt", ElfSectionType.Note, ElfSectionFlags.None, 4);
    private readonly ElfSection _strTab = new(".strtab", ElfSectionType.StrTab, ElfSectionFlags.None, 1);
    private readonly ElfSection _shStrTab = new(".shstrtab", ElfSectionType.StrTab, ElfSectionFlags.None, 1);
    private readonly ElfSection[] _sections;

    private UsdtImage(UsdtArchitecture architecture)
    {
        _architecture = architecture;
        _dynSym = new ElfSection(".dynsym", ElfSectionType.DynSym, ElfSectionFlags.Alloc, 8, ElfSymbols.EntrySize) { Link = _dynStr, Info = 1 };
        _hash = new ElfSection(".hash", ElfSectionType.Hash, ElfSectionFlags.Alloc, 8, 4) { Link = _dynSym };
        _dynamic = new ElfSection(".dynamic", ElfSectionType.Dynamic, ElfSectionFlags.Alloc | ElfSectionFlags.Write, 8, 16) { Link = _dynStr };
        _symTab = new ElfSection(".symtab", ElfSectionType.SymTab, ElfSectionFlags.None, 8, ElfSymbols.EntrySize) { Link = _strTab, Info = 1 };
        _sections = [_buildId, _hash, _dynSym, _dynStr, _base, _text, _dynamic, _probes, _notes, _symTab, _strTab, _shStrTab];
    }

    /// <summary>Makes the library.</summary>
    public static byte[] Make(UsdtArchitecture architecture) => new UsdtImage(architecture).Make();

    /// <summary>Whether a file is this image.</summary>
    public static bool IsIn(string path, byte[] image)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && file.Length == image.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(image);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Writes the image for everybody to read, all of it or nothing. A file that is right is left alone: somebody may have it mapped.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no right to.</exception>
    public static void Write(string path, byte[] image)
    {
        if (IsIn(path, image)) return;
        string partial = $"{path}.{Environment.ProcessId}";
        try
        {
            File.WriteAllBytes(partial, image);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static string SemaphoreName(FcProbe probe) => $"{UsdtSignature.FunctionName(probe)}_semaphore";

    private byte[] Make()
    {
        int soName = _symbols.AddName(FileName);
        AddSymbols();
        _file.Zeros(HeaderSize + (5 * SegmentSize));
        Put(_buildId, WriteBuildId);
        Put(_hash, () => _symbols.WriteHash(_file));
        Put(_dynSym, WriteSymbols);
        Put(_dynStr, () => _file.Bytes(_symbols.Names));
        Put(_base, () => _file.Zeros(1));
        Put(_text, WriteFunctions);
        int codeEnd = _file.Position;
        _file.Align(_architecture.PageSize);
        int dataStart = _file.Position;
        Put(_dynamic, () => WriteDynamic(soName));
        Put(_probes, () => _file.Zeros(FcProbeNames.Count * GateSize));
        int dataEnd = _file.Position;
        _file.At(_dynSym.Offset, WriteSymbols); // once more: now the sections it refers to have their places
        Put(_notes, WriteNotes);
        Put(_symTab, WriteSymbols);
        Put(_strTab, () => _file.Bytes(_symbols.Names));
        int[] names = WriteSectionNames();
        _file.Align(8);
        int table = _file.Position;
        WriteSectionTable(names);
        _file.At(0, () => WriteHeaders(table, codeEnd, dataStart, dataEnd));

        byte[] image = _file.Written.ToArray();
        SHA1.HashData(image).CopyTo(image.AsSpan(_buildId.Offset + 16));
        return image;
    }

    private void AddSymbols()
    {
        for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
        {
            _symbols.AddFunction(UsdtSignature.FunctionName(probe), IndexOf(_text), (int)probe * FunctionStride, _architecture.Body.Length);
            _symbols.AddObject(SemaphoreName(probe), IndexOf(_probes), (int)probe * GateSize, SemaphoreSize);
        }
    }

    private void WriteSymbols() => _symbols.WriteTable(_file, index => _sections[index - 1].Offset);

    private int IndexOf(ElfSection section) => Array.IndexOf(_sections, section) + 1;

    private void Put(ElfSection section, Action write)
    {
        _file.Align(section.Alignment);
        section.Offset = _file.Position;
        write();
        section.Size = _file.Position - section.Offset;
    }

    private void WriteBuildId()
    {
        _file.U32(4);
        _file.U32(BuildIdSize);
        _file.U32(3); // NT_GNU_BUILD_ID
        _file.Text("GNU");
        _file.Zeros(BuildIdSize);
    }

    private void WriteFunctions()
    {
        for (int i = 0; i < FcProbeNames.Count; i++)
        {
            _file.Bytes(_architecture.Body);
            _file.Align(FunctionStride, _architecture.Filler);
        }
    }

    private void WriteDynamic(int soName)
    {
        (long Tag, long Value)[] entries =
        [
            (14, soName), // DT_SONAME
            (4, _hash.Offset), // DT_HASH
            (5, _dynStr.Offset), // DT_STRTAB
            (6, _dynSym.Offset), // DT_SYMTAB
            (10, _dynStr.Size), // DT_STRSZ
            (11, ElfSymbols.EntrySize), // DT_SYMENT
            (0, 0), // DT_NULL
        ];
        foreach ((long tag, long value) in entries)
        {
            _file.U64(tag);
            _file.U64(value);
        }
    }

    /// <summary>A note: location, base and semaphore, then provider, name and arguments as NUL-terminated text.</summary>
    private void WriteNotes()
    {
        for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
        {
            int lengths = _file.Position;
            _file.Zeros(8);
            _file.U32(3); // the version of the format
            _file.Text("stapsdt");
            int descriptor = _file.Position;
            _file.U64(_text.Offset + ((int)probe * FunctionStride));
            _file.U64(_base.Offset);
            _file.U64(_probes.Offset + ((int)probe * GateSize));
            _file.Text(UsdtSignature.Provider);
            _file.Text(UsdtSignature.NoteName(probe));
            _file.Text(string.Join(' ', UsdtSignature.Arguments(probe).Select((a, i) => _architecture.Operand(a.Kind, i))));
            int length = _file.Position - descriptor;
            _file.At(lengths, () =>
            {
                _file.U32(8);
                _file.U32((uint)length);
            });
            _file.Align(4);
        }
    }

    /// <summary>Where each section's name is in <c>.shstrtab</c>.</summary>
    private int[] WriteSectionNames()
    {
        int[] names = new int[_sections.Length];
        Put(_shStrTab, () =>
        {
            int start = _file.Position;
            _file.Zeros(1);
            for (int i = 0; i < _sections.Length; i++)
            {
                names[i] = _file.Position - start;
                _file.Text(_sections[i].Name);
            }
        });
        return names;
    }

    private void WriteSectionTable(int[] names)
    {
        _file.Zeros(SectionSize);
        for (int i = 0; i < _sections.Length; i++)
        {
            ElfSection s = _sections[i];
            _file.U32((uint)names[i]);
            _file.U32((uint)s.Type);
            _file.U64((long)s.Flags);
            _file.U64(s.Flags.HasFlag(ElfSectionFlags.Alloc) ? s.Offset : 0);
            _file.U64(s.Offset);
            _file.U64(s.Size);
            _file.U32(s.Link is null ? 0 : (uint)IndexOf(s.Link));
            _file.U32(s.Info);
            _file.U64(s.Alignment);
            _file.U64(s.EntrySize);
        }
    }

    private void WriteHeaders(int sectionTable, int codeEnd, int dataStart, int dataEnd)
    {
        const uint Read = 4, Write = 2, Execute = 1;
        _file.Bytes([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0]); // 64 bits, little-endian, version 1, System V
        _file.Zeros(8);
        _file.U16(3); // ET_DYN
        _file.U16(_architecture.Machine);
        _file.U32(1);
        _file.U64(0); // no entry point
        _file.U64(HeaderSize);
        _file.U64(sectionTable);
        _file.U32(0);
        _file.U16(HeaderSize);
        _file.U16(SegmentSize);
        _file.U16(5);
        _file.U16(SectionSize);
        _file.U16((ushort)(_sections.Length + 1));
        _file.U16((ushort)IndexOf(_shStrTab));
        Segment(1, Read | Execute, 0, codeEnd, _architecture.PageSize); // PT_LOAD
        Segment(1, Read | Write, dataStart, dataEnd - dataStart, _architecture.PageSize);
        Segment(2, Read | Write, _dynamic.Offset, _dynamic.Size, 8); // PT_DYNAMIC
        Segment(4, Read, _buildId.Offset, _buildId.Size, 4); // PT_NOTE
        Segment(0x6474E551, Read | Write, 0, 0, 16); // PT_GNU_STACK: not executable
    }

    private void Segment(uint type, uint flags, int offset, int size, int alignment)
    {
        _file.U32(type);
        _file.U32(flags);
        _file.U64(offset);
        _file.U64(offset);
        _file.U64(offset);
        _file.U64(size);
        _file.U64(size);
        _file.U64(alignment);
    }
}
