// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Runtime;

internal sealed unsafe partial class DMachine
{
    private ConnInfo* Conn { get; set; }

    private FcPortInfo* Local { get; set; }

    private FcPortInfo* Remote { get; set; }

    private ScsiCmd* Command { get; set; }

    private FcXferInfo* Xfer { get; set; }

    private FcCommandFacts* Facts { get; set; }

    public long Load1(long address) => Readable(address, 1) ? *(sbyte*)address : Bad(address);

    public long Load2(long address) => Readable(address, 2) ? *(short*)address : Bad(address);

    public long Load4(long address) => Readable(address, 4) ? *(int*)address : Bad(address);

    public long Load8(long address) => Readable(address, 8) ? *(long*)address : Bad(address);

    public long LoadU1(long address) => Readable(address, 1) ? *(byte*)address : Bad(address);

    public long LoadU2(long address) => Readable(address, 2) ? *(ushort*)address : Bad(address);

    public long LoadU4(long address) => Readable(address, 4) ? *(uint*)address : Bad(address);

    /// <summary>Stores an integer in a variable's memory.</summary>
    public void PutNumber(long address, int size, long value)
    {
        if (!Writable(address, size)) return;
        switch (size)
        {
            case 1: *(byte*)address = (byte)value; break;
            case 2: *(ushort*)address = (ushort)value; break;
            case 4: *(uint*)address = (uint)value; break;
            default: *(long*)address = value; break;
        }
    }

    /// <summary>Stores a bit-field of an integer of <paramref name="size"/> bytes.</summary>
    public void PutBits(long address, int size, int first, int bits, long value)
    {
        if (!Writable(address, size)) return;
        ulong mask = (bits == 64 ? ulong.MaxValue : (1ul << bits) - 1) << first;
        ulong whole = size switch { 1 => *(byte*)address, 2 => *(ushort*)address, 4 => *(uint*)address, _ => *(ulong*)address };
        PutNumber(address, size, (long)((whole & ~mask) | (((ulong)value << first) & mask)));
    }

    /// <summary>Copies a structure or an array to a variable's memory.</summary>
    public void PutBlock(long address, long source, long size)
    {
        if (Writable(address, size)) CopyBytes(address, source, size);
    }

    /// <summary>Copies a string to a variable's memory.</summary>
    public void PutText(long address, long source)
    {
        if (Writable(address, _strsize)) CopyString(address, source);
    }

    /// <summary>Whether a program may write there: variables, whichever they are, and what alloca() gave; a fault if not.</summary>
    private bool Writable(long address, long size)
    {
        if (Faulted) return false;
        if (Within(address, size, Own, _variablesEnd) || Within(address, size, Shared, SharedEnd)) return true;
        if (Within(address, size, (long)_scratch, (long)_scratchAt) || Within(address, size, (long)_update, (long)_updateEnd)) return true;
        Bad(address);
        return false;
    }

    private static bool Within(long address, long size, long start, long end) => address >= start && address <= end && size <= end - address;

    /// <summary>Copies bytes of a string, structure or array to the machine's or the program's own memory.</summary>
    public void CopyBytes(long destination, long source, long size)
    {
        if (!Spend(size)) return;
        if (source == 0)
        {
            new Span<byte>((void*)destination, (int)size).Clear();
            return;
        }
        if (Faulted || !Check(source, size)) return;
        Buffer.MemoryCopy((void*)source, (void*)destination, size, size);
    }

    /// <summary>Copies a string with its NUL to a place of strsize bytes of the machine or the program; null is an empty one.</summary>
    public void CopyString(long destination, long source)
    {
        ReadOnlySpan<byte> text = source == 0 ? default : Text(source);
        if (Faulted) return;
        text.CopyTo(new Span<byte>((void*)destination, _strsize));
        ((byte*)destination)[text.Length] = 0;
    }

    /// <summary>The text at an address, without its NUL and at most strsize - 1 bytes; empty after a fault.</summary>
    public ReadOnlySpan<byte> Text(long address)
    {
        ReadOnlySpan<byte> text = UnpaidText(address);
        return Spend(text.Length) ? text : default;
    }

    private ReadOnlySpan<byte> UnpaidText(long address)
    {
        long end = address >= Own && address < OwnEnd ? OwnEnd
            : address >= Shared && address < SharedEnd ? SharedEnd
            : 0;
        if (end != 0)
        {
            ReadOnlySpan<byte> own = new((void*)address, (int)Math.Min(end - address, _strsize - 1));
            int length = own.IndexOf((byte)0);
            return length < 0 ? own : own[..length];
        }
        if (IsArgumentText(address)) return Cut(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)address));
        int known = KnownBytes(address);
        if (known == 0)
        {
            Bad(address);
            return default;
        }
        ReadOnlySpan<byte> bytes = Cut(new ReadOnlySpan<byte>((void*)address, known));
        int nul = bytes.IndexOf((byte)0);
        return nul < 0 ? bytes : bytes[..nul];
    }

    /// <summary>Whether <paramref name="size"/> bytes may be read; a fault if not.</summary>
    private bool Check(long address, long size)
    {
        if (Readable(address, size)) return true;
        Bad(address);
        return false;
    }

    private long Bad(long address) => Fail(DFaultKind.BadAddress, address);

    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text) => text.Length < _strsize ? text : text[..(_strsize - 1)];

    private bool Readable(long address, long size)
    {
        if (size < 0) return false;
        if (address >= Own && address < OwnEnd) return size <= OwnEnd - address;
        if (address >= Shared && address < SharedEnd) return size <= SharedEnd - address;
        return size <= KnownBytes(address);
    }

    /// <summary>The beginning of one of the texts that the probe's arguments point to.</summary>
    private bool IsArgumentText(long address)
    {
        byte* at = (byte*)address;
        if (at == null || Conn == null) return false;
        return at == Conn->ci_remote || at == Conn->ci_local || at == Conn->ci_protocol || IsTextOf(Local, at) || IsTextOf(Remote, at);
    }

    private static bool IsTextOf(FcPortInfo* port, byte* at) =>
        port != null && (at == port->fcp_node_wwn || at == port->fcp_sym_node_name || at == port->fcp_sym_port_name);

    /// <summary>How many bytes may be read from an address in the firing's arguments; 0: it is not in them.</summary>
    private int KnownBytes(long address)
    {
        if (Conn == null || address == 0) return 0;
        int left = Left(address, Conn, sizeof(ConnInfo));
        if (left == 0) left = Left(address, Local, sizeof(FcPortInfo));
        if (left == 0) left = Left(address, Remote, sizeof(FcPortInfo));
        if (left == 0) left = Left(address, Xfer, sizeof(FcXferInfo));
        if (left == 0) left = Left(address, Facts, sizeof(FcCommandFacts));
        if (left == 0) left = Left(address, Command, sizeof(ScsiCmd));
        if (left == 0 && Command != null) left = Left(address, Command->ic_cdb, (long)Command->ic_len);
        if (left == 0 && Facts != null) left = Left(address, Facts->Sense, Facts->SenseLength);
        if (left == 0) left = TextLeft(address, Conn->ci_local);
        if (left == 0) left = TextLeft(address, Conn->ci_remote);
        if (left == 0) left = TextLeft(address, Conn->ci_protocol);
        if (left == 0) left = PortTextLeft(address, Local);
        if (left == 0) left = PortTextLeft(address, Remote);
        return left;
    }

    private static int PortTextLeft(long address, FcPortInfo* port)
    {
        if (port == null) return 0;
        int left = TextLeft(address, port->fcp_node_wwn);
        if (left == 0) left = TextLeft(address, port->fcp_sym_node_name);
        return left != 0 ? left : TextLeft(address, port->fcp_sym_port_name);
    }

    private static int TextLeft(long address, byte* text) =>
        text == null || address < (long)text || address - (long)text > 4096
            ? 0
            : Left(address, text, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text).Length + 1);

    private static int Left(long address, void* start, long size)
    {
        long offset = address - (long)start;
        return start == null || offset < 0 || offset >= size ? 0 : (int)Math.Min(size - offset, int.MaxValue);
    }
}
