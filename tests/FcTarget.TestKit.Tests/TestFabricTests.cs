// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Initiator;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.TestKit.Tests;

public sealed class TestFabricTests
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 8192).Select(i => (byte)(i * 7))];

    [Fact]
    public void A_host_logs_in_writes_and_reads_and_every_step_can_be_expected()
    {
        using TestFabric fabric = new();
        fabric.AddLogicalUnit("disk", "memory:16M");
        TestHost host = fabric.AddHost("db1");
        fabric.Frames.ExpectsInOrder("Discovery Advertisement", "FLOGI", "PLOGI", "PRLI", "FCP_CMND");
        fabric.Probes.ExpectsInOrder("link-up", "rport-login-start", "rport-login-end solicited=0 status=0", "scsi-command");
        fabric.Frames.Forget();
        fabric.Probes.Clear();

        host.Writes(lba: 8, Data);
        host.Reads(lba: 8, blocks: 16).Should().Equal(Data);

        fabric.Probes.ExpectsInOrder("scsi-command", "xfer-start", "xfer-done", "scsi-response 00");
        fabric.Probes.Expects("xfer-start", times: 3); // READ CAPACITY, WRITE, READ
        fabric.Frames.Expects("FCP_XFER_RDY", of: "WRITE(10)", times: 1);
        fabric.Frames.Expects("FCP_DATA", of: "READ(10)", times: 4).Sum(f => f.Payload.Length).Should().Be(Data.Length);
        fabric.Frames.ExpectsNo("ABTS");
    }

    [Fact]
    public void The_same_seed_and_calls_give_the_same_bytes_and_another_seed_does_not()
    {
        byte[] Converse(int seed)
        {
            using TestFabric fabric = new(seed);
            fabric.AddLogicalUnit();
            TestHost host = fabric.AddHost();
            fabric.Faults.Lose(0.1, f => f.Kind == Decode.FrameKind.Fcp);
            for (uint i = 0; i < 8; i++) host.Executes(Cdbs.Write10(i, 16), dataOut: Data);
            host.LogsOut();
            return [.. fabric.Frames.SelectMany(f => f.Bytes.ToArray())];
        }

        byte[] once = Converse(5);
        Converse(5).AsSpan().SequenceEqual(once).Should().BeTrue();
        once.Length.Should().BeGreaterThan(8192);
        Converse(6).AsSpan().SequenceEqual(once).Should().BeFalse();
    }

    [Fact]
    public void Views_give_each_host_its_own_logical_units()
    {
        using TestFabric fabric = new();
        TestHost first = fabric.AddHost("first"), second = fabric.AddHost("second");
        fabric.AddLogicalUnit("shared", "memory:1M");
        fabric.AddLogicalUnit("mine", "memory:2M,block=4096", lun: 7, host: first);
        fabric.AddLogicalUnit("theirs", "memory:1M", lun: 7, host: second);
        first.TakesUnitAttentions();
        second.TakesUnitAttentions();

        first.Luns().Should().Equal(0, 7);
        first.Reads(0, 1, lun: 7).Should().HaveCount(4096).And.OnlyContain(b => b == 0);
        second.Reads(0, 1, lun: 7).Should().HaveCount(512);
        fabric.RemoveLogicalUnit("mine");
        first.Executes(Cdbs.TestUnitReady).Sense.Should().Be(new Sense(SenseKey.UnitAttention, 0x3F, 0x0E), "REPORTED LUNS DATA HAS CHANGED");
        first.Luns().Should().Equal(0);
    }

    [Fact]
    public void Zones_say_who_finds_whom_and_a_change_is_an_RSCN()
    {
        using TestFabric fabric = new();
        fabric.AddLogicalUnit();
        TestTargetPort second = fabric.AddTargetPort("second");
        TestHost host = fabric.AddHost();
        host.Targets.Should().HaveCount(2);

        fabric.Frames.Forget();
        fabric.AddZone("z", host, second);
        fabric.RunUntil(() => !host.Sees(fabric.Target), "the host hears of the zone");
        fabric.Frames.Expects("RSCN");
        host.Sees(second).Should().BeTrue();
        host.Reads(0, 1).Should().HaveCount(512);

        fabric.RemoveZone("z");
        fabric.RunUntil(() => host.Targets.Count == 0, "the host sees nobody");
        fabric.AddZone("all", [host], fabric.Target, second);
        host.LogsIn();
        host.Targets.Should().HaveCount(2);
    }

    [Fact]
    public void Task_management_ends_what_is_under_way()
    {
        using TestFabric fabric = new();
        HeldUnit held = new() { AnswersTestUnitReady = true };
        fabric.AddLogicalUnit(held);
        TestHost host = fabric.AddHost();

        InitiatorCommand command = host.Begins(Cdbs.Read10(0, 8), dataIn: new byte[4096]);
        held.Only.Cdb[0].Should().Be(0x28);
        host.Manages(FcpTaskManagementFlags.LogicalUnitReset).RspCode.Should().Be(FcpRspCode.TaskManagementFunctionComplete);
        held.Aborted.Should().ContainSingle().Which.Reason.Should().Be(AbortReason.LogicalUnitReset);
        host.Aborts(command).Outcome.Should().Be(InitiatorOutcome.Aborted);
        fabric.Frames.ExpectsInOrder("ABTS", "BA_ACC");
    }

    [Fact]
    public void A_cable_is_pulled_and_plugged_in_and_a_host_logs_out_and_in()
    {
        using TestFabric fabric = new();
        fabric.AddLogicalUnit();
        TestHost host = fabric.AddHost();
        host.LosesLink();
        host.Targets.Should().BeEmpty();
        fabric.Advance(TimeSpan.FromSeconds(30));
        host.LogsIn();
        host.LogsOutOf(fabric.Target);
        fabric.Probes.Expects("rport-logout-end");
        host.LogsOut();
        fabric.Frames.Expects("LOGO");
        host.LogsIn();
        host.Reads(0, 1);
        host.Logins.Should().Be(3);
    }

    [Fact]
    public void A_raw_peer_says_frame_by_frame_what_the_test_wants()
    {
        using TestFabric fabric = new();
        fabric.AddLogicalUnit();
        RawPeer peer = fabric.AddPeer();
        peer.LogsInWithFabric();
        peer.RegistersAsInitiator();
        peer.ExpectsReject(peer.SendsPrli(), ElsReject.PlogiRequired);
    }

    [Fact]
    public void A_raw_frame_of_a_host_goes_to_the_target()
    {
        using TestFabric fabric = new();
        fabric.AddLogicalUnit();
        TestHost host = fabric.AddHost();
        long before = fabric.Counters.AbtsUnknownExchange;
        host.SendsFrame(new FcHeader { RCtl = RCtl.Abts, Type = FcType.Bls, FCtl = FCtlValues.AbtsByOriginator, OxId = new((ushort)0x0666), RxId = RxId.Unassigned }, default);
        fabric.Counters.AbtsUnknownExchange.Should().Be(before + 1);
    }

    [Fact]
    public void A_logical_unit_over_a_file_is_refused_with_the_remedy()
    {
        using TestFabric fabric = new();
        fabric.Invoking(f => f.AddLogicalUnit("x", "file:/tmp/x,size=1M")).Should().Throw<Stmf.Configuration.StmfException>().WithMessage("*memory:SIZE*");
    }
}
