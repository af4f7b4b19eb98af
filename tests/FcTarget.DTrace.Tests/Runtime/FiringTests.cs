// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Tests;

/// <summary>Programs on a live provider: what fires, what is recorded.</summary>
public sealed class FiringTests
{
    [Fact]
    public void A_clause_fires_at_the_probes_it_matches_and_records_what_it_traces()
    {
        using FiringRig rig = new("fc:::scsi-* { trace(args[0]->ci_remote); trace(args[2]->ic_cdb[0]); }");
        rig.FireAll();

        List<Recorded> records = rig.Records();
        records.Select(r => r.Enabling.Probe.Name).Should().Equal("scsi-command", "scsi-response");
        records[0].String(0).Should().Be("2000020000000001");
        records[0].Payload[256].Should().Be(0x28);
        records[0].Enabling.Actions.Should().HaveCount(2);
    }

    [Fact]
    public void A_predicate_chooses_firings()
    {
        using FiringRig rig = new("fc:::xfer-start /args[4]->fcx_len > 1000/ { trace(args[4]->fcx_len); }");
        foreach (uint length in (uint[])[512, 1000, 1001, 4096]) rig.Fire(FcProbe.XferStart, length);
        rig.Records().Select(r => BitConverter.ToUInt32(r.Payload)).Should().Equal(1001, 4096);
    }

    [Fact]
    public void Printf_arguments_lie_in_the_record_in_their_order_and_width()
    {
        using FiringRig rig = new(
            """fc:::xfer-start { printf("%d %s %x %d", args[4]->fcx_flags, args[1]->fcp_sym_node_name, args[3]->fcp_port_hard_address, arg0 != 0); }""");
        rig.Fire(FcProbe.XferStart);

        Recorded record = rig.Records().Single();
        PrintfAction action = record.Enabling.Actions.Should().ContainSingle().Which.Should().BeOfType<PrintfAction>().Subject;
        action.Arguments.Select(f => f.Type).Should().Equal(
            DValueType.Integer(2, false), DValueType.String(256), DValueType.Integer(4, false), DValueType.Integer(4, true));
        BitConverter.ToUInt16(record.Payload, action.Arguments[0].Offset).Should().Be(0x8001);
        record.String(action.Arguments[1].Offset).Should().Be("lab host");
        BitConverter.ToUInt32(record.Payload, action.Arguments[2].Offset).Should().Be(0x010203);
        BitConverter.ToInt32(record.Payload, action.Arguments[3].Offset).Should().Be(1);
    }

    [Fact]
    public void Aggregations_count_by_key()
    {
        using FiringRig rig = new("fc::: { @[args[0]->ci_remote, probename] = count(); } fc:::xfer-* { @bytes[probename] = sum(args[4]->fcx_len); }");
        rig.FireAll();
        rig.Fire(FcProbe.XferStart, 512);

        Dictionary<string, long> counts = rig.Aggregated();
        counts.Should().HaveCount(14);
        counts["2000020000000001 xfer-start"].Should().Be(2);
        counts["2000020000000001 link-up"].Should().Be(1);
        rig.Aggregated("bytes").Should().Equal(new Dictionary<string, long> { ["xfer-start"] = 4608, ["xfer-done"] = 4096 });
        rig.Records().Should().BeEmpty("a clause that only aggregates leaves no records");
    }

    [Fact]
    public void Start_and_done_are_paired_by_thread_local_and_associative_variables()
    {
        using FiringRig rig = new("""
            fc:::xfer-start { start[args[0]->ci_remote, args[4]->fcx_offset] = args[4]->fcx_len; self->n++; }
            fc:::xfer-done /start[args[0]->ci_remote, args[4]->fcx_offset]/ {
                trace(start[args[0]->ci_remote, args[4]->fcx_offset] + self->n);
                start[args[0]->ci_remote, args[4]->fcx_offset] = 0;
            }
            """);
        rig.Fire(FcProbe.XferDone);
        rig.Fire(FcProbe.XferStart, 100);
        rig.Fire(FcProbe.XferDone);
        rig.Fire(FcProbe.XferDone);
        BitConverter.ToInt64(rig.Records().Single().Payload).Should().Be(101);
    }

    [Fact]
    public void An_empty_body_records_the_firing_itself()
    {
        using FiringRig rig = new("fc:::link-up {} fc:::link-down { x = 1; }");
        rig.FireAll();
        rig.Records().Should().ContainSingle().Which.Enabling.Probe.Name.Should().Be("link-up");
    }

    [Fact]
    public void BEGIN_runs_before_the_probes_and_END_after_them()
    {
        using FiringRig rig = new("BEGIN { trace(1); } fc:::link-up { trace(2); } END { trace(3); }");
        rig.Fire(FcProbe.LinkUp);
        rig.Run.End();
        rig.Fire(FcProbe.LinkUp);
        rig.Records().Select(r => r.Payload[0]).Should().Equal(1, 2, 3);
    }

    [Fact]
    public void Exit_ends_everything_but_END()
    {
        using FiringRig rig = new("fc:::link-up { exit(3); trace(1); } fc:::link-up { trace(2); } END { trace(4); }");
        rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.LinkUp);
        rig.Run.HasExited.Should().BeTrue();
        rig.Woken.Should().Be(1);
        rig.Run.End();
        List<Recorded> records = rig.Records();
        records.Select(r => r.Enabling.Epid).Should().Equal(1u, 3u);
        BitConverter.ToInt32(records[0].Payload).Should().Be(3);
    }

    [Fact]
    public void A_fault_takes_the_place_of_the_record_and_fires_ERROR()
    {
        using FiringRig rig = new("""
            ERROR { trace(arg1); trace(arg2); trace(arg4); trace(arg5); }
            fc:::link-up { trace(1); trace(*(int *)0x1234); trace(2); }
            fc:::link-up { trace(probename); }
            """);
        rig.Fire(FcProbe.LinkUp);
        List<Recorded> records = rig.Records();
        records.Select(r => r.Enabling.Epid).Should().Equal(2u, 1u, 3u);
        records[0].Fault.Should().Be(new DFault(DFaultKind.BadAddress, 2, 0, 0x1234));
        long[] error = [.. Enumerable.Range(0, 4).Select(i => BitConverter.ToInt64(records[1].Payload, i * 8))];
        error.Should().Equal(2, 2, 1, 0x1234);
        records[2].String(0).Should().Be("link-up");
    }

    [Fact]
    public void Division_by_zero_is_a_fault_of_its_action()
    {
        using FiringRig rig = new("""fc:::rscn-receive { printf("%d %d", 1, 7 / (args[1] - 66048)); }""");
        rig.Fire(FcProbe.RscnReceive);
        rig.Records().Single().Fault.Should().Be(new DFault(DFaultKind.DivideByZero, 2));
    }

    [Fact]
    public void After_a_fault_nothing_is_stored()
    {
        using FiringRig rig = new("fc:::link-up { x = 5; } fc:::link-up { x = *(int *)8; } fc:::link-up { a[*(int *)8] = 1; } fc:::link-up { trace(x); }");
        rig.Fire(FcProbe.LinkUp);
        List<Recorded> records = rig.Records();
        records.Should().HaveCount(3);
        records[2].Payload[0].Should().Be(5);
    }

    [Theory]
    [InlineData(FcProbe.LinkUp, 1, 0)]
    [InlineData(FcProbe.RportLoginEnd, 5, 0x091E)]
    [InlineData(FcProbe.FabricLoginEnd, 3, -1)]
    public void Integer_arguments_are_the_last_of_args(FcProbe probe, int count, int last)
    {
        using FiringRig rig = new($"fc:::{FcProbeNames.Of(probe)} {{ trace(arg{count - 1}); }}");
        rig.Fire(probe);
        long value = BitConverter.ToInt64(rig.Records().Single().Payload);
        if (count > 1) value.Should().Be(last);
        FiringRig.Refusal($"fc:::{FcProbeNames.Of(probe)} {{ trace(args[{count}]); }}").Should().Contain($"index {count} is out of range for fc:::");
    }

    [Fact]
    public void Timers_are_made_by_their_names_and_fired_by_the_consumer()
    {
        using FiringRig rig = new("tick-5sec { n++; } profile:::profile-100 { trace(n); } tick-5sec { trace(probename); }");
        rig.Run.Timers.Select(t => (t.Probe.Name, t.Interval)).Should().Equal(
            ("tick-5sec", TimeSpan.FromSeconds(5)), ("profile-100", TimeSpan.FromMilliseconds(10)));
        rig.Run.Fire(rig.Run.Timers[0]);
        rig.Run.Fire(rig.Run.Timers[1]);
        List<Recorded> records = rig.Records();
        records[0].String(0).Should().Be("tick-5sec");
        records[1].Payload[0].Should().Be(1);
    }

    [Fact]
    public void Facts_follow_the_documented_arguments()
    {
        using FiringRig rig = new("fc:::scsi-command { trace(args[4]->fcf_lun); trace(args[4]->fcf_ox_id); }");
        rig.Fire(FcProbe.ScsiCommand);
        byte[] payload = rig.Records().Single().Payload;
        BitConverter.ToUInt64(payload).Should().Be(0x0001_0000_0000_0000);
        BitConverter.ToUInt16(payload, 8).Should().Be(0x1A4);
    }
}
