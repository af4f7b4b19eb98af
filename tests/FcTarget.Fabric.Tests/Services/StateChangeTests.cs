// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Fabric.Tests.Services;

public sealed class StateChangeTests : IDisposable
{
    private static readonly TimeSpan ReplyTime = TimeSpan.FromSeconds(4);

    private readonly FabricRig _rig = new();
    private readonly RigPort _watcher;

    public StateChangeTests()
    {
        _watcher = _rig.Join(1);
        _watcher.TakeRscns();
    }

    [Fact]
    public void A_login_with_its_registrations_is_one_RSCN_with_one_page()
    {
        RigPort b = _rig.Join(2);
        _watcher.TakeRscns().Should().Equal(b.Id.ToString());
        _rig.Fabric.Counters.RscnsSent.Should().Be(1);
        Convert.ToHexString(_watcher.LastRscn!.Payload).Should().Be("61040008" + "00010002");
        b.TakeRscns().Should().BeEmpty("a port does not hear of itself");
    }

    [Fact]
    public void Every_change_is_told()
    {
        RigPort b = _rig.Login(2);
        _watcher.TakeRscns().Should().Equal("010002");
        b.Plogi(FcId.DirectoryServer);
        _watcher.TakeRscns().Should().BeEmpty();
        b.RegisterFcp(Fc4Features.FcpTarget);
        _watcher.TakeRscns().Should().Equal("010002");
        b.RegisterFcp(Fc4Features.FcpTarget);
        _watcher.TakeRscns().Should().BeEmpty("nothing has changed");
        b.Ns(NameServerCommand.RnnId, "00010002" + "1000000000000099");
        _watcher.TakeRscns().Should().Equal("010002");
        b.Ns(NameServerCommand.DaId, "00010002");
        _watcher.TakeRscns().Should().Equal("010002");
        _rig.Fabric.Logout(b.Port);
        _watcher.TakeRscns().Should().Equal("010002");
        Convert.ToHexString(_watcher.LastRscn!.Payload).Should().Be("61040008" + "14010002", "event qualifier 5: removed object");
    }

    [Fact]
    public void A_port_that_comes_back_at_once_is_one_page()
    {
        RigPort b = _rig.Login(2);
        _watcher.TakeRscns();
        b.TryLogin(null, sameAttachment: true);
        _watcher.TakeRscns().Should().Equal("010002");
    }

    [Fact]
    public void The_ports_behind_a_link_go_with_it_in_one_RSCN()
    {
        RigPort b = _rig.Login(2);
        _rig.Login(3, parent: b);
        _watcher.TakeRscns();
        _rig.Fabric.Logout(b.Port);
        _watcher.TakeRscns().Should().BeEquivalentTo("010002", "010003");
    }

    [Theory]
    [InlineData(ScrFunction.Full, true, true)]
    [InlineData(ScrFunction.FabricDetected, true, false)]
    [InlineData(ScrFunction.NxPortDetected, false, true)]
    [InlineData(ScrFunction.Clear, false, false)]
    public void A_port_hears_what_it_has_registered_for(ScrFunction function, bool byFabric, bool byPort)
    {
        _watcher.Scr(function);
        RigPort b = _rig.Login(2);
        _watcher.TakeRscns().Should().HaveCount(byFabric ? 1 : 0);
        byte[] rscn = new byte[8];
        RscnPages.Write(rscn, [new RscnPage { AffectedId = b.Id }]);
        b.Els(FcId.FabricController, rscn).Should().BeAccepted();
        _watcher.TakeRscns().Should().HaveCount(byPort ? 1 : 0);
    }

    [Fact]
    public void An_RSCN_of_a_port_about_another_goes_no_further()
    {
        RigPort b = _rig.Login(2), c = _rig.Login(3);
        _watcher.TakeRscns();
        byte[] rscn = new byte[8];
        RscnPages.Write(rscn, [new RscnPage { AffectedId = c.Id }]);
        b.Els(FcId.FabricController, rscn).Should().BeAccepted();
        b.Els(FcId.FabricController, Convert.FromHexString("61040006")).Should().BeRejected(ElsReject.InvalidPayloadLength);
        _watcher.TakeRscns().Should().BeEmpty();
    }

    [Fact]
    public void An_RSCN_without_answer_is_sent_three_times_and_no_more()
    {
        _watcher.AnswersRscn = false;
        _rig.Login(2);
        _rig.Advance(ReplyTime * 10);
        _watcher.Rscns.Should().Equal("010002", "010002", "010002");
        FabricCounters counters = _rig.Fabric.Counters;
        (counters.RscnsSent, counters.RscnsSentAgain, counters.RscnsUnanswered).Should().Be((1, 2, 1));
        _watcher.AnswersRscn = true;
        _watcher.Rscns.Clear();
        _rig.Login(3);
        _watcher.TakeRscns().Should().Equal("010003");
    }

    [Fact]
    public void What_changes_while_an_RSCN_is_under_way_waits_for_its_answer()
    {
        _watcher.AnswersRscn = false;
        _rig.Login(2);
        _watcher.TakeRscns().Should().Equal("010002");
        _rig.Login(3);
        _watcher.TakeRscns().Should().BeEmpty();
        _watcher.AnswerRscn(ElsCommand.LsRjt);
        _watcher.TakeRscns().Should().Equal("010003");
        _watcher.AnswerRscn(ElsCommand.LsAcc);
        (_rig.Fabric.Counters.RscnsRejected, _rig.Fabric.Counters.RscnsAccepted).Should().Be((1, 1));
        _watcher.AnswerRscn(ElsCommand.LsAcc);
        _rig.Fabric.Counters.FramesUnexpected.Should().Be(1, "that one was answered already");
    }

    [Fact]
    public void Many_changes_at_once_are_one_page_for_the_whole_fabric()
    {
        for (int i = 2; i <= 33; i++) _rig.Login(i);
        _watcher.TakeRscns().Should().HaveCount(32);
        for (int i = 34; i <= 66; i++) _rig.Login(i);
        _watcher.TakeRscns().Should().Equal("Fabric");
        Convert.ToHexString(_watcher.LastRscn!.Payload).Should().Be("61040008" + "03000000");
    }

    [Fact]
    public void A_port_that_is_gone_is_not_told_any_more()
    {
        _watcher.AnswersRscn = false;
        _rig.Login(2);
        _watcher.TakeRscns();
        _rig.Login(3);
        _rig.Fabric.Logout(_watcher.Port);
        _rig.Advance(ReplyTime * 5);
        _watcher.Rscns.Should().BeEmpty();
        _rig.Fabric.Counters.RscnsSentAgain.Should().Be(0);
    }

    [Theory]
    [InlineData("62000000", false)]
    [InlineData("6200000000000004", false)]
    [InlineData("6200000000000003", true)]
    [InlineData("62000000000000FF", true)]
    public void Scr_is_checked(string payload, bool accepted)
    {
        Received answer = _watcher.Els(FcId.FabricController, Convert.FromHexString(payload));
        answer.Payload[0].Should().Be((byte)(accepted ? ElsCommand.LsAcc : ElsCommand.LsRjt));
        _watcher.Els(FcId.DirectoryServer, Convert.FromHexString("6200000000000003")).Should().BeRejected(ElsReject.CommandNotSupported);
    }

    public void Dispose() => _rig.Dispose();
}
