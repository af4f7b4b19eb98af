// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Initiator.Tests;

public sealed class LoginTests
{
    [Theory]
    [InlineData(Topology.Vn2Vn, false)]
    [InlineData(Topology.Vn2Vn, true)]
    [InlineData(Topology.PointToPoint, false)]
    [InlineData(Topology.PointToPoint, true)]
    [InlineData(Topology.Fabric, false)]
    [InlineData(Topology.Fabric, true)]
    public void Initiator_and_target_establish_an_image_pair_whoever_has_the_higher_name(Topology topology, bool initiatorIsHigher)
    {
        using InitiatorRig rig = new(topology, initiatorIsHigher);

        rig.Target!.PortName.Should().Be(rig.TargetPort.Local.PortName);
        rig.Target.State.Should().Be(LoginState.ImagePair);
        rig.RunsWell(rig.Read(0, new byte[4096]));
        rig.Logins.Should().Be(1);
    }

    [Theory]
    [InlineData(Topology.Vn2Vn, false)]
    [InlineData(Topology.Vn2Vn, true)]
    [InlineData(Topology.PointToPoint, false)]
    [InlineData(Topology.PointToPoint, true)]
    [InlineData(Topology.Fabric, false)]
    [InlineData(Topology.Fabric, true)]
    public void Initiator_logs_out_and_in_again_and_finds_its_data(Topology topology, bool initiatorIsHigher)
    {
        using InitiatorRig rig = new(topology, initiatorIsHigher);
        byte[] data = InitiatorRig.Pattern(64 * 1024), back = new byte[data.Length];
        rig.RunsWell(rig.Write(8, data));
        RemotePort target = rig.Target!;

        rig.Initiator.LogOut(target);
        rig.RunUntil(() => target.State == LoginState.Idle, TimeSpan.FromSeconds(1));
        rig.Target.Should().BeNull();
        rig.Initiator.LogIn(target);
        rig.RunUntil(() => rig.Target is not null, TimeSpan.FromSeconds(10));
        rig.TakesUnitAttentions();

        rig.RunsWell(rig.Read(8, back));
        back.Should().Equal(data);
        rig.Logins.Should().Be(2);
    }

    [Theory]
    [InlineData(Topology.Vn2Vn)]
    [InlineData(Topology.PointToPoint)]
    [InlineData(Topology.Fabric)]
    public void Target_that_leaves_ends_the_commands_it_has(Topology topology)
    {
        using InitiatorRig rig = new(topology);
        InitiatorCommand held = rig.Command(TestKit.Cdbs.TestUnitReady, lun: 1);
        rig.Initiator.Submit(held);
        rig.Pump();
        rig.Held.CompletesAborted = true;

        rig.TargetPort.Local.RemotePorts.Single().Handle(LoginEvent.Leave);
        rig.Pump();

        held.Outcome.Should().Be(InitiatorOutcome.PortLost);
    }

    [Fact]
    public void Command_to_a_target_that_is_gone_ends_as_port_lost_and_never_within_Submit()
    {
        using InitiatorRig rig = new();
        RemotePort target = rig.Target!;
        InitiatorCommand read = rig.Read(0, new byte[512]);
        rig.Initiator.LogOut(target);

        rig.Initiator.Submit(read);
        read.Outcome.Should().Be(InitiatorOutcome.None);
        rig.Pump();
        read.Outcome.Should().Be(InitiatorOutcome.PortLost);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Link_down_in_mid_write_ends_it_and_after_link_up_it_is_written_anew(bool initiatorsLink)
    {
        using InitiatorRig rig = new();
        byte[] data = InitiatorRig.Pattern(4 << 20), back = new byte[data.Length];
        InitiatorCommand write = rig.Write(0, data);
        rig.Initiator.Submit(write);
        while (rig.Initiator.Counters.DataFramesOut < 300)
        {
            rig.Port.Loop.Poll();
            rig.TargetPort.Loop.Poll();
        }

        if (initiatorsLink) rig.InitiatorWire.SetLink(false);
        else rig.TargetWire.SetLink(false);
        rig.RunUntil(() => write.Outcome != InitiatorOutcome.None, TimeSpan.FromSeconds(60));
        write.Outcome.Should().NotBe(InitiatorOutcome.Completed);
        rig.RunUntil(() => rig.Target is null, TimeSpan.FromSeconds(60));
        rig.InitiatorWire.SetLink(true);
        rig.TargetWire.SetLink(true);
        rig.RunUntil(() => rig.Target is not null, TimeSpan.FromSeconds(60));
        rig.TakesUnitAttentions();

        rig.RunsWell(rig.Write(0, data));
        rig.RunsWell(rig.Read(0, back));
        back.AsSpan().SequenceEqual(data).Should().BeTrue();
        rig.TargetOpenExchanges.Should().Be(0);
    }
}
