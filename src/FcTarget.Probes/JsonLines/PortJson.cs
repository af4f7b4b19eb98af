// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FcTarget.Probes.JsonLines;

/// <summary>
/// The members <c>conninfo</c>, <c>local</c> and <c>remote</c> as text, made once for each pair of ports: they are most of a line, and the same
/// in all lines of a session. A table of fixed size; ports that meet in it make each other's text anew.
/// </summary>
internal sealed class PortJson
{
    private const int Entries = 256;

    // Relaxed: the text is a log, not HTML, and "<unknown>" should be found by grep.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Entry[] _entries = new Entry[Entries];

    /// <summary>The text for <see cref="ProbeRecord.Ports"/>, without the comma before and after it.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> ports)
    {
        ref Entry entry = ref _entries[Hash(ports) % Entries];
        if (!ports.SequenceEqual(entry.Ports)) entry = new Entry(ports.ToArray(), Make(ports));
        return entry.Text;
    }

    private static byte[] Make(ReadOnlySpan<byte> ports)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("conninfo"u8);
            json.WriteString("ci_local"u8, Next(ref ports));
            json.WriteString("ci_remote"u8, Next(ref ports));
            json.WriteString("ci_protocol"u8, Next(ref ports));
            json.WriteEndObject();
            if (!ports.IsEmpty) WritePort(json, "local"u8, ref ports);
            if (!ports.IsEmpty) WritePort(json, "remote"u8, ref ports);
            json.WriteEndObject();
        }
        return text.WrittenSpan[1..^1].ToArray(); // the braces are the line's
    }

    private static void WritePort(Utf8JsonWriter json, ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> ports)
    {
        uint address = MemoryMarshal.Read<uint>(ports);
        ports = ports[sizeof(uint)..];
        json.WriteStartObject(name);
        json.WriteString("fcp_node_wwn"u8, Next(ref ports));
        json.WriteString("fcp_sym_node_name"u8, Next(ref ports));
        json.WriteString("fcp_sym_port_name"u8, Next(ref ports));
        json.WriteNumber("fcp_port_hard_address"u8, address);
        json.WriteEndObject();
    }

    /// <summary>The next string; bytes that are no UTF-8 become U+FFFD in the text.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> ports)
    {
        int end = ports.IndexOf((byte)0);
        ReadOnlySpan<byte> text = ports[..end];
        ports = ports[(end + 1)..];
        return text;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes)) hash = (hash ^ word) * 0x9E3779B97F4A7C15;
        return (uint)(hash >> 32);
    }

    private readonly record struct Entry(byte[]? Ports, byte[]? Text);
}
