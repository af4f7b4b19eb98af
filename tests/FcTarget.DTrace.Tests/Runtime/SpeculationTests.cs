// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Tests.Session;
using FcTarget.Probes;

namespace FcTarget.DTrace.Tests;

/// <summary>speculation(), speculate(), commit(), discard().</summary>
public sealed class SpeculationTests
{
    /// <summary>What a speculation is for: all that a command did, but only of commands that failed.</summary>
    [Fact]
    public void Only_what_is_committed_is_printed()
    {
        using TracedPort port = TracedPort.Quietly("""
            fc:::scsi-command { spec[args[4]->fcf_ox_id] = speculation(); }
            fc:::scsi-command { speculate(spec[args[4]->fcf_ox_id]); printf("command %x\n", args[2]->ic_cdb[0]); }
            fc:::xfer-start { speculate(spec[args[5]->fcf_ox_id]); printf("transfer of %d\n", args[4]->fcx_len); }
            fc:::scsi-response { speculate(spec[args[4]->fcf_ox_id]); printf("status %d\n", args[4]->fcf_scsi_status); }
            fc:::scsi-response /args[4]->fcf_scsi_status != 0/ { commit(spec[args[4]->fcf_ox_id]); }
            fc:::scsi-response /args[4]->fcf_scsi_status == 0/ { discard(spec[args[4]->fcf_ox_id]); }
            fc:::scsi-response { spec[args[4]->fcf_ox_id] = 0; }
            """);
        port.Rig.Peer.Reads(0, 1);
        port.Rig.Peer.ExpectsRsp(port.Rig.Peer.SendsRead10(0xFFFF_FFF0, 1));
        port.Rig.Peer.Reads(0, 1);
        port.Interrupt().Should().Be("\ncommand 28\nstatus 2\n\n");
        port.Errors.Should().BeEmpty("each speculation ended before the next began: one is enough");
    }

    [Fact]
    public void Speculate_alone_keeps_the_default_action_and_commit_leaves_no_line_of_its_own()
    {
        using FiringRig rig = new("""
            BEGIN { s = speculation(); }
            fc:::link-up { speculate(s); }
            fc:::link-down { commit(s); s = 0; }
            """);
        rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.LinkUp);
        rig.Records().Should().BeEmpty();
        rig.Fire(FcProbe.LinkDown);
        rig.Records().Select(r => r.Enabling.Probe.Name).Should().Equal("link-up", "link-up");
        rig.Fire(FcProbe.LinkUp); // speculation 0: forgotten
        rig.Fire(FcProbe.LinkDown);
        rig.Records().Should().BeEmpty();
    }

    [Fact]
    public void A_speculation_that_has_ended_keeps_nothing_more()
    {
        using FiringRig rig = new("""
            BEGIN { s = speculation(); }
            fc:::link-up { speculate(s); trace(1); }
            fc:::link-down { discard(s); }
            fc:::rport-login-start { commit(s); }
            """);
        rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.LinkDown);
        rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.RportLoginStart);
        rig.Records().Should().BeEmpty();
    }

    [Fact]
    public void Nspec_limits_how_many_are_active_and_specsize_what_each_holds()
    {
        using FiringRig rig = new("BEGIN { a = speculation(); b = speculation(); c = speculation(); }"
            + "fc:::link-up { speculate(b); trace(a + 10 * b + 100 * c); } fc:::link-down { commit(b); }", Options(nspec: "2", specsize: "64"));
        for (int i = 0; i < 5; i++) rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.LinkDown);
        List<Recorded> records = rig.Records();
        records.Should().HaveCount(4, "a record of 4 bytes takes 16 with its header");
        BitConverter.ToInt32(records[0].Payload).Should().Be(21, "the third found none free");
        rig.Run.TakeSpeculationDrops().Should().Be((1, 1));
        rig.Run.TakeSpeculationDrops().Should().Be((0, 0));
    }

    [Fact]
    public void Drops_are_told_in_DTrace_s_words()
    {
        using TracedPort port = TracedPort.With("#pragma D option specsize=32\nBEGIN { s = speculation(); speculation(); speculation(); }"
            + "fc:::scsi-command { speculate(s); trace(1); }");
        for (int i = 0; i < 3; i++) port.Rig.Peer.Reads(0, 1);
        port.Interrupt();
        port.Errors.Should().EndWith("dtrace: 1 speculative drop\ndtrace: 2 failed speculations (no speculative buffer available)\n");
    }

    [Fact]
    public void An_id_that_cannot_be_is_an_illegal_operation()
    {
        foreach (string action in (string[])["commit(-1)", "discard(77)"])
        {
            using FiringRig rig = new($"fc:::link-up {{ {action}; }}");
            rig.Fire(FcProbe.LinkUp);
            rig.Records().Single().Fault.Should().Be(new DFault(DFaultKind.IllegalOperation, Action: 1, Offset: -1), action);
        }
    }

    [Theory]
    [InlineData("speculate(2)")]
    [InlineData("speculate(-1)")]
    [InlineData("speculate(0)")]
    [InlineData("speculate(1)")] // not active
    public void A_clause_ends_where_it_cannot_speculate_and_nothing_is_said(string action)
    {
        using FiringRig rig = new($"fc:::link-up {{ {action}; x = 1; }} fc:::link-up {{ trace(x); }} ");
        rig.Fire(FcProbe.LinkUp);
        BitConverter.ToInt32(rig.Records().Single().Payload).Should().Be(0);
    }

    [Fact]
    public void A_clause_ends_where_its_speculation_is_full()
    {
        using FiringRig rig = new(
            "fc:::link-up { i = speculation(); } fc:::link-up { speculate(i); trace(1); x = 1; } fc:::link-up { trace(x); }",
            new DOptions { SpecSize = 8 });
        rig.Fire(FcProbe.LinkUp);
        BitConverter.ToInt32(rig.Records().Single().Payload).Should().Be(0);
        rig.Run.TakeSpeculationDrops().Full.Should().Be(1);
    }

    [Theory]
    [InlineData("speculate(1); speculate(1);", "speculate( ) may not follow speculate( )")]
    [InlineData("commit(1); speculate(1);", "speculate( ) may not follow commit( )")]
    [InlineData("trace(1); speculate(1);", "speculate( ) may not follow data-recording action(s)")]
    [InlineData("commit(1); commit(1);", "commit( ) may not follow commit( )")]
    [InlineData("trace(1); commit(1);", "commit( ) may not follow data-recording action(s)")]
    [InlineData("commit(1); trace(1);", "data-recording actions may not follow commit( )")]
    [InlineData("speculate(1); @ = count();", "aggregating actions may not follow speculate( )")]
    [InlineData("commit(1); @ = count();", "aggregating actions may not follow commit( )")]
    [InlineData("speculate(1); exit(0);", "exit( ) may not follow speculate( )")]
    [InlineData("speculate();", "speculate( ) prototype mismatch: 0 args passed, 1 expected")]
    [InlineData("x = commit(1);", "tracing function commit( ) may not be called from a D expression (D program context required)")]
    public void What_may_not_follow_what_is_refused(string body, string message) =>
        FiringRig.Refusal($"BEGIN {{ {body} }}").Should().EndWith(message);

    [Fact]
    public void Memory_is_bounded_whatever_is_asked_for()
    {
        DOptions options = Options("4096", "1g");
        options.Lowered.Should().Equal("speculation size lowered to 4m");
        using FiringRig rig = new("BEGIN { speculate(speculation()); }", options);
        options.Lowered.Should().Equal("speculation size lowered to 4m", "speculation size lowered to 16k");
        options.Set("nspec", "4097").Should().Be("Invalid value for specified option");
        options.Set("nspec", "0").Should().Be("Invalid value for specified option");
    }

    private static DOptions Options(string nspec, string specsize)
    {
        DOptions options = new();
        options.Set("nspec", nspec).Should().BeNull();
        options.Set("specsize", specsize).Should().BeNull();
        return options;
    }
}
