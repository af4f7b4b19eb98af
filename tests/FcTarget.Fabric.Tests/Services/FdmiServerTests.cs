// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.GenericServices;

namespace FcTarget.Fabric.Tests.Services;

public sealed class FdmiServerTests : IDisposable
{
    private const string Accepted = "", AlreadyRegistered = "UnableToPerform / 10h", NoHba = "UnableToPerform / 17h", NoPort = "UnableToPerform / 21h";

    // Two HBA attributes (version 1: manufacturer; version 2: number of ports), one port attribute.
    private const string HbaBlock = "00000002" + "00020008" + "41434D45" + "000E0008" + "00000001";
    private const string PortBlock = "00000001" + "00060008" + "686F7374";

    private readonly FabricRig _rig = new();
    private readonly RigPort _a, _b;

    public FdmiServerTests()
    {
        _a = _rig.Login(1);
        _b = _rig.Login(2);
        _a.Plogi(FcId.ManagementServer);
        _b.Plogi(FcId.ManagementServer);
    }

    [Fact]
    public void An_HBA_and_its_port_are_registered_and_read_by_others()
    {
        RegisterA();
        Ask(FdmiCommand.Grhl, "").Should().Be("00000001" + "2000000000000001");
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be(HbaBlock);
        Ask(FdmiCommand.Grpl, "2000000000000001").Should().Be("00000001" + "2000000000000001");
        Ask(FdmiCommand.Gpat, "2000000000000001").Should().Be(PortBlock);
    }

    [Fact]
    public void A_virtual_port_is_registered_on_the_HBA_of_its_link()
    {
        RegisterA();
        RigPort child = _rig.Login(3, parent: _a);
        child.Plogi(FcId.ManagementServer);
        Say(child, FdmiCommand.Rprt, "2000000000000001" + "2000000000000003" + PortBlock).Should().Be(Accepted);
        Ask(FdmiCommand.Grpl, "2000000000000001").Should().Be("00000002" + "2000000000000001" + "2000000000000003");
        Ask(FdmiCommand.Gpat, "2000000000000003").Should().Be(PortBlock);
    }

    [Fact]
    public void What_was_registered_is_taken_back_piece_by_piece()
    {
        RegisterA();
        Say(_a, FdmiCommand.Dpa, "2000000000000001").Should().Be(Accepted);
        Ask(FdmiCommand.Gpat, "2000000000000001").Should().Be("UnableToPerform / 20h");
        Say(_a, FdmiCommand.Dhat, "2000000000000001").Should().Be(Accepted);
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be("UnableToPerform / 11h");
        Say(_a, FdmiCommand.Rhat, "2000000000000001" + HbaBlock).Should().Be(Accepted);
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be(HbaBlock);
        Say(_a, FdmiCommand.Dprt, "2000000000000001").Should().Be(Accepted);
        Ask(FdmiCommand.Gpat, "2000000000000001").Should().Be(NoPort);
        Say(_a, FdmiCommand.Dhba, "2000000000000001").Should().Be(Accepted);
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be(NoHba);
        Ask(FdmiCommand.Grhl, "").Should().Be(NoHba);
    }

    [Fact]
    public void The_registration_goes_with_the_link()
    {
        RegisterA();
        _rig.Fabric.Logout(_a.Port);
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be(NoHba);
    }

    [Fact]
    public void An_HBA_is_registered_once_until_it_is_deregistered()
    {
        RegisterA();
        Say(_a, FdmiCommand.Rhba, Rhba(1)).Should().Be(AlreadyRegistered, "QLogic's driver deregisters and tries again on this explanation");
        Say(_a, FdmiCommand.Dhba, "2000000000000001").Should().Be(Accepted);
        Say(_a, FdmiCommand.Rhba, Rhba(1)).Should().Be(Accepted);
    }

    [Fact]
    public void Nobody_registers_for_another()
    {
        RegisterA();
        Say(_b, FdmiCommand.Rhba, Rhba(1)).Should().Be(AlreadyRegistered);
        Say(_b, FdmiCommand.Rhba, "2000000000000002" + "00000001" + "2000000000000001" + HbaBlock).Should().Be("UnableToPerform / 00h", "the port is A's");
        Say(_b, FdmiCommand.Rpa, "2000000000000001" + PortBlock).Should().Be(NoPort);
        Say(_b, FdmiCommand.Dhba, "2000000000000001").Should().Be("UnableToPerform / 00h");
        Say(_b, FdmiCommand.Dprt, "2000000000000001").Should().Be(NoPort);
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be(HbaBlock);
    }

    [Theory]
    [InlineData(FdmiCommand.Rhba, "2000000000000001" + "00000000" + "00000000", "UnableToPerform / 16h")]
    [InlineData(FdmiCommand.Rhba, "2000000000000001" + "00000001" + "2000000000000001", "UnableToPerform / 13h")]
    [InlineData(FdmiCommand.Rhba, "2000000000000001" + "00000001" + "2000000000000001" + "0000000100020000", "UnableToPerform / 13h")]
    [InlineData(FdmiCommand.Rhba, "2000000000000001" + "00000001" + "2000000000000001" + "000000020002000400020004", "UnableToPerform / 12h")]
    [InlineData(FdmiCommand.Rhba, "2000000000000001" + "00000002" + "2000000000000001", "InvalidCtIuSize / 00h")]
    [InlineData(FdmiCommand.Rpa, "2000000000000001" + PortBlock, NoPort)]
    [InlineData(FdmiCommand.Rprt, "2000000000000001" + "2000000000000001" + PortBlock, NoHba)]
    public void A_registration_that_is_not_whole_says_what_is_wrong(FdmiCommand command, string body, string reject) =>
        Say(_a, command, body).Should().Be(reject);

    [Fact]
    public void A_bad_port_block_leaves_the_one_before()
    {
        RegisterA();
        Say(_a, FdmiCommand.Rpa, "2000000000000001" + "0000000100060004").Should().Be(Accepted, "an attribute without a value");
        Say(_a, FdmiCommand.Rpa, "2000000000000001" + "000000010006").Should().Be("UnableToPerform / 23h");
        Say(_a, FdmiCommand.Rpa, "2000000000000001" + "00000002" + "0006000400060004").Should().Be("UnableToPerform / 22h");
        Ask(FdmiCommand.Gpat, "2000000000000001").Should().Be("0000000100060004");
    }

    [Fact]
    public void An_HBA_has_room_for_what_FDMI_knows_and_not_for_more()
    {
        RegisterA();
        string big = "00000001" + "00061800" + new string('0', 2 * 0x17FC); // 6 KiB
        Say(_a, FdmiCommand.Rpa, "2000000000000001" + big).Should().Be(Accepted);
        Say(_a, FdmiCommand.Rhat, "2000000000000001" + big).Should().Be("LogicalError / 00h");
        Say(_a, FdmiCommand.Rprt, "2000000000000001" + "2000000000000009" + big).Should().Be("LogicalError / 00h");
        Ask(FdmiCommand.Ghat, "2000000000000001").Should().Be(HbaBlock);
        Ask(FdmiCommand.Gpat, "2000000000000009").Should().Be(NoPort);
    }

    [Fact]
    public void Every_request_cut_anywhere_is_refused()
    {
        RegisterA();
        foreach (FdmiCommand command in Enum.GetValues<FdmiCommand>().Where(c => c != FdmiCommand.Grhl))
            for (int length = 0; length < 8; length++)
                Say(_a, command, new string('0', length * 2)).Should().Be("InvalidCtIuSize / 00h");
        string rhba = Rhba(1);
        Say(_a, FdmiCommand.Dhba, "2000000000000001");
        for (int length = 8; length < rhba.Length / 2; length++) Say(_a, FdmiCommand.Rhba, rhba[..(length * 2)]).Should().NotBe(Accepted);
    }

    [Fact]
    public void Other_management_services_are_not_available_and_other_commands_not_supported()
    {
        CtPreamble gpsc = CtPreamble.To(FdmiCommand.Grhl);
        gpsc.GsSubtype = CtGsSubtype.FabricConfigurationServer;
        gpsc.CommandCode = 0x0127;
        _a.Ct(FcId.ManagementServer, gpsc, new byte[8]).Should().Be("ServerNotAvailable / 00h");
        Say(_a, (FdmiCommand)0x0120, "").Should().Be("CommandNotSupported / 00h");
        Say(_a, (FdmiCommand)0x4444, "").Should().Be("InvalidCommandCode / 00h");
    }

    [Fact]
    public void The_management_server_asks_for_PLOGI_first()
    {
        RigPort c = _rig.Login(3);
        Say(c, FdmiCommand.Grhl, "").Should().Be("LS_RJT");
    }

    public void Dispose() => _rig.Dispose();

    private static string Rhba(int number) => $"{FabricRig.NameOf(number)}" + "00000001" + $"{FabricRig.NameOf(number)}" + HbaBlock;

    private void RegisterA()
    {
        Say(_a, FdmiCommand.Rhba, Rhba(1)).Should().Be(Accepted);
        Say(_a, FdmiCommand.Rpa, "2000000000000001" + PortBlock).Should().Be(Accepted);
    }

    private string Ask(FdmiCommand command, string body) => Say(_b, command, body);

    private static string Say(RigPort port, FdmiCommand command, string body) => port.Fdmi(command, Convert.FromHexString(body));
}
