// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Tests.Session;

/// <summary>What programs do at the edges, where dtrace(1) surprises those who know it from its book only.</summary>
public sealed class SemanticsTests
{
    /// <summary>Runs a program to its exit() or for 100 ms. Returns what it printed.</summary>
    private static string Run(string program)
    {
        using TracedPort port = TracedPort.Quietly(program);
        port.Advance(100);
        port.Exit();
        port.Errors.Should().BeEmpty(program);
        return port.Output.TrimEnd('\n');
    }

    private static string Fault(string program)
    {
        using TracedPort port = TracedPort.Quietly(program);
        port.Exit();
        return port.Errors;
    }

    [Theory]
    [InlineData("tick-10ms /i++ >= 2/ { exit(0); } tick-10ms { printf(\"%d \", i); }", "1 2 ")]
    [InlineData("BEGIN { exit(0); } BEGIN { printf(\"not \"); } END { printf(\"end \"); } END { printf(\"both\"); }", "end both")]
    public void Clauses_after_one_that_exits_do_not_run_but_END_does(string program, string expected) => Run(program).Should().Be(expected);

    [Theory]
    [InlineData("BEGIN /x == 0/ { x++; printf(\"%d\", x); }", "1")]
    [InlineData("BEGIN /x++ == 0/ { printf(\"%d\", x); }", "1")]
    [InlineData("BEGIN /a[1] == 0/ { a[1] = 3; printf(\"%d\", a[1]); }", "3")]
    public void Predicate_and_actions_may_make_each_others_variables(string program, string expected) => Run(program).Should().Be(expected);

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a//b/", "/a/b/")]
    [InlineData("/a/b//", "/a/b/")]
    [InlineData("/a/./b/.", "/a/b/.")]
    [InlineData("/a/b/./", "/a/b/")]
    [InlineData("/a/../../b/.//", "/b/")]
    [InlineData("a/././b/", "a/b/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/..", "/")]
    [InlineData("/../../", "/")]
    [InlineData("/...", "/...")]
    [InlineData("./", "./")]
    [InlineData("//", "/")]
    [InlineData("", "")]
    public void Cleanpath_leaves_the_end_as_it_was(string path, string expected) =>
        Run($"BEGIN {{ printf(\"%s\", cleanpath(\"{path}\")); }}").Should().Be(expected);

    [Fact]
    public void Strtok_goes_on_in_later_clauses_of_the_firing()
    {
        const string Next = " BEGIN { printf(\"%s \", strtok(NULL, \",\")); }";
        Run("BEGIN { printf(\"%s \", strtok(\",,a,,b,c,,\", \",\")); }" + Next + Next + " BEGIN /strtok(NULL, \",\") == NULL/ { printf(\"none\"); }")
            .Should().Be("a b c none");
    }

    [Fact]
    public void Strtok_of_nothing_is_a_fault() =>
        Fault("BEGIN { trace(strtok(NULL, \",\")); }").Should().Contain("invalid address (0x0) in action #1");

    [Fact]
    public void A_fault_of_an_action_has_no_offset() =>
        Fault("BEGIN { commit(-1); }").Should().Be("dtrace: error on enabled probe ID 1 (ID 1: dtrace:::BEGIN): illegal operation in action #1\n");

    [Fact]
    public void Setopt_takes_computed_strings_and_words()
    {
        Run("BEGIN { @a[1] = sum(1); @b[1] = sum(20); @a[2] = sum(2); @b[2] = sum(10); n = 1; setopt(\"aggsortpos\", lltostr(n)); "
            + "printa(\"%d:%@d,%@d \", @a, @b); setopt(\"aggsortrev\", \"true\"); printa(\"%d \", @a); "
            + "setopt(\"aggsortrev\", \"false\"); printa(\"%d \", @a); }").Should().Be("2:2,10 1:1,20 2 1 1 2 ");
    }

    [Fact]
    public void Sums_are_of_64_bits_whatever_the_types_say() =>
        Run("BEGIN { n = 5000; @ = sum(n * 1000000); printa(\"%@d\", @); }").Should().Be("5000000000");

    [Theory]
    [InlineData("sum(-10)", "printa(\"%@d\", @);", "-2")]
    [InlineData("sum(-10)", "printa(\"%@u\", @);", "3689348814741910321")]
    [InlineData("sum(-10)", "", "3689348814741910321")]
    [InlineData("avg(-10)", "", "-2")]
    [InlineData("avg(-10)", "printa(\"%@d\", @);", "3689348814741910321")]
    public void Negative_numbers_are_normalized_without_their_sign_where_dtrace_does_so(string function, string print, string expected) =>
        Run($"BEGIN {{ @ = {function}; normalize(@, 5); {print} }}").Trim().Should().Be(expected);

    [Fact]
    public void The_average_of_negative_numbers_has_no_sign_in_a_format() =>
        Run("BEGIN { @ = avg(-2); @ = avg(-4); printa(\"%@d\", @); printa(@); }").Trim().Should().MatchRegex("^9223372036854775805\\s+-3$");

    [Fact]
    public void A_minimum_that_was_cleared_stays_at_0() =>
        Run("BEGIN { @a = min(5); @b = max(-5); clear(@a); clear(@b); @a = min(7); @b = max(-7); } tick-50ms { printa(\"%@d %@d\", @a, @b); exit(0); }")
            .Should().Be("0 0");

    [Fact]
    public void Weights_of_64_bits_are_drawn()
    {
        Run("BEGIN { @ = quantize(1, (1 << 63) - 1); @ = quantize(2, (1 << 62) - 1); printa(@); }").Should().Be("""


                       value  ------------- Distribution ------------- count    
                           0 |                                         0        
                           1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@              9223372036854775807
                           2 |@@@@@@@@@@@@@                            4611686018427387903
                           4 |                                         0        
            """);
    }

    [Theory]
    [InlineData("struct p { int x; char y; } v; BEGIN { v.x = 1000; v.y = 'z'; v.x += 1; printf(\"%d %c\", v.x, v.y); }", "1001 z")]
    [InlineData("struct i { int n; }; struct o { struct i in; int m; } v; BEGIN { v.in.n = 4; v.m = 5; v.in.n++; printf(\"%d %d\", v.in.n, v.m); }", "5 5")]
    [InlineData("this struct { int x; short z; } b; BEGIN { this->b.z = 7; } BEGIN { printf(\"%d\", this->b.z); }", "7")]
    [InlineData("int a[5]; BEGIN { a[4] = 9; p = &a[3]; p[1]++; *p = 2; printf(\"%d %d %d\", a[4], a[3], a[0]); }", "10 2 0")]
    [InlineData("struct { string s; int n; } c[int]; BEGIN { c[1].s = \"one\"; c[2].s = \"two\"; c[1].n += 5; printf(\"%s%d %s%d\", c[1].s, c[1].n, c[2].s, c[2].n); }",
        "one5 two0")]
    [InlineData("struct { int a; int b; } c[int]; BEGIN { c[0].a = (c[1].b = 2) + 1; printf(\"%d %d %d\", c[0].a, c[1].b, c[0].b); }", "3 2 0")]
    [InlineData("struct { int a[3]; } c[int]; BEGIN { i = 0; c[0].a[i++] += 5; c[0].a[i++] += 6; printf(\"%d %d %d\", c[0].a[0], c[0].a[1], i); }", "5 6 2")]
    [InlineData("struct { int a : 3; int b : 15; unsigned c : 4; } v; BEGIN { v.a = 2; v.b = -7; v.c = 17; printf(\"%d %d %d\", v.a, v.b, v.c); }", "2 -7 1")]
    [InlineData("BEGIN { p = (int *)alloca(8); *p = 5; p[1] = 6; printf(\"%d %d\", *p, p[1]); }", "5 6")]
    [InlineData(
        "struct i { int n; }; struct o { int m; char c; }; translator struct o < struct i t > { m = t.n * 2; }; struct i in; struct o out; "
            + "BEGIN { in.n = 21; out.c = 'x'; out = xlate <struct o> (in); printf(\"%d %d\", out.m, out.c); }",
        "42 0")]
    public void Structures_and_arrays_of_the_program_are_written_in_part(string program, string expected) => Run(program).Should().Be(expected);

    [Theory]
    [InlineData("BEGIN { p = (int *)alloca(4); *(p - 2) = 3; }")]
    [InlineData("BEGIN { p = (int *)alloca(4); p[1000] = 3; }")]
    [InlineData("int *p; BEGIN { *p = 3; }")]
    [InlineData("int a[2]; BEGIN { i = 1 << 40; a[i] = 3; }")]
    [InlineData("int a[2]; BEGIN { i = -1 << 40; a[i]++; }")]
    public void Nothing_else_can_be_written(string program) => Fault(program).Should().Contain("invalid address (0x");

    [Fact]
    public void The_arguments_of_a_probe_cannot_be_written()
    {
        using TracedPort port = TracedPort.Quietly("fc:::scsi-command { p = args[2]; p->ic_len = 99; } fc:::scsi-command { printf(\"%d\", args[2]->ic_len); }");
        port.Rig.Peer.Reads(0, 1);
        port.Exit();
        port.Errors.Should().Contain("invalid address");
        port.Output.Should().StartWith("16");
    }
}
