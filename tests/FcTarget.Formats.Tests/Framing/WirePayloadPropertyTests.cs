// SPDX-License-Identifier: MIT

using System.Reflection;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Framing;

/// <summary>What holds for every wire struct of these four namespaces, found by reflection.</summary>
public sealed class WirePayloadPropertyTests
{
    // Reserved bits that share a byte with named ones: sent as zero, so a copy loses them.
    private static readonly Dictionary<Type, (int Offset, byte Named)> PartlyReserved = new()
    {
        [typeof(RscnPage)] = (0, 0x3F),
        [typeof(FcpCmndHeader)] = (9, 0x7F),
    };

    public static TheoryData<Type> Payloads()
    {
        TheoryData<Type> types = [];
        string[] namespaces =
            [typeof(FcHeader).Namespace!, typeof(LogoPayload).Namespace!, typeof(FcpXferRdy).Namespace!, typeof(CtPreamble).Namespace!];
        foreach (Type type in typeof(FcHeader).Assembly.GetTypes().OrderBy(t => t.FullName))
        {
            if (type.IsValueType && type.IsAssignableTo(typeof(IWirePayload)) && namespaces.Contains(type.Namespace)) types.Add(type);
        }
        return types;
    }

    [Fact]
    public void There_are_payloads_to_test() => Payloads().Count.Should().BeGreaterThanOrEqualTo(30);

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Any_bytes_survive_decode_and_encode_field_by_field(Type payload) => Invoke(nameof(RoundTrip), payload);

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_cut_anywhere_is_not_read_and_room_too_small_is_not_written(Type payload) => Invoke(nameof(Truncation), payload);

    private static void RoundTrip<T>() where T : unmanaged, IWirePayload
    {
        Gen<byte[]> bytes = ArbMap.Default.GeneratorFor<byte>().ArrayOf(T.WireSize);
        Prop.ForAll(bytes.ToArbitrary(), wire =>
        {
            if (PartlyReserved.TryGetValue(typeof(T), out (int Offset, byte Named) bits)) wire[bits.Offset] &= bits.Named;
            if (!ElsPayload.TryRead(wire, out T value)) return false;
            byte[] again = new byte[T.WireSize];
            return ElsPayload.Write(again, FieldByField.Copy(value, withReserved: true)) == T.WireSize
                && again.AsSpan().SequenceEqual(wire);
        }).QuickCheckThrowOnFailure();
    }

    private static void Truncation<T>() where T : unmanaged, IWirePayload
    {
        byte[] wire = new byte[T.WireSize];
        for (int length = 0; length < T.WireSize; length++)
        {
            ElsPayload.TryRead(wire.AsSpan(0, length), out T _).Should().BeFalse();
            ElsPayload.Write(wire.AsSpan(0, length), default(T)).Should().Be(0);
        }
        ElsPayload.TryRead(wire, out T _).Should().BeTrue();
    }

    private static void Invoke(string name, Type payload) =>
        typeof(WirePayloadPropertyTests).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(payload)
            .Invoke(null, null);
}
