// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests.Output;

/// <summary>Lines of the default mode, and what -q leaves of them. Compared with dtrace(1)'s by hand.</summary>
public sealed class RecordTests
{
    private const string Heading = "CPU     ID                    FUNCTION:NAME\n";
    private const string Line = "  0     12   fct_post_rcvd_cmd:scsi-command ";

    private readonly OutputRig _rig = new();

    [Fact]
    public void The_heading_comes_before_the_first_record_only()
    {
        _rig.Record([]).Should().Be(Heading + Line + "\n");
        _rig.Record([]).Should().Be(Line + "\n");
    }

    [Fact]
    public void The_line_has_dtrace_s_columns() => Line.Should().Be($"{0,3} {12,6} {"fct_post_rcvd_cmd:scsi-command",32} ");

    [Fact]
    public void A_program_that_turns_quiet_off_later_has_no_heading()
    {
        _rig.Options.Quiet = true;
        _rig.Record([]).Should().BeEmpty();
        _rig.Options.Quiet = false;
        _rig.Record([]).Should().Be(Line + "\n");
    }

    [Theory]
    [InlineData(8, -1L, "               -1")]
    [InlineData(8, 123456789012L, "     123456789012")]
    [InlineData(4, -1L, "       -1")]
    [InlineData(4, 7L, "        7")]
    [InlineData(2, 65535L, " 65535")]
    [InlineData(1, 200L, " 200")]
    public void Trace_shows_integers_in_the_width_of_their_type(int size, long value, string expected) =>
        _rig.Trace(DValueType.Integer(size, signed: true), value).Should().Be(Heading + Line + expected + "\n");

    [Theory]
    [InlineData(8, -1L, "-1")]
    [InlineData(4, 7L, "7")]
    [InlineData(2, 65535L, "65535")]
    public void Quiet_trace_shows_the_bare_number(int size, long value, string expected)
    {
        _rig.Options.Quiet = true;
        _rig.Trace(DValueType.Integer(size, signed: true), value).Should().Be(expected);
    }

    [Fact]
    public void Trace_shows_a_string_in_33_columns() =>
        _rig.Trace(OutputRig.String, "2000020000000001").Should().Be(Heading + Line + "  2000020000000001                 \n");

    [Fact]
    public void Quiet_trace_shows_the_bare_string()
    {
        _rig.Options.Quiet = true;
        _rig.Trace(OutputRig.String, "text\twith a tab").Should().Be("text\twith a tab");
    }

    [Fact]
    public void Trace_dumps_what_is_not_text() =>
        _rig.Trace(DValueType.Bytes(18), new byte[] { 0x28, 0, 0, 0, 0x10, 0, 0, 0, 8, 0, 0x41, 0x7E, 0x7F, 0x1F, 0x20, 0xFF, 0x30, 0x31 })
            .Should().Be(Heading + Line + "\n"
                + "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
                + "         0: 28 00 00 00 10 00 00 00 08 00 41 7e 7f 1f 20 ff  (.........A~.. .\n"
                + "        10: 30 31                                            01\n"
                + "\n");

    [Fact]
    public void Tracemem_dumps_text_too_and_as_much_as_asked()
    {
        (DField[] fields, byte[] payload) = OutputRig.Lay([DValueType.Bytes(4), OutputRig.Long], ["abcd"u8.ToArray(), 2L]);
        _rig.Options.Quiet = true;
        _rig.Record([new TraceMemAction(fields[0], fields[1])], payload).Should().Be("\n"
            + "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
            + "         0: 61 62                                            ab\n");
    }

    [Fact]
    public void Printf_follows_the_line_of_its_record()
    {
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.Int], [5]);
        var format = DTrace.Output.FormatString.Parse("n=%d").Check("printf", 1, [OutputRig.Argument(OutputRig.Int)]);
        _rig.Record([new PrintfAction(format, fields), new TraceAction(fields[0])], payload).Should().Be(Heading + Line + "n=5        5\n");
    }

    [Fact]
    public void Exit_sets_the_status_and_prints_an_empty_line_of_its_own()
    {
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.Int], [3]);
        _rig.Record([new ExitAction(fields[0])], payload).Should().Be(Heading + Line + "\n");
        _rig.ExitStatus.Should().Be(3);
    }

    [Fact]
    public void Setopt_changes_options_that_may_change()
    {
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.String, OutputRig.String], ["aggsortrev", "quiet"]);
        _rig.Record([new SetoptAction(fields[0], null), new SetoptAction(fields[1], null)], payload).Should().Be(Heading + Line);
        _rig.Options.AggSortRev.Should().BeTrue();
        _rig.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData("bufsize", "8m", "Operation illegal when tracing is active")]
    [InlineData("nosuch", "1", "Invalid option name")]
    [InlineData("aggrate", "often", "Invalid value for specified option")]
    public void Setopt_complains_of_others(string name, string value, string why)
    {
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.String, OutputRig.String], [name, value]);
        _rig.Record([new SetoptAction(fields[0], fields[1])], payload);
        _rig.Errors.Should().Equal(
            $"error on enabled probe ID 1 (ID 12: fc:fct:fct_post_rcvd_cmd:scsi-command): couldn't set option \"{name}\" to \"{value}\": {why}\n");
    }
}
