// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.GenericServices;

namespace FcTarget.Fabric.Tests.Services;

public sealed class NameServerRegistrationTests : IDisposable
{
    private const string Accepted = "", Denied = "UnableToPerform / 10h", NoPortId = "UnableToPerform / 01h";

    private readonly FabricRig _rig = new();
    private readonly RigPort _a, _b;

    public NameServerRegistrationTests()
    {
        _a = _rig.Login(1);
        _b = _rig.Login(2);
        _a.Plogi(FcId.DirectoryServer);
        _b.Plogi(FcId.DirectoryServer);
    }

    [Fact]
    public void What_a_port_registers_others_read()
    {
        _a.Ns(NameServerCommand.RnnId, "00010001" + "10000000000000AA").Should().Be(Accepted);
        _a.Ns(NameServerCommand.RcsId, "00010001" + "0000000C").Should().Be(Accepted);
        _a.Ns(NameServerCommand.RptId, "00010001" + "02000000").Should().Be(Accepted);
        _a.Ns(NameServerCommand.RftId, "00010001" + "00000120" + new string('0', 56)).Should().Be(Accepted);
        _a.Ns(NameServerCommand.RffId, "00010001" + "00000308").Should().Be(Accepted);
        _a.Ns(NameServerCommand.RspnId, "00010001" + "0161").Should().Be(Accepted);
        _a.Ns(NameServerCommand.RsnnNn, "10000000000000AA" + "0162").Should().Be(Accepted);

        _b.Ns(NameServerCommand.GnnId, "00010001").Should().Be("10000000000000AA");
        _b.Ns(NameServerCommand.GcsId, "00010001").Should().Be("0000000C");
        _b.Ns(NameServerCommand.GptId, "00010001").Should().Be("02000000");
        _b.Ns(NameServerCommand.GftId, "00010001").Should().StartWith("00000120");
        _b.Ns(NameServerCommand.GffId, "00010001").Should().StartWith("0000000000000003");
        _b.Ns(NameServerCommand.GspnId, "00010001").Should().StartWith("016100");
        _b.Ns(NameServerCommand.GsnnNn, "10000000000000AA").Should().StartWith("016200");
    }

    [Fact]
    public void Features_of_one_TYPE_leave_those_of_another()
    {
        _a.Ns(NameServerCommand.RffId, "00010001" + "00000208");
        _a.Ns(NameServerCommand.RffId, "00010001" + "00000128");
        _b.Ns(NameServerCommand.GffId, "00010001").Should().Be("0000000000000002" + new string('0', 24) + "00000001" + new string('0', 208));
    }

    [Fact]
    public void Da_Id_takes_back_what_was_registered_and_leaves_what_the_login_said()
    {
        What_a_port_registers_others_read();
        _a.Ns(NameServerCommand.DaId, "00010001").Should().Be(Accepted);
        _b.Ns(NameServerCommand.GftId, "00010001").Should().Be("UnableToPerform / 07h");
        _b.Ns(NameServerCommand.GffId, "00010001").Should().Be("UnableToPerform / 0fh");
        _b.Ns(NameServerCommand.GspnId, "00010001").Should().Be("UnableToPerform / 08h");
        _b.Ns(NameServerCommand.GnnId, "00010001").Should().Be("1000000000000001");
        _b.Ns(NameServerCommand.GptId, "00010001").Should().Be("01000000");
        _b.Ns(NameServerCommand.GcsId, "00010001").Should().Be("00000008");
    }

    [Theory]
    [InlineData(NameServerCommand.RpnId, "00010001" + "2000000000000001")]
    [InlineData(NameServerCommand.RnnId, "00010001" + "1000000000000009")]
    [InlineData(NameServerCommand.RcsId, "00010001" + "00000008")]
    [InlineData(NameServerCommand.RftId, "00010001" + "0000010000000000000000000000000000000000000000000000000000000000")]
    [InlineData(NameServerCommand.RffId, "00010001" + "00000208")]
    [InlineData(NameServerCommand.RptId, "00010001" + "01000000")]
    [InlineData(NameServerCommand.RspnId, "00010001" + "0161")]
    [InlineData(NameServerCommand.DaId, "00010001")]
    public void A_port_registers_for_itself_only(NameServerCommand command, string body)
    {
        _a.Ns(command, body).Should().Be(Accepted);
        string before = _b.Ns(NameServerCommand.GaNxt, "00000000");
        _b.Ns(command, body).Should().Be(Denied);
        _a.Ns(command, "00010009" + body[8..]).Should().Be(NoPortId);
        _b.Ns(NameServerCommand.GaNxt, "00000000").Should().Be(before);
        _rig.Fabric.Counters.CtForeignRegistrations.Should().Be(1);
    }

    [Fact]
    public void A_port_cannot_take_another_port_name()
    {
        _a.Ns(NameServerCommand.RpnId, "00010001" + "2000000000000002").Should().Be(Denied);
        _b.Ns(NameServerCommand.GidPn, "2000000000000002").Should().Be("00010002");
    }

    [Fact]
    public void A_symbolic_node_name_is_registered_for_the_own_node()
    {
        _a.Ns(NameServerCommand.RsnnNn, "1000000000000001" + "0161").Should().Be(Accepted);
        _a.Ns(NameServerCommand.RsnnNn, "1000000000000002" + "0161").Should().Be(Denied);
        _a.Ns(NameServerCommand.RsnnNn, "1000000000000077" + "0161").Should().Be("UnableToPerform / 03h");
    }

    [Fact]
    public void A_symbolic_name_may_come_padded_as_lpfc_sends_it_or_bare_as_libfc_does()
    {
        _a.Ns(NameServerCommand.RspnId, "00010001" + "0361626300" + new string('0', 2 * 251)).Should().Be(Accepted);
        _a.Port.SymbolicPortName.Should().Be("abc");
        _a.Ns(NameServerCommand.RspnId, "00010001" + "0361626364").Should().Be(Accepted);
        _a.Port.SymbolicPortName.Should().Be("abc");
        _a.Ns(NameServerCommand.RspnId, "00010001" + "00").Should().Be(Accepted);
        _a.Port.SymbolicPortName.Should().BeEmpty();
        _a.Ns(NameServerCommand.RspnId, "00010001" + "05616263").Should().Be("InvalidCtIuSize / 00h");
    }

    [Fact]
    public void What_is_registered_goes_with_the_login()
    {
        What_a_port_registers_others_read();
        _rig.Fabric.Logout(_a.Port);
        _b.Ns(NameServerCommand.GftId, "00010001").Should().Be(NoPortId);
        _rig.Login(1);
        _b.Ns(NameServerCommand.GftId, "00010001").Should().Be("UnableToPerform / 07h");
    }

    [Fact]
    public void The_description_shows_what_is_registered()
    {
        What_a_port_registers_others_read();
        RigPort child = _rig.Login(3, parent: _a);
        _rig.Advance(TimeSpan.FromSeconds(5));
        IReadOnlyList<FabricPortInfo> ports = _rig.Fabric.Describe();
        ports.Should().HaveCount(3);
        ports[0].Should().BeEquivalentTo(new FabricPortInfo(
            "010001", "20:00:00:00:00:00:00:01", "10:00:00:00:00:00:00:aa", "a", "b", ["IpFc", "Fcp"], IsTarget: true, IsInitiator: true, "2, 3",
            ParentId: null, LoggedInSeconds: 5, Rscn: "", Zones: []));
        ports[2].ParentId.Should().Be("010001");
        child.Port.Root.Should().BeSameAs(_a.Port);
    }

    [Fact]
    public void A_symbolic_name_cannot_speak_to_a_terminal()
    {
        _a.Ns(NameServerCommand.RspnId, "00010001" + "06" + "61" + "1B5B324A" + "00").Should().Be(Accepted);
        _rig.Fabric.Describe()[0].SymbolicPortName.Should().Be("a?[2J");
        _b.Ns(NameServerCommand.GspnId, "00010001").Should().StartWith("06611B5B324A00", "the name server gives back what it got");
    }

    public void Dispose() => _rig.Dispose();
}
