// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FcTarget.Formats.Fcoe;

namespace FcTarget.Formats.Tests;

/// <summary>What holds for every <see cref="IWirePayload"/> of the assembly, found by reflection.</summary>
public sealed class WirePayloadTests
{
    private static readonly Type[] BigEndian = [typeof(UInt16BE), typeof(UInt24BE), typeof(UInt32BE), typeof(UInt64BE)];

    // The FC CRC is the one little-endian field on the wire.
    private static readonly Type[] LittleEndian = [typeof(FcoeTrailer)];

    public static TheoryData<Type> Payloads => [.. typeof(IWirePayload).Assembly.GetTypes()
        .Where(t => t.IsValueType && typeof(IWirePayload).IsAssignableFrom(t))];

    [Theory, MemberData(nameof(Payloads))]
    public void A_payload_is_as_long_in_memory_as_on_the_wire(Type payload) =>
        Check(nameof(HasItsWireSize), payload).Should().BeTrue();

    [Theory, MemberData(nameof(Payloads))]
    public void Every_bit_pattern_of_a_payload_survives_decode_and_encode(Type payload) =>
        Check(nameof(KeepsItsBytes), payload).Should().BeTrue();

    [Theory, MemberData(nameof(Payloads))]
    public void A_payload_is_not_read_from_too_few_bytes(Type payload) =>
        Check(nameof(RefusesTooFewBytes), payload).Should().BeTrue();

    [Theory, MemberData(nameof(Payloads))]
    public void A_payload_holds_no_number_in_host_byte_order(Type payload) =>
        (LittleEndian.Contains(payload) ? [] : HostOrderFields(payload)).Should().BeEmpty();

    private static bool Check(string check, Type payload)
    {
        MethodInfo method = typeof(WirePayloadTests).GetMethod(check, BindingFlags.NonPublic | BindingFlags.Static)!;
        return (bool)method.MakeGenericMethod(payload).Invoke(null, [])!;
    }

    private static bool HasItsWireSize<T>() where T : unmanaged, IWirePayload => Unsafe.SizeOf<T>() == T.WireSize;

    private static bool KeepsItsBytes<T>() where T : unmanaged, IWirePayload
    {
        byte[] wire = new byte[T.WireSize];
        new Random(T.WireSize).NextBytes(wire);
        byte[] again = new byte[T.WireSize];
        MemoryMarshal.TryRead(wire, out T payload).Should().BeTrue();
        MemoryMarshal.TryWrite(again, in payload).Should().BeTrue();
        return again.AsSpan().SequenceEqual(wire);
    }

    private static bool RefusesTooFewBytes<T>() where T : unmanaged, IWirePayload =>
        !MemoryMarshal.TryRead(new byte[T.WireSize - 1], out T _);

    private static IEnumerable<string> HostOrderFields(Type type)
    {
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Type of = field.FieldType.IsEnum ? Enum.GetUnderlyingType(field.FieldType) : field.FieldType;
            if (of == typeof(byte) || BigEndian.Contains(of)) continue;
            if (of.IsPrimitive) yield return $"{type.Name}.{field.Name}";
            else
                foreach (string inner in HostOrderFields(of)) yield return inner;
        }
    }
}
