// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace FcTarget.Formats.GenericServices;

/// <summary>
/// Puts together the body of an FDMI request or accept (FC-GS, FDMI): names, a list of names, an attribute block. Too little room throws:
/// the sizes are the caller's own.
/// </summary>
public ref struct FdmiWriter
{
    private readonly Span<byte> _to;
    private int _length;
    private int _countAt;

    /// <param name="to">Where the body goes; it is cleared as it is written.</param>
    public FdmiWriter(Span<byte> to) => _to = to;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Body => _to[.._length];

    /// <summary>Adds an HBA Identifier or a port name.</summary>
    public void AddName(Wwn name) => MemoryMarshal.Write(Take(NsName.WireSize), in name);

    /// <summary>Adds a count and the names.</summary>
    public void AddNames(scoped ReadOnlySpan<Wwn> names)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), (uint)names.Length);
        MemoryMarshal.AsBytes(names).CopyTo(Take(names.Length * NsName.WireSize));
    }

    /// <summary>Begins an attribute block; what is added from here on are its attributes.</summary>
    public void BeginAttributes()
    {
        _countAt = _length;
        Take(sizeof(uint)).Clear();
    }

    /// <summary>Adds an attribute of any value, zeros behind it up to a whole word.</summary>
    public void Add(ushort type, scoped ReadOnlySpan<byte> value)
    {
        int length = FdmiAttributeHeader.WireSize + ((value.Length + 3) & ~3);
        Span<byte> to = Take(length);
        to.Clear();
        FdmiAttributeHeader header = new() { Type = type, Length = (ushort)length };
        MemoryMarshal.Write(to, in header);
        value.CopyTo(to[FdmiAttributeHeader.WireSize..]);
        uint count = BinaryPrimitives.ReadUInt32BigEndian(_to[_countAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(_to[_countAt..], count + 1);
    }

    public void Add(FdmiHbaAttribute type, string text) => Add((ushort)type, text);

    public void Add(FdmiHbaAttribute type, uint number) => Add((ushort)type, number);

    public void Add(FdmiHbaAttribute type, Wwn name) => Add((ushort)type, name);

    public void Add(FdmiPortAttribute type, string text) => Add((ushort)type, text);

    public void Add(FdmiPortAttribute type, uint number) => Add((ushort)type, number);

    public void Add(FdmiPortAttribute type, Wwn name) => Add((ushort)type, name);

    public void Add(FdmiPortAttribute type, scoped in Fc4Types types) =>
        Add((ushort)type, MemoryMarshal.AsBytes(new ReadOnlySpan<Fc4Types>(in types)));

    // At least one zero ends a text; 256 bytes with it is the most FDMI allows.
    private void Add(ushort type, string text)
    {
        Span<byte> value = stackalloc byte[256];
        int length = Encoding.Latin1.GetBytes(text.AsSpan(0, Math.Min(text.Length, 255)), value);
        value[length] = 0;
        Add(type, value[..(length + 1)]);
    }

    private void Add(ushort type, uint number)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        Add(type, value);
    }

    private void Add(ushort type, Wwn name)
    {
        Span<byte> value = stackalloc byte[NsName.WireSize];
        MemoryMarshal.Write(value, in name);
        Add(type, value);
    }

    private Span<byte> Take(int length)
    {
        Span<byte> to = _to.Slice(_length, length);
        _length += length;
        return to;
    }
}
