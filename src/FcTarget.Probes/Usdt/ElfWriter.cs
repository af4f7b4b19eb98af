// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace FcTarget.Probes.Usdt;

/// <summary>A growing little-endian file image, with places to come back to.</summary>
internal sealed class ElfWriter
{
    private byte[] _bytes = new byte[16 * 1024];

    public int Position { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Position);

    /// <summary>Fills up to a multiple of <paramref name="alignment"/>.</summary>
    public void Align(int alignment, byte filler = 0)
    {
        int end = (Position + alignment - 1) / alignment * alignment;
        Reserve(end - Position).Fill(filler);
    }

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);

    public void U64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void Zeros(int count) => Reserve(count);

    /// <summary>Latin text and its NUL.</summary>
    public void Text(string text)
    {
        Bytes(Encoding.ASCII.GetBytes(text));
        Zeros(1);
    }

    /// <summary>Runs <paramref name="write"/> at an earlier place, over what was reserved there.</summary>
    public void At(int position, Action write)
    {
        int end = Position;
        Position = position;
        write();
        Position = end;
    }

    private Span<byte> Reserve(int count)
    {
        if (Position + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Position + count));
        Span<byte> place = _bytes.AsSpan(Position, count);
        Position += count;
        return place;
    }
}
