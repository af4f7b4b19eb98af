// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Runtime;

/// <summary>Where a program keeps things: the compiler counts, the run allocates.</summary>
internal sealed class DLayout
{
    /// <summary>Room for the strings that functions make in one clause, and for alloca(): what DTrace gives by default is no more.</summary>
    public const int ScratchPerString = 64, MinScratch = 16 * 1024, MaxBlock = 2 << 20;

    private readonly List<(int Offset, byte[] Bytes)> _constants = [];
    private readonly Dictionary<string, int> _constantsByText = [];

    /// <summary>Integer variables, one slot each.</summary>
    public int Globals { get; private set; }

    public int Threads { get; private set; }

    public int Locals { get; private set; }

    /// <summary>Bytes of string constants and of global strings and structures.</summary>
    public int SharedBytes { get; private set; } = 8; // address 0 of a block is never used

    /// <summary>Bytes of thread-local and clause-local strings and structures.</summary>
    public int OwnBytes { get; private set; } = 8;

    /// <summary>Where the clause-local ones begin: they are cleared before each firing.</summary>
    public List<(int Offset, int Size)> LocalBlocks { get; } = [];

    public int RecordBytes { get; private set; }

    /// <summary>The longest key of an aggregation or an associative array.</summary>
    public int KeyBytes { get; private set; } = 64;

    /// <summary>The largest element of an associative array that is updated in part.</summary>
    public int UpdateBytes { get; private set; }

    /// <summary>Whether there are associative arrays, and the largest key and value of one.</summary>
    public int DynamicKeyBytes { get; private set; }

    public int DynamicValueBytes { get; private set; }

    public IReadOnlyList<(int Offset, byte[] Bytes)> Constants => _constants;

    public int AddGlobal() => Globals++;

    public int AddThread() => Threads++;

    public int AddLocal() => Locals++;

    public int AddShared(int size)
    {
        int offset = SharedBytes;
        SharedBytes = Grow(SharedBytes, size);
        return offset;
    }

    public int AddOwn(int size, bool clause)
    {
        int offset = OwnBytes;
        OwnBytes = Grow(OwnBytes, size);
        if (clause) LocalBlocks.Add((offset, size));
        return offset;
    }

    /// <summary>Offset of a NUL-terminated constant; the same text is kept once.</summary>
    public int AddConstant(byte[] text)
    {
        string key = Convert.ToHexString(text);
        if (_constantsByText.TryGetValue(key, out int known)) return known;
        int offset = AddShared(text.Length + 1);
        _constants.Add((offset, text));
        _constantsByText[key] = offset;
        return offset;
    }

    public void NeedRecord(int size) => RecordBytes = Math.Max(RecordBytes, size);

    public void NeedKey(int size) => KeyBytes = Math.Max(KeyBytes, size);

    public void NeedUpdate(int size) => UpdateBytes = Math.Max(UpdateBytes, (size + 7) & ~7);

    public void NeedDynamic(int keySize, int valueSize)
    {
        NeedKey(keySize);
        DynamicKeyBytes = Math.Max(DynamicKeyBytes, keySize);
        DynamicValueBytes = Math.Max(DynamicValueBytes, valueSize);
    }

    private static int Grow(int at, int size) => checked(at + ((size + 7) & ~7));
}
