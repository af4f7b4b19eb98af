// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Session;
using FcTarget.Probes;
using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>No program may crash, stall or exhaust the target: what is too much is refused, dropped and counted, or a fault.</summary>
public sealed class HostileProgramTests
{
    private static readonly string ManyClauses = string.Concat(Enumerable.Repeat("BEGIN{n++;}", 10_000));
    private static readonly string ManyFcClauses = string.Concat(Enumerable.Repeat("fc:::{n++;}", 10_000));

    public static TheoryData<string, string> TooMuch => new()
    {
        { ManyClauses, "program has more than 4096 clauses and declarations" },
        { ManyFcClauses, "program has more than 4096 clauses and declarations" },
        { string.Concat(Enumerable.Repeat("fc:::{n++;}", 1_000)), "program enables too many probes" },
        { string.Concat(Enumerable.Range(0, 10_000).Select(i => $"fc:::scsi-command{{@a{i}=count();}}")), "program is too long" },
        { $"BEGIN {{ trace({new string('(', 20_000)}1{new string(')', 20_000)}); }}", "nested too deeply" },
        { $"BEGIN {{ trace(1{string.Concat(Enumerable.Repeat("+x", 20_000))}); }}", "too deeply" },
        { $"fc:::scsi-command {{ {string.Concat(Enumerable.Repeat("n++;", 30_000))} }}", "DIF program exceeds maximum program size" },
        { "fc:::scsi-command { tracemem(arg2, 100000000); }", "tracemem( ) argument #2 must be" },
        { $"fc:::scsi-command {{ {string.Concat(Enumerable.Repeat("trace(probename);", 3000))} }}", "exceeds" },
        { "tick-1ns { n++; }", "probe description :::tick-1ns does not match any probes" },
        { "profile-199us { n++; }", "probe description :::profile-199us does not match any probes" },
        { "#pragma D option strsize=1g\nBEGIN{n++;}", "Invalid value for specified option" },
        { "#pragma D option nspec=1000000\nBEGIN{n++;}", "Invalid value for specified option" },
        { "int a[100000000]; BEGIN { a[1] = 1; }", "array dimension too big" },
        { "BEGIN { @ = lquantize(1, 0, 2000000000, 1); }", "too small" },
    };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void What_asks_for_too_much_is_refused(string program, string why) =>
        FiringRig.Refusal(program, "hostile.d").Should().StartWith("failed to compile script hostile.d").And.Contain(why);

    /// <summary>Fired on the port's thread: nothing is allocated there, whatever the program does and however much of it is dropped.</summary>
    [Theory]
    [InlineData("fc::: { @[timestamp, rand(), probename] = count(); }")]
    [InlineData("fc::: { printf(\"%s %4000d\", args[0]->ci_remote, 1); }")]
    [InlineData("fc::: { a[timestamp, rand()] = 1; self->b[rand()] = probename; }")]
    [InlineData("ERROR { trace(*(char *)NULL); } fc::: { trace(*(char *)NULL); }")]
    [InlineData("fc::: { speculate(speculation()); trace(1); }")]
    [InlineData("struct { string s; int n; } c[int]; fc::: { c[rand()].s = probename; c[rand()].n++; }")]
    [InlineData("string s; fc::: { s = strjoin(s, probename); s = strjoin(s, s); @[s, timestamp, rand()] = quantize(strlen(s)); }")]
    public void Floods_cost_the_port_no_memory(string program)
    {
        DOptions options = new() { BufSize = 64 * 1024, AggSize = 64 * 1024, DynVarSize = 64 * 1024 };
        using FiringRig rig = new(program, options);
        for (int i = 0; i < 1000; i++) rig.FireAll();
        Allocated.By(() =>
        {
            for (int i = 0; i < 200; i++) rig.Fire(FcProbe.XferStart);
        }).Should().Be(0);
        long speculations = rig.Run.TakeSpeculationDrops().Unavailable;
        (rig.Run.TakeDrops() + rig.Run.TakeDynamicDrops() + speculations + rig.Aggregations.MoveTo(new(rig.Program.Aggregations, 1 << 20)))
            .Should().BePositive("what finds no room is counted");
    }

    /// <summary>A firing works on a bounded number of bytes, whatever strsize is: then its clauses fault.</summary>
    [Fact]
    public void Strings_of_64_KiB_use_up_a_budget_and_fault()
    {
        DOptions options = new() { StrSize = 64 * 1024 };
        StringBuilder program = new("string s; BEGIN { s = probename; } BEGIN { ");
        for (int i = 0; i < 14; i++) program.Append("s = strjoin(s, s); ");
        program.Append("} fc:::scsi-command { ");
        for (int i = 0; i < 400; i++) program.Append("n += strstr(s, \"x\") != NULL; ");
        using FiringRig rig = new(program.Append('}').ToString(), options);
        rig.Records();
        rig.Fire(FcProbe.ScsiCommand);
        rig.Records().Should().Contain(r => r.Fault.Kind == DFaultKind.NoScratchSpace);
        rig.Fire(FcProbe.ScsiCommand);
        rig.Records().Should().NotBeEmpty("the next firing has a budget of its own");
    }

    /// <summary>Everything at once on a port that serves two hosts: all of their commands are answered, and what was lost is told in dtrace(1)'s words.</summary>
    [Fact]
    public void A_port_serves_while_a_program_floods_everything_and_says_what_it_lost()
    {
        const string Program = """
            #pragma D option quiet
            #pragma D option bufsize=64k
            #pragma D option aggsize=64k
            #pragma D option dynvarsize=64k
            #pragma D option strsize=16k
            fc::: { printf("%s %4000d\n", args[0]->ci_remote, 1); }
            fc::: { @[n++, probename] = quantize(n); a[n] = probename; i = speculation(); }
            fc::: { speculate(i); printf("%1000d", 1); }
            fc::: { trace(*(char *)arg9); }
            tick-200us { printf("%4000d\n", 1); }
            """;
        using TracedPort port = TracedPort.Text(Program);
        for (int i = 0; i < 300; i++)
        {
            port.Rig.Peer.Reads(0, 8).Should().HaveCount(4096);
            port.Second.Writes(0, new byte[512]);
            if (i % 100 == 99) port.Advance(1);
        }
        string output = port.Interrupt();
        port.Errors.Should().MatchRegex(@"(?m)^dtrace: \d+ drops on CPU 0$")
            .And.MatchRegex(@"(?m)^dtrace: \d+ aggregation drops on CPU 0$")
            .And.MatchRegex(@"(?m)^dtrace: \d+ dynamic variable drops$")
            .And.MatchRegex(@"(?m)^dtrace: \d+ failed speculations \(no speculative buffer available\)$")
            .And.Contain("invalid address (0x0)");
        output.Length.Should().BeLessThan(8 << 20, "buffers bound what is printed");
    }

    /// <summary>Keys without end: the consumer keeps so many, and counts the others.</summary>
    [Fact]
    public void Keys_without_end_fill_the_consumer_s_store_and_no_more()
    {
        DOptions options = new() { Quiet = true, AggSize = 1 << 20 };
        using PortRig rig = PortRig.WithImagePair();
        Transcript transcript = new();
        IDProgram program = DCompiler.Compile([new DSource("tick-200us { @[n++, \"" + new string('k', 200) + "\"] = llquantize(n, 10, 0, 18, 1000); }")], "dtrace", [], options);
        using DTraceSession session = new(program, rig.Provider, rig.Clock, transcript);
        session.Start();
        for (int i = 0; i < 30; i++)
        {
            rig.Advance(1);
            session.Poll();
            session.Drain();
        }
        session.Stop(interrupted: true);
        transcript.Errors.Should().MatchRegex(@"^(dtrace: \d+ aggregation drops? on CPU 0\n)+$");
    }
}
