// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Fabric.Tests.Services;

/// <summary>The queries of FC-GS, byte for byte: three ports 010001 (initiator), 010002 (target), 010003 (nothing registered).</summary>
public sealed class NameServerQueryTests : IDisposable
{
    private const string Last = "80", More = "00";
    private const string NoPortId = "UnableToPerform / 01h", TooShort = "InvalidCtIuSize / 00h";

    private readonly FabricRig _rig = new();
    private readonly RigPort _initiator, _target, _silent;

    public NameServerQueryTests()
    {
        _initiator = _rig.Join(1);
        _target = _rig.Join(2, Fc4Features.FcpTarget);
        _silent = _rig.Login(3);
        _target.Ns(NameServerCommand.RspnId, "00010002" + "06" + "746172676574");
        _target.Ns(NameServerCommand.RsnnNn, "1000000000000002" + "046E6F6465");
    }

    [Fact]
    public void Names_are_told_by_identifier()
    {
        Ask(NameServerCommand.GpnId, "00010002").Should().Be("2000000000000002");
        Ask(NameServerCommand.GnnId, "00010002").Should().Be("1000000000000002");
        Ask(NameServerCommand.GfpnId, "00010002").Should().Be("20020EFD00000001");
        Ask(NameServerCommand.GspnId, "00010002").Should().Be("06746172676574" + new string('0', 2 * 249));
    }

    [Fact]
    public void Class_type_FC_4_TYPEs_and_features_are_told_by_identifier()
    {
        Ask(NameServerCommand.GcsId, "00010002").Should().Be("00000008");
        Ask(NameServerCommand.GptId, "00010002").Should().Be("01000000");
        Ask(NameServerCommand.GftId, "00010002").Should().Be("00000100" + new string('0', 56));
        Ask(NameServerCommand.GffId, "00010002").Should().Be("0000000000000001" + new string('0', 240), "QLogic and Emulex read the low half of byte 7");
    }

    [Fact]
    public void What_is_not_registered_has_an_explanation_of_its_own()
    {
        Ask(NameServerCommand.GftId, "00010003").Should().Be("UnableToPerform / 07h");
        Ask(NameServerCommand.GspnId, "00010003").Should().Be("UnableToPerform / 08h");
        Ask(NameServerCommand.GffId, "00010003").Should().Be("UnableToPerform / 0fh");
        Ask(NameServerCommand.GsnnNn, "1000000000000003").Should().Be("UnableToPerform / 09h");
        Ask(NameServerCommand.GsnnNn, "1000000000000099").Should().Be("UnableToPerform / 03h");
        Ask(NameServerCommand.GidPn, "2000000000000099").Should().Be("UnableToPerform / 02h");
        Ask(NameServerCommand.GidNn, "1000000000000099").Should().Be("UnableToPerform / 03h");
        Ask(NameServerCommand.GidFt, "00000028").Should().Be("UnableToPerform / 07h");
        Ask(NameServerCommand.GidPt, "84000000").Should().Be("UnableToPerform / 0ah");
        Ask(NameServerCommand.GidFf, "0000000000000408").Should().Be("UnableToPerform / 0fh");
        Ask(NameServerCommand.GidA, "00020000").Should().Be("UnableToPerform / 13h");
    }

    [Theory]
    [InlineData(NameServerCommand.GpnId)]
    [InlineData(NameServerCommand.GnnId)]
    [InlineData(NameServerCommand.GcsId)]
    [InlineData(NameServerCommand.GftId)]
    [InlineData(NameServerCommand.GspnId)]
    [InlineData(NameServerCommand.GptId)]
    [InlineData(NameServerCommand.GfpnId)]
    [InlineData(NameServerCommand.GffId)]
    public void An_identifier_that_nobody_has_is_not_registered(NameServerCommand command) => Ask(command, "00010009").Should().Be(NoPortId);

    [Fact]
    public void Identifiers_are_told_by_name()
    {
        Ask(NameServerCommand.GidPn, "2000000000000002").Should().Be("00010002");
        Ask(NameServerCommand.GidNn, "1000000000000002").Should().Be(Last + "010002");
        Ask(NameServerCommand.GsnnNn, "1000000000000002").Should().Be("046E6F6465" + new string('0', 2 * 251));
    }

    [Fact]
    public void Lists_by_FC_4_TYPE_end_with_the_last_entry_marked()
    {
        Ask(NameServerCommand.GidFt, "00000008").Should().Be(More + "010001" + Last + "010002");
        Ask(NameServerCommand.GpnFt, "00000008").Should().Be(
            More + "010001" + "00000000" + "2000000000000001" + Last + "010002" + "00000000" + "2000000000000002");
        Ask(NameServerCommand.GnnFt, "00000008").Should().Be(
            More + "010001" + "00000000" + "1000000000000001" + Last + "010002" + "00000000" + "1000000000000002");
    }

    [Fact]
    public void Lists_by_port_type_and_by_features()
    {
        Ask(NameServerCommand.GidPt, "01000000").Should().Be(More + "010001" + More + "010002" + Last + "010003");
        Ask(NameServerCommand.GidPt, "7F000000").Should().Be(More + "010001" + More + "010002" + Last + "010003", "N_Ports are Nx_Ports");
        Ask(NameServerCommand.GidFf, "0000000000000108").Should().Be(Last + "010002");
        Ask(NameServerCommand.GidFf, "0000000000000208").Should().Be(Last + "010001");
    }

    [Theory]
    [InlineData("00010008", true)]  // the domain
    [InlineData("00020008", false)] // another
    [InlineData("00010108", false)] // another area
    public void A_scope_is_a_domain_or_an_area_of_it(string scope, bool any) =>
        Ask(NameServerCommand.GidFt, scope).StartsWith("00010001", StringComparison.Ordinal).Should().Be(any);

    [Fact]
    public void Gid_A_goes_from_domain_to_area_to_port()
    {
        Ask(NameServerCommand.GidA, "00000000").Should().Be(Last + "010000");
        Ask(NameServerCommand.GidA, "00010000").Should().Be(Last + "010000");
        using FabricRig wide = new();
        for (int i = 1; i <= 0x101; i++) wide.Login(i);
        RigPort last = wide.Login(0x102);
        last.Plogi(FcId.DirectoryServer);
        last.Ns(NameServerCommand.GidA, "00010000").Should().Be(More + "010000" + Last + "010100");
        last.Ns(NameServerCommand.GidA, "00010100").Should().Be(More + "010100" + More + "010101" + Last + "010102");
    }

    [Fact]
    public void Ga_Nxt_walks_around_the_ring()
    {
        string all = Ask(NameServerCommand.GaNxt, "00010001");
        all.Length.Should().Be(620 * 2);
        all.Should().StartWith("01010002" + "2000000000000002" + "06746172676574");
        all.Substring(268 * 2, 26).Should().Be("1000000000000002" + "046E6F6465");
        all.Substring(556 * 2, 16).Should().Be("00000008" + "00000100");
        all.Substring(608 * 2, 16).Should().Be("20020EFD00000001");
        Ask(NameServerCommand.GaNxt, "00000000").Should().StartWith("01010001");
        Ask(NameServerCommand.GaNxt, "00010002").Should().StartWith("01010003");
        Ask(NameServerCommand.GaNxt, "00010003").Should().StartWith("01010001", "above the highest comes the lowest");
        Ask(NameServerCommand.GaNxt, "00FFFFFF").Should().StartWith("01010001");
    }

    public static TheoryData<NameServerCommand, int> Lengths() => new()
    {
        { NameServerCommand.GaNxt, 4 }, { NameServerCommand.GidA, 4 }, { NameServerCommand.GpnId, 4 }, { NameServerCommand.GnnId, 4 },
        { NameServerCommand.GcsId, 4 }, { NameServerCommand.GftId, 4 }, { NameServerCommand.GspnId, 4 }, { NameServerCommand.GptId, 4 },
        { NameServerCommand.GfpnId, 4 }, { NameServerCommand.GffId, 4 }, { NameServerCommand.GidPn, 8 }, { NameServerCommand.GidNn, 8 },
        { NameServerCommand.GsnnNn, 8 }, { NameServerCommand.GidFt, 4 }, { NameServerCommand.GpnFt, 4 }, { NameServerCommand.GnnFt, 4 },
        { NameServerCommand.GidPt, 4 }, { NameServerCommand.GidFf, 8 }, { NameServerCommand.RpnId, 12 }, { NameServerCommand.RnnId, 12 },
        { NameServerCommand.RcsId, 8 }, { NameServerCommand.RftId, 36 }, { NameServerCommand.RspnId, 5 }, { NameServerCommand.RptId, 8 },
        { NameServerCommand.RffId, 8 }, { NameServerCommand.RsnnNn, 9 }, { NameServerCommand.DaId, 4 },
    };

    [Theory, MemberData(nameof(Lengths))]
    public void A_request_cut_anywhere_has_an_invalid_size_and_a_whole_one_does_not(NameServerCommand command, int length)
    {
        for (int cut = 0; cut < length; cut++) Ask(command, new string('0', cut * 2)).Should().Be(TooShort);
        Ask(command, new string('0', length * 2)).Should().NotBe(TooShort);
    }

    [Fact]
    public void Every_command_of_the_enumeration_has_its_length_tested() =>
        Lengths().Select(row => (NameServerCommand)row[0]).Should().BeEquivalentTo(Enum.GetValues<NameServerCommand>());

    [Theory]
    [InlineData(0x0135, "CommandNotSupported / 00h")] // GIP_NN
    [InlineData(0x0FFF, "InvalidCommandCode / 00h")]
    [InlineData(0x8002, "InvalidCommandCode / 00h")]  // an accept that nobody waits for
    public void A_command_that_is_not_served_is_refused(int command, string reject) => Ask((NameServerCommand)command, "00010002").Should().Be(reject);

    [Fact]
    public void Revision_and_service_must_be_right()
    {
        CtPreamble preamble = CtPreamble.To(NameServerCommand.GpnId);
        byte[] body = [0, 1, 0, 2];
        CtPreamble revision = preamble, type = preamble, subtype = preamble;
        revision.Revision = 2;
        type.GsType = CtGsType.TimeService;
        subtype.GsSubtype = 0x01;
        _initiator.Ct(FcId.DirectoryServer, revision, body).Should().Be("InvalidVersionLevel / 00h");
        _initiator.Ct(FcId.DirectoryServer, type, body).Should().Be("ServerNotAvailable / 00h");
        _initiator.Ct(FcId.DirectoryServer, subtype, body).Should().Be("ServerNotAvailable / 00h");
        _initiator.Plogi(FcId.ManagementServer);
        _initiator.Ct(FcId.ManagementServer, preamble, body).Should().Be("ServerNotAvailable / 00h", "the name server is elsewhere");
        (_rig.Fabric.Counters.CtBadRevision, _rig.Fabric.Counters.CtUnknownService).Should().Be((1, 3));
    }

    [Fact]
    public void A_preamble_cut_anywhere_is_refused()
    {
        for (int length = 1; length < CtPreamble.WireSize; length++)
        {
            _initiator.Send(FcId.DirectoryServer, RCtl.UnsolicitedControl, FcType.Ct, new byte[length]);
            CtIu.TryRead(_initiator.Inbox.Dequeue().Payload, out CtPreamble answer, out _).Should().BeTrue();
            (answer.IsReject, answer.Reject).Should().Be((true, CtReject.InvalidCtIuSize));
        }
        _rig.Fabric.Counters.CtTooShort.Should().Be(15);
    }

    [Fact]
    public void The_name_server_asks_for_PLOGI_first_and_again_after_LOGO()
    {
        _silent.Ns(NameServerCommand.GpnId, "00010002").Should().Be("LS_RJT");
        _silent.Plogi(FcId.DirectoryServer).Should().BeAccepted();
        _silent.Ns(NameServerCommand.GpnId, "00010002").Should().Be("2000000000000002");
        _silent.Logo(FcId.DirectoryServer).Should().BeAccepted();
        _silent.Ns(NameServerCommand.GpnId, "00010002").Should().Be("LS_RJT");
        _silent.Port.IsLoggedIn.Should().BeTrue("that was the name server's login only");
        _rig.Fabric.Counters.CtWithoutLogin.Should().Be(2);
    }

    [Fact]
    public void Prli_with_the_name_server_is_not_supported()
    {
        byte[] prli = new byte[20];
        ProcessPages.Write(prli, ElsCommand.Prli, new PrliPage { Type = FcType.Fcp });
        _initiator.Els(FcId.DirectoryServer, prli).Should().BeRejected(ElsReject.CommandNotSupported);
    }

    // ---- maximum size, several frames -----------------------------------------------------------------------------

    [Theory]
    [InlineData(0, 32, 0)]  // no limit
    [InlineData(8, 32, 0)]  // both entries fit
    [InlineData(9, 32, 0)]
    [InlineData(7, 16, 4)]  // one entry fits: four words of the other one do not
    [InlineData(4, 16, 4)]
    [InlineData(3, 0, 8)]   // none fits
    public void An_answer_above_the_maximum_size_is_cut_at_an_entry_and_says_what_is_missing(int maximum, int length, int residual)
    {
        CtPreamble preamble = CtPreamble.To(NameServerCommand.GpnFt);
        preamble.MaximumOrResidualSize = (ushort)maximum;
        string body = _initiator.Ct(FcId.DirectoryServer, preamble, [0, 0, 0, 8]);
        (body.Length / 2, _initiator.Residual).Should().Be((length, residual));
        NsEntries<NsPortIdAndName> entries = new(Convert.FromHexString(body));
        while (entries.TryNext(out NsPortIdAndName _)) { }
        entries.IsComplete.Should().Be(residual == 0);
    }

    [Fact]
    public void A_long_answer_is_one_sequence()
    {
        for (int i = 10; i < 310; i++)
        {
            RigPort port = _rig.Login(i);
            port.Plogi(FcId.DirectoryServer);
            port.RegisterFcp(Fc4Features.FcpInitiator);
        }
        string body = Ask(NameServerCommand.GpnFt, "00000008");
        body.Length.Should().Be(302 * 16 * 2);
        RigPort.Ids(body, 16).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_request_of_several_frames_is_put_together()
    {
        byte[] iu = new byte[16 + 260];
        iu[20] = 255;
        iu.AsSpan(21).Fill((byte)'x');
        CtIu.Write(iu, CtPreamble.To(NameServerCommand.RspnId));
        (iu[17], iu[19]) = (1, 1);
        _initiator.Send(FcId.DirectoryServer, RCtl.UnsolicitedControl, FcType.Ct, iu, frameSize: 64);
        _initiator.Inbox.Should().ContainSingle();
        _initiator.Port.SymbolicPortName.Should().Be(new string('x', 255));
    }

    public void Dispose() => _rig.Dispose();

    private string Ask(NameServerCommand command, string body) => _initiator.Ns(command, body);
}
