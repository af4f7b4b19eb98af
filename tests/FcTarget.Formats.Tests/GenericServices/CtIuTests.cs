// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;

namespace FcTarget.Formats.Tests.GenericServices;

/// <summary>CT_IUs as FC-GS prints them and as Linux, QLogic and Emulex ports send them.</summary>
public sealed class CtIuTests
{
    private static readonly FcId Port = new(0x010203u);
    private static readonly Wwn Name = new(0x2000001122334455ul);

    [Fact]
    public void A_request_begins_with_revision_type_subtype_and_command()
    {
        byte[] wire = new byte[64];
        int length = CtIu.Write(wire, CtPreamble.To(NameServerCommand.GpnId), new NsPortId(Port));
        Convert.ToHexString(wire[..length]).Should().Be("01000000" + "FC020000" + "01120000" + "00000000" + "00010203");
    }

    [Fact]
    public void An_accept_and_a_reject_repeat_what_they_answer()
    {
        CtPreamble request = CtPreamble.To(FdmiCommand.Rhba);
        request.InId = Port;
        byte[] wire = new byte[16];
        CtIu.Write(wire, request.Accept()).Should().Be(16);
        Convert.ToHexString(wire).Should().Be("01010203" + "FA100000" + "80020000" + "00000000");
        CtReject reject = CtReject.UnableToPerform(CtRejectExplanation.FdmiHbaAlreadyRegistered);
        CtIu.Write(wire, request.RejectWith(reject)).Should().Be(16);
        Convert.ToHexString(wire).Should().Be("01010203" + "FA100000" + "80010000" + "00091000");
        CtIu.TryRead(wire, out CtPreamble read, out ReadOnlySpan<byte> body).Should().BeTrue();
        body.IsEmpty.Should().BeTrue();
        (read.IsReject, read.IsAccept, read.Reject).Should().Be((true, false, reject));
    }

    [Fact]
    public void Rft_Id_with_FCP_sets_bit_8_of_the_first_word()
    {
        NsRegisterFc4Types body = new() { Id = Port };
        body.Types.Set((byte)FcType.Fcp);
        byte[] wire = new byte[64];
        int length = CtIu.Write(wire, CtPreamble.To(NameServerCommand.RftId), body);
        Convert.ToHexString(wire[16..length]).Should().Be("00010203" + "00000100" + new string('0', 56));
    }

    [Fact]
    public void Rff_Id_ends_with_features_and_TYPE()
    {
        NsRegisterFc4Features body = new() { Id = Port, Features = Fc4Features.FcpInitiator, Fc4Type = FcType.Fcp };
        byte[] wire = new byte[64];
        int length = CtIu.Write(wire, CtPreamble.To(NameServerCommand.RffId), body);
        Convert.ToHexString(wire[..length]).Should().Be("01000000" + "FC020000" + "021F0000" + "00000000" + "00010203" + "00000208");
    }

    [Fact]
    public void Rnn_Id_Gid_Ft_Gid_Pt_and_Gid_Ff_have_their_fields_in_place()
    {
        Body(new NsRegisterName { Id = Port, Name = Name }).Should().Be("00010203" + "2000001122334455");
        Body(new NsScope { Fc4Type = FcType.Fcp }).Should().Be("00000008");
        Body(new NsScope { PortType = NsPortType.NxPort, DomainId = 1, AreaId = 2 }).Should().Be("7F010200");
        Body(new NsFeatureScope { DomainId = 1, AreaId = 2, Features = 1, Fc4Type = FcType.Fcp }).Should().Be("00010200" + "00000108");
        Body(new NsClassesOfService { Classes = NsClasses.Class2 | NsClasses.Class3 }).Should().Be("0000000C");
        Body(new NsRegisterPortType { Id = Port, PortType = NsPortType.NPort }).Should().Be("00010203" + "01000000");
        Body(new NsPortIdAndName { Control = NsControl.Last, Id = Port, Name = Name })
            .Should().Be("80010203" + "00000000" + "2000001122334455");
    }

    [Fact]
    public void Ga_Nxt_has_620_bytes_and_its_objects_where_FC_GS_puts_them()
    {
        NsAllObjects all = new()
        {
            PortType = NsPortType.NPort,
            Id = Port,
            PortName = Name,
            SymbolicPortName = new SymbolicNameObject("port"),
            NodeName = Name,
            SymbolicNodeName = new SymbolicNameObject("node"),
            FabricPortName = Name,
        };
        all.Classes.Classes = NsClasses.Class3;
        all.Types.Set((byte)FcType.Fcp);
        byte[] wire = new byte[636];
        CtIu.Write(wire, CtPreamble.To(NameServerCommand.GaNxt).Accept(), all).Should().Be(636);
        ReadOnlySpan<byte> body = wire.AsSpan(16);
        Convert.ToHexString(body[..17]).Should().Be("01010203" + "2000001122334455" + "04706F7274");
        Convert.ToHexString(body.Slice(268, 13)).Should().Be("2000001122334455" + "046E6F6465");
        Convert.ToHexString(body.Slice(556, 8)).Should().Be("00000008" + "00000100");
        Convert.ToHexString(body.Slice(608, 12)).Should().Be("2000001122334455" + "00000000");
    }

    [Fact]
    public void A_list_is_walked_to_the_entry_marked_last()
    {
        byte[] body = Convert.FromHexString("00010203" + "80010204" + "00010205");
        NsEntries<NsPortId> entries = new(body);
        entries.TryNext(out NsPortId first).Should().BeTrue();
        entries.IsComplete.Should().BeFalse();
        entries.TryNext(out NsPortId second).Should().BeTrue();
        (first.Id, second.Id).Should().Be((Port, new FcId(0x010204u)));
        entries.IsComplete.Should().BeTrue();
        entries.TryNext(out NsPortId _).Should().BeFalse();
    }

    [Fact]
    public void A_list_cut_anywhere_ends_and_is_not_complete()
    {
        byte[] body = Convert.FromHexString("000102030000000020000011223344558001020400000000200000112233445F");
        for (int length = 0; length < body.Length; length++)
        {
            NsEntries<NsPortIdAndName> entries = new(body.AsSpan(0, length));
            int count = 0;
            while (entries.TryNext(out NsPortIdAndName _)) count++;
            (count, entries.IsComplete).Should().Be((length / 16, false));
        }
    }

    [Fact]
    public void A_symbolic_name_keeps_any_255_bytes_and_no_more()
    {
        string name = string.Concat(Enumerable.Range(0, 300).Select(i => (char)(i & 0xFF)));
        byte[] wire = new byte[SymbolicName.PaddedSize];
        SymbolicName.Write(wire, name).Should().Be(256);
        SymbolicName.TryRead(wire, out string read).Should().BeTrue();
        read.Should().Be(name[..255]);
        for (int length = 0; length < 256; length++) SymbolicName.TryRead(wire.AsSpan(0, length), out _).Should().BeFalse();
        SymbolicName.Write(wire.AsSpan(0, 4), "four").Should().Be(0);
        new SymbolicNameObject("four").ToString().Should().Be("four");
    }

    [Fact]
    public void Room_too_small_is_not_written()
    {
        CtPreamble preamble = CtPreamble.To(NameServerCommand.GpnId);
        CtIu.Write(new byte[15], preamble).Should().Be(0);
        CtIu.Write(new byte[19], preamble, new NsPortId(Port)).Should().Be(0);
        CtIu.Write(new byte[19], preamble, new byte[4]).Should().Be(0);
        CtIu.TryRead(new byte[15], out _, out _).Should().BeFalse();
    }

    private static string Body<T>(T value) where T : struct, IWirePayload
    {
        byte[] wire = new byte[CtPreamble.WireSize + T.WireSize];
        CtIu.Write(wire, default, value);
        CtIu.TryRead(wire, out _, out ReadOnlySpan<byte> body);
        CtIu.TryRead(body, out T again).Should().BeTrue();
        again.Should().Be(value);
        return Convert.ToHexString(body);
    }
}
