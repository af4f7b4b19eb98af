// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using Xunit.Abstractions;

namespace FcTarget.DTrace.Tests;

/// <summary>
/// Any text is refused with a message or runs: no other exception, no crash, no stall. Runs for seconds of processor time; <c>FUZZ_SECONDS</c> in the
/// environment makes it run that long, <c>FUZZ_SEED</c> repeats one program. Processor time, because other processes share the machine.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int DefaultSeconds = 5;

    /// <summary>Compilation and all firings of one program; the first ones wait for the JIT.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public void Every_program_is_refused_or_runs()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out int only))
        {
            foreach (string program in Programs(only)) Run(program);
            return;
        }
        int seconds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out int s) ? s : DefaultSeconds;
        int seed = seconds == DefaultSeconds ? 1 : Environment.TickCount;
        TimeSpan start = ThreadTime.Now, slowest = TimeSpan.Zero;
        int programs = 0, ran = 0;
        long records = 0;
        while ((ThreadTime.Now - start).TotalSeconds < seconds)
        {
            foreach (string program in Programs(seed))
            {
                TimeSpan begin = ThreadTime.Now;
                programs++;
                if (Run(program) is { } count)
                {
                    ran++;
                    records += count;
                }
                TimeSpan took = ThreadTime.Now - begin;
                if (took > slowest) slowest = took;
                slowest.Should().BeLessThan(Limit, program);
            }
            seed++;
        }
        output.WriteLine(
            $"{(ThreadTime.Now - start).TotalSeconds:F0} s of processor time: {programs} programs, {ran} ran, {records} records, slowest {slowest.TotalMilliseconds:F0} ms, last seed {seed - 1}");
        ran.Should().BeGreaterThan(programs / 50, "a generator of programs that do not run tests little");
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-", "")]
    [InlineData("!", "")]
    [InlineData("(int)", "")]
    [InlineData("x ? 1 : ", "")]
    [InlineData("1 + ", "")]
    [InlineData("(1 + ", ")")]
    [InlineData("strlen(lltostr(", "))")]
    [InlineData("a[", "]")]
    [InlineData("sizeof (int (", ")) + ")]
    [InlineData("x = ", "")]
    public void Nesting_is_limited(string open, string close)
    {
        foreach (int depth in (int[])[50, 5_000, 25_000])
        {
            string nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
            Run($"BEGIN {{ x = 1; a[1] = 1; trace({nested}); }}");
            Run($"BEGIN {{ a[{nested}]++; }}");
        }
    }

    [Theory]
    [InlineData("inline int a0 = 1; ", "inline int a{0} = a{1} + a{1}; ", "BEGIN { trace(a60); }")]
    [InlineData("typedef struct { char c[1000]; } a0; ", "typedef struct { a{1} x[1000]; } a{0}; ", "BEGIN { trace(sizeof (a60)); }")]
    [InlineData("typedef int a0; ", "typedef a{1} *a{0}; ", "BEGIN { trace(sizeof (a60)); }")]
    [InlineData("inline int a0[int x] = x + x; ", "inline int a{0}[int x] = a{1}[x] + a{1}[x]; ", "BEGIN { trace(a60[1]); }")]
    [InlineData("inline int a0[int x] = x + x; ", "inline int a{0}[int x] = a{1}[a{1}[x]]; ", "BEGIN { trace(a60[1]); }")]
    [InlineData("typedef int a0(int); ", "typedef a{1} *a{0}(a{1} *, a{1} *); ", "BEGIN { trace(sizeof (a60 *)); }")]
    [InlineData("BEGIN { x = \"a\"; ", "x = strjoin(x, x); ", "trace(index(x, strjoin(x, \"b\"))); }")]
    public void Growth_is_limited(string first, string each, string last)
    {
        string program = first + string.Concat(Enumerable.Range(1, 60).Select(i => each.Replace("{0}", $"{i}").Replace("{1}", $"{i - 1}"))) + last;
        Run("#pragma D option strsize=64k\n" + program);
    }

    [Theory]
    [InlineData("x = x + 1; ", 2_000)]
    [InlineData("a[x]++; ", 2_000)]
    [InlineData("@[x, probename] = count(); ", 2_000)]
    [InlineData("tracemem(0, 100000); ", 20)]
    public void What_one_firing_does_is_limited(string statement, int count)
    {
        string body = string.Concat(Enumerable.Repeat(statement, count));
        string program = "BEGIN { x = 1; a[1] = 1; } " + string.Concat(Enumerable.Repeat($"fc:::link-up {{ {body} }} ", 10));
        Run(program).Should().BeNull();
    }

    /// <summary>As many clauses as are let in, each with a predicate that costs what it may: the port waits milliseconds, not seconds.</summary>
    [Fact]
    public void The_largest_program_that_is_let_in_fires_quickly()
    {
        const int Clauses = 3_000;
        string program = "BEGIN { x = 1; } " + string.Concat(Enumerable.Range(0, Clauses).Select(i => $"fc:::link-up /x == {i + 2}/ {{ x = {i}; }} "));
        TimeSpan start = ThreadTime.Now;
        using FiringRig rig = new(program);
        TimeSpan compiled = ThreadTime.Now - start;
        rig.Fire(FcTarget.Probes.FcProbe.LinkUp);
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            start = ThreadTime.Now;
            rig.Fire(FcTarget.Probes.FcProbe.LinkUp);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, (ThreadTime.Now - start).Ticks));
        }
        output.WriteLine($"{Clauses} clauses: compiled in {compiled.TotalSeconds:F1} s, fire in {best.TotalMicroseconds:F0} us");
        best.Should().BeLessThan(TimeSpan.FromMilliseconds(20));
        string more = string.Concat(Enumerable.Repeat("fc:::link-up /x == 1/ { x = 2; } ", 4_090));
        FiringRig.Refusal("BEGIN { x = 1; } " + more).Should().EndWith("DIF program exceeds maximum program size");
    }

    private static IEnumerable<string> Programs(int seed)
    {
        ProgramGenerator generator = new(seed);
        string program = generator.Program();
        yield return program;
        yield return generator.Mutate(program);
    }

    /// <summary>Null: refused. Otherwise how many records and faults it left.</summary>
    private static int? Run(string program)
    {
        IDProgram compiled;
        try
        {
            compiled = DCompiler.Compile([new DSource(program, "fuzz.d")], "dtrace", ["7", "text"], new DOptions { BufSize = 64 * 1024, DefaultArgs = true });
        }
        catch (DCompileException refused)
        {
            refused.Message.Should().StartWith("failed to compile script fuzz.d: ", program);
            return null;
        }
        using FiringRig rig = new(compiled);
        for (int i = 0; i < 3; i++) rig.FireAll();
        foreach (TimerProbe timer in rig.Run.Timers) rig.Run.Fire(timer);
        rig.Run.End();
        return rig.Records().Count;
    }
}
