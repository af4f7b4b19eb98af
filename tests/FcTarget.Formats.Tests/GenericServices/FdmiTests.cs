// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.GenericServices;

public sealed class FdmiTests
{
    private static readonly Wwn Hba = new(0x2000001122334455ul);

    [Fact]
    public void Rhba_is_identifier_port_list_and_attribute_block()
    {
        FdmiWriter writer = new(new byte[256]);
        writer.AddName(Hba);
        writer.AddNames([Hba]);
        writer.BeginAttributes();
        writer.Add(FdmiHbaAttribute.NodeName, Hba);
        writer.Add(FdmiHbaAttribute.Model, "fct");
        writer.Add(FdmiHbaAttribute.NumberOfPorts, 1);
        Convert.ToHexString(writer.Body).Should().Be(
            "2000001122334455" + "00000001" + "2000001122334455" + "00000003"
            + "0001000C" + "2000001122334455" + "00040008" + "66637400" + "000E0008" + "00000001");
    }

    [Fact]
    public void Rpa_is_port_name_and_attribute_block()
    {
        Fc4Types types = default;
        types.Set((byte)FcType.Fcp);
        FdmiWriter writer = new(new byte[256]);
        writer.AddName(Hba);
        writer.BeginAttributes();
        writer.Add(FdmiPortAttribute.SupportedFc4Types, types);
        writer.Add(FdmiPortAttribute.CurrentPortSpeed, (uint)FdmiPortSpeeds.Gb10);
        Convert.ToHexString(writer.Body).Should().Be(
            "2000001122334455" + "00000002" + "00010024" + "00000100" + new string('0', 56) + "00030008" + "00000004");
    }

    [Fact]
    public void What_was_written_is_walked_in_order()
    {
        FdmiWriter writer = new(new byte[64]);
        writer.BeginAttributes();
        writer.Add(FdmiPortAttribute.HostName, "abcd");
        writer.Add(FdmiPortAttribute.PortType, (uint)NsPortType.NPort);
        FdmiAttributes.TryRead(writer.Body, out FdmiAttributes attributes).Should().BeTrue();
        attributes.Remaining.Should().Be(2);
        attributes.TryNext(out ushort type, out ReadOnlySpan<byte> value).Should().BeTrue();
        (type, Convert.ToHexString(value)).Should().Be(((ushort)6, "6162636400000000"));
        attributes.TryNext(out type, out value).Should().BeTrue();
        (type, Convert.ToHexString(value)).Should().Be(((ushort)10, "00000001"));
        attributes.TryNext(out _, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("00000001")]                 // an attribute that is not there
    [InlineData("FFFFFFFF00010008AAAAAAAA")] // four thousand million of them
    [InlineData("0000000100010000")]         // length 0
    [InlineData("0000000100010003")]         // shorter than its header
    [InlineData("000000010001000AAAAAAAAAAAAAAAAA")] // not whole words
    [InlineData("000000010001000CAAAAAAAA")] // longer than the block
    public void A_block_that_contradicts_itself_is_refused(string block)
    {
        FdmiAttributes.TryRead(Convert.FromHexString(block), out FdmiAttributes attributes).Should().BeFalse();
        attributes.TryNext(out _, out _).Should().BeFalse();
    }

    [Fact]
    public void A_list_of_names_ends_where_its_count_says_and_what_follows_is_handed_out()
    {
        byte[] list = Convert.FromHexString("00000002" + "2000001122334455" + "2000001122334456" + "DEADBEEF");
        FdmiNames.TryRead(list, out FdmiNames names, out ReadOnlySpan<byte> behind).Should().BeTrue();
        Convert.ToHexString(behind).Should().Be("DEADBEEF");
        names.TryNext(out Wwn first).Should().BeTrue();
        names.TryNext(out Wwn second).Should().BeTrue();
        (first, second).Should().Be((Hba, new Wwn(0x2000001122334456ul)));
        names.TryNext(out _).Should().BeFalse();
        for (int length = 0; length < 20; length++) FdmiNames.TryRead(list.AsSpan(0, length), out _, out _).Should().BeFalse();
        list[0] = 0x80; // more names than an int can count bytes of
        FdmiNames.TryRead(list, out _, out _).Should().BeFalse();
    }

    [Fact]
    public void Any_bytes_are_walked_to_an_end() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            if (bytes.Length > 4) (bytes[0], bytes[1], bytes[2], bytes[3]) = (0, 0, 0, (byte)(bytes[3] & 7));
            if (!FdmiAttributes.TryRead(bytes, out FdmiAttributes attributes)) return true;
            int left = bytes.Length - 4;
            while (attributes.TryNext(out _, out ReadOnlySpan<byte> value)) left -= 4 + value.Length;
            return left >= 0 && attributes.Remaining == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(120));
}
