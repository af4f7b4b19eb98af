// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace FcTarget.Probes.Events;

public sealed unsafe partial class FcEventSource
{
    private const int MaxArguments = 16;

    /// <summary>Bytes of CDB and of sense data that are shown.</summary>
    private const int MaxCdb = 32, MaxSense = 128;

    /// <summary>Room for two WWNs and two ports, each a WWN and two names; more than CDB and sense data need.</summary>
    private const int MaxChars = (4 * PortProbeInfo.WwnCapacity) + (4 * PortProbeInfo.NameCapacity);

    /// <summary>Arguments of one event in memory of the caller's stack: text as UTF-16 with its NUL, numbers as they are.</summary>
    private struct Payload(EventData* data, long* numbers, char* chars)
    {
        private int _count;
        private int _used;

        public readonly int Count => _count;

        public void AddText(byte* utf8)
        {
            Span<char> rest = Rest;
            Utf8.ToUtf16(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(utf8), rest[..^1], out _, out int length);
            AddChars(length);
        }

        public void AddHex(byte* bytes, int count)
        {
            Convert.TryToHexStringLower(new ReadOnlySpan<byte>(bytes, count), Rest, out int length);
            AddChars(length);
        }

        public void AddNumber(int value)
        {
            *(int*)&numbers[_count] = value;
            Add(&numbers[_count], sizeof(int));
        }

        public void AddNumber(long value)
        {
            numbers[_count] = value;
            Add(&numbers[_count], sizeof(long));
        }

        private readonly Span<char> Rest => new(chars + _used, MaxChars - _used);

        private void AddChars(int length)
        {
            chars[_used + length] = '\0';
            Add(&chars[_used], (length + 1) * sizeof(char));
            _used += length + 1;
        }

        private void Add(void* value, int size) => data[_count++] = new EventData { DataPointer = (nint)value, Size = size };
    }
}
