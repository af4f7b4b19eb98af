// SPDX-License-Identifier: MIT

using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>Where READ BUFFER and WRITE BUFFER read and write: one buffer, and one echo buffer that remembers whose data it holds. Any thread.</summary>
internal sealed class DataBuffer
{
    /// <summary>Bytes.</summary>
    public const int Length = 64 * 1024, EchoLength = 4096;

    private readonly Lock _gate = new();
    private byte[]? _data;
    private byte[] _echo = [];
    private ItNexus? _echoOf;

    /// <summary>A copy of the buffer from an offset on.</summary>
    public byte[] Read(int offset)
    {
        lock (_gate) return _data is null ? new byte[Length - offset] : _data[offset..];
    }

    public void Write(int offset, ReadOnlySpan<byte> content)
    {
        lock (_gate) content.CopyTo((_data ??= new byte[Length]).AsSpan(offset));
    }

    /// <summary>What the nexus has put into the echo buffer; null when that is another's now.</summary>
    public byte[]? Echo(ItNexus nexus)
    {
        lock (_gate) return _echoOf == nexus ? _echo : null;
    }

    public void SetEcho(ItNexus nexus, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            _echo = content.ToArray();
            _echoOf = nexus;
        }
    }
}
