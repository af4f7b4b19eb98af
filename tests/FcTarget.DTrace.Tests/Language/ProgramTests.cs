// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Tests;

/// <summary>How programs are written: descriptions, declarations, macros, conditions, comments.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("fc:::", 14)]
    [InlineData("fc*:::", 14)]
    [InlineData("fc:::scsi-*", 2)]
    [InlineData("fc:::*-start", 4)]
    [InlineData("fc:::?port-log[oi]*", 4)]
    [InlineData("fc:::[!a-l]*", 9)]
    [InlineData("scsi-command", 1)]
    [InlineData("fct_process_plogi:", 2)]
    [InlineData("fc:fct::", 14)]
    [InlineData("fct_do_flogi:fabric-login-end", 1)]
    [InlineData("link-up, link-down,\n\tfc:::abts-receive", 3)]
    [InlineData("fc:::xfer-start, fc:::xfer-start", 2)]
    [InlineData("dtrace:::", 3)]
    [InlineData(":::BEGIN", 1)]
    [InlineData("4", 1)]
    [InlineData("tick-1", 1)]
    [InlineData("profile:::tick-10ms, profile-97hz", 2)]
    public void A_description_matches_probes(string description, int probes)
    {
        using FiringRig rig = new(description + " { trace(1); }");
        rig.Program.Matches.Single().Probes.Should().Be(probes);
        rig.Program.Matches.Single().Source.Should().Be($"description '{description} '");
        rig.Program.Enablings.Select(e => e.Epid).Should().Equal(Enumerable.Range(1, probes).Select(i => (uint)i));
    }

    [Theory]
    [InlineData("tick-0")]
    [InlineData("tick-10ns")]
    [InlineData("tick-99999hz")]
    [InlineData("tick-*")]
    [InlineData("tick-5fortnights")]
    public void A_timer_that_cannot_be_matches_nothing(string name) =>
        FiringRig.Refusal($"{name} {{ }}").Should().EndWith($"probe description :::{name} does not match any probes");

    [Theory]
    [InlineData("tick-1", 1_000_000)]
    [InlineData("tick-1000", 1_000)]
    [InlineData("profile-5000hz", 200)]
    [InlineData("tick-250us", 250)]
    [InlineData("tick-10ms", 10_000)]
    [InlineData("tick-2s", 2_000_000)]
    [InlineData("tick-300000nsec", 300)]
    [InlineData("tick-3min", 180_000_000)]
    [InlineData("tick-1h", 3_600_000_000)]
    [InlineData("tick-1day", 86_400_000_000)]
    public void A_timer_has_the_interval_of_its_name(string name, long microseconds)
    {
        using FiringRig rig = new(name + " {}");
        rig.Run.Timers.Single().Interval.Should().Be(TimeSpan.FromMicroseconds(microseconds));
    }

    [Fact]
    public void A_script_may_begin_as_an_interpreter_file_and_hold_comments_and_pragmas()
    {
        DOptions options = new();
        using FiringRig rig = new("""
            #!/usr/sbin/dtrace -qs
            /*
             * A comment.
             */
            #pragma D option quiet
            #pragma D option switchrate=10hz
            # 1 "file.d"
            #ident "x"
            #pragma ident "y"
            fc:::link-up /* here */
            / 1 / /* there */
            {
                /* and */ trace(1); ; ;
            }
            ;
            """, options);
        options.Quiet.Should().BeTrue();
        options.SwitchRate.Should().Be(TimeSpan.FromMilliseconds(100));
        rig.FireAll();
        rig.Records().Should().HaveCount(1);
    }

    [Theory]
    [InlineData("$1", "42", 42)]
    [InlineData("$1", "-42", -42)]
    [InlineData("$1", "0x10", 16)]
    [InlineData("$1 == \"20000200000000aa\"", "20000200000000aa", 1)]
    [InlineData("$$1 == \"42\"", "42", 1)]
    [InlineData("$1 == \"two words\"", "two words", 1)]
    [InlineData("$1 == \"quoted\"", "\"quoted\"", 1)]
    [InlineData("$1 > 0", "timestamp", 1)]
    [InlineData("$pid == pid && $$pid == lltostr(pid) && strlen($1)", "\"x\"", 1)]
    [InlineData("$0 == \"dtrace\" && $1", "1", 1)]
    public void Arguments_are_integers_names_or_strings_by_their_look(string expression, string argument, long expected)
    {
        using FiringRig rig = new($"BEGIN {{ trace((int64_t)({expression.Replace("$0", "$$0")})); }}", arguments: argument);
        BitConverter.ToInt64(rig.Records().Single().Payload).Should().Be(expected);
    }

    [Fact]
    public void A_macro_may_stand_in_a_description()
    {
        using FiringRig rig = new("fc:::$1-up, fc$2:::link-down { trace(1); }", arguments: ["link", ""]);
        rig.FireAll();
        rig.Records().Should().HaveCount(2);
    }

    [Fact]
    public void If_and_else_record_under_their_condition()
    {
        using FiringRig rig = new("""
            fc:::xfer-start
            {
                trace(args[4]->fcx_len);
                if (args[4]->fcx_len > 1000) { trace("big"); if (args[4]->fcx_len > 5000) trace("huge"); }
                else if (args[4]->fcx_len > 100) trace("middle");
                else { trace("small"); }
                n++;
            }
            END { trace(n); }
            """);
        foreach (uint length in (uint[])[10, 500, 2000, 9000]) rig.Fire(FcProbe.XferStart, length);
        rig.Run.End();
        string[] seen = [.. rig.Records().Select(r => r.Payload.Length > 8 ? r.String(0) : BitConverter.ToInt32(r.Payload).ToString())];
        seen.Should().Equal("10", "small", "500", "middle", "2000", "big", "9000", "big", "huge", "4");
    }

    [Fact]
    public void Programs_of_one_command_line_share_variables_and_aggregations()
    {
        IDProgram program = DCompiler.Compile(
            [new DSource("BEGIN { x = 7; @a = count(); }"), new DSource("fc:::link-up { trace(x); @a = count(); }")], "dtrace", [], new DOptions());
        program.Aggregations.Should().HaveCount(1);
        program.Matches.Select(m => m.Probes).Should().Equal(1, 1);
        using FiringRig rig = new(program);
        rig.FireAll();
        rig.Records().Single().Payload[0].Should().Be(7);
    }

    [Fact]
    public void Probes_are_listed_with_COMSTARs_functions()
    {
        IReadOnlyList<ProbeDescription> all = DCompiler.List([], "dtrace", [], new DOptions()).Single().Probes;
        all.Select(p => p.Id).Should().Equal(Enumerable.Range(1, 17));
        all[0].ToString().Should().Be("dtrace:::BEGIN");
        all[11].ToString().Should().Be("fc:fct:fct_post_rcvd_cmd:scsi-command");
        DCompiler.List([new DSource("fc:::xfer-*")], "dtrace", [], new DOptions()).Single().Probes
            .Select(p => p.Name).Should().Equal("xfer-start", "xfer-done");
        DCompiler.List([new DSource("fc:fct", Fields: 2)], "dtrace", [], new DOptions()).Single().Probes.Should().HaveCount(14);
    }

    [Fact]
    public void Inlines_with_parameters_compute_each_argument_once()
    {
        using FiringRig rig = new("""
            inline int sum[int x, int y] = x + y * 10 + x;
            inline string side[uint8_t op, string other] = op == 0x28 ? "read" : op == 0x2a ? "write" : other;
            BEGIN { n = 1; trace(sum[n++, sum[2, 3]]); trace(n); trace(side[0x12a, "x"]); trace(side[1, probename]); }
            """);
        Recorded record = rig.Records().Single();
        BitConverter.ToInt32(record.Payload).Should().Be(342, "1 + 34 * 10 + 1");
        BitConverter.ToInt32(record.Payload.AsSpan(4)).Should().Be(2);
        record.String(8).Should().Be("write", "an argument becomes what its parameter is");
        record.String(264).Should().Be("BEGIN");
    }

    [Theory]
    [InlineData("inline int f[int x] = x; BEGIN { trace(f); }", "associative array 'f' may not be referenced as scalar")]
    [InlineData("inline int f[int x] = x; BEGIN { trace(f[1, 2]); }", "f[ ] prototype mismatch: 2 keys passed, 1 expected")]
    [InlineData("inline int f[int x] = x; BEGIN { trace(f[\"a\"]); }", "f[ ] key #1 is incompatible with prototype:\n\tprototype: int\n\t      key: string")]
    [InlineData("inline int f[int x] = x; BEGIN { f[1] = 2; }", "operator = requires modifiable lvalue as an operand")]
    [InlineData("inline int f[int] = 1; BEGIN { trace(f[1]); }", "inline array parameters must have names: f")]
    [InlineData("inline int f[int x] = y; BEGIN { trace(f[1]); }", "failed to resolve y: Unknown variable name")]
    [InlineData("int f(int); BEGIN { trace(1); }", "functions cannot be declared here: f")]
    [InlineData("typedef int f(static int); BEGIN { trace(1); }", "inappropriate storage class for function or associative array parameter")]
    [InlineData("int a[...]; BEGIN { trace(1); }", "array prototype may not use a variable-length argument list")]
    [InlineData("int a[void]; BEGIN { trace(1); }", "array prototype may not use parameter of type void: (anonymous), parameter #1")]
    [InlineData("extern int f(int, void); BEGIN { trace(1); }", "void must be sole parameter")]
    public void Declarators_that_are_refused(string program, string message) => FiringRig.Refusal(program).Should().EndWith(message);

    [Fact]
    public void An_associative_array_may_hold_arrays_and_a_string_constant_has_the_size_of_its_text()
    {
        using FiringRig rig = new("""
            int last[int][4];
            BEGIN { last[1][2] = 9; last[2][3] = 4; trace(last[1][2] + last[2][3] + last[1][0] + sizeof (last[1])); }
            BEGIN
            {
            #pragma D option strsize=64
                trace(7);
            }
            """);
        Recorded[] records = [.. rig.Records()];
        BitConverter.ToInt64(records[0].Payload).Should().Be(9 + 4 + 16);
        BitConverter.ToInt32(records[1].Payload).Should().Be(7);
        FiringRig.Integer("sizeof (\"hi\")").Should().Be(3);
        FiringRig.Refusal("int a[4][int]; BEGIN {}").Should().EndWith("cannot declare array of associative arrays");
    }

    [Fact]
    public void Function_types_can_be_named_and_pointed_to()
    {
        using FiringRig rig = new("""
            typedef int handler_t(void *, ...);
            typedef int (*table_t[2])(const char *name, int);
            extern int *(*found)(void);
            struct operations { handler_t *open; int (*close)(struct operations *); int (*row)[3]; int grid[2][3]; } ;
            BEGIN { trace(sizeof (struct operations)); trace(sizeof (table_t)); this->p = (handler_t *)8; trace(this->p != NULL); }
            """);
        Recorded record = rig.Records().Single();
        BitConverter.ToInt64(record.Payload).Should().Be(48);
        BitConverter.ToInt64(record.Payload.AsSpan(8)).Should().Be(16);
        BitConverter.ToInt32(record.Payload.AsSpan(16)).Should().Be(1);
    }

    [Fact]
    public void A_description_alone_is_a_program_on_the_command_line_but_not_in_a_script()
    {
        using FiringRig rig = new("fc:::link-up");
        rig.FireAll();
        rig.Records().Should().HaveCount(1);
        FiringRig.Refusal("fc:::link-up;\n", "x.d").Should().EndWith("line 1: expected predicate and/or actions following probe description");
    }

    [Fact]
    public void Declared_variables_have_their_type_and_begin_as_zero()
    {
        using FiringRig rig = new("""
            int x; self string s; this uint8_t b; string name[int]; uint64_t t[string, int]; int *p;
            BEGIN { trace(x); trace(self->s); this->b = 300; trace(this->b); name[1] = "one";
                trace(name[1]); trace(name[2]); trace(t["a", 1]); trace(p == NULL); }
            """);
        Recorded record = rig.Records().Single();
        BitConverter.ToInt32(record.Payload).Should().Be(0);
        record.String(4).Should().BeEmpty();
        record.Payload[260].Should().Be(44);
        record.String(261).Should().Be("one");
        record.String(517).Should().BeEmpty();
    }

    [Fact]
    public void Strings_compare_and_clear_with_NULL()
    {
        using FiringRig rig = new("""
            fc:::link-up { self->name = args[0]->ci_remote; }
            fc:::link-down /self->name != NULL/ { trace(self->name); self->name = 0; }
            fc:::link-down /self->name == NULL/ { trace("gone"); }
            """);
        rig.Fire(FcProbe.LinkDown);
        rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.LinkDown);
        rig.Records().Select(r => r.String(0)).Should().Equal("gone", "2000020000000001", "gone");
    }
}
