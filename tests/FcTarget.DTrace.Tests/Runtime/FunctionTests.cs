// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Tests;

/// <summary>Every function of D, against values worked out by hand.</summary>
public sealed class FunctionTests
{
    [Theory]
    [InlineData("strlen(\"hello\")", 5)]
    [InlineData("strlen(\"\")", 0)]
    [InlineData("index(\"hello\", \"l\")", 2)]
    [InlineData("index(\"hello\", \"l\", 3)", 3)]
    [InlineData("index(\"hello\", \"l\", 4)", -1)]
    [InlineData("index(\"hello\", \"\", 9)", 5)]
    [InlineData("index(\"hello\", \"h\", -4)", 0)]
    [InlineData("index(\"\", \"\", 3)", 0)]
    [InlineData("rindex(\"hello\", \"l\")", 3)]
    [InlineData("rindex(\"hello\", \"l\", 2)", 2)]
    [InlineData("rindex(\"hello\", \"l\", 1)", -1)]
    [InlineData("rindex(\"hello\", \"\", -1)", 0)]
    [InlineData("rindex(\"hello\", \"lo\")", 3)]
    [InlineData("rindex(\"hello\", \"h\", -1)", -1)]
    [InlineData("strtoll(\"  -42abc\")", -42)]
    [InlineData("strtoll(\"0x1F\", 16)", 31)]
    [InlineData("strtoll(\"777\", 8)", 511)]
    [InlineData("strtoll(\"zz\", 36)", 1295)]
    [InlineData("strtoll(\"\")", 0)]
    [InlineData("htons(0x1234)", 0x3412)]
    [InlineData("ntohs(0x1234)", 0x3412)]
    [InlineData("htonl(0x12345678)", 0x78563412)]
    [InlineData("ntohl(0x12345678)", 0x78563412)]
    [InlineData("htonll(0x0102030405060708)", 0x0807060504030201)]
    [InlineData("ntohll(0x0102030405060708)", 0x0807060504030201)]
    public void Functions_of_integers(string expression, long expected) => FiringRig.Integer(expression).Should().Be(expected);

    [Theory]
    [InlineData("strjoin(\"foo\", \"bar\")", "foobar")]
    [InlineData("strjoin(\"\", \"\")", "")]
    [InlineData("strchr(\"/a/b\", 'b')", "b")]
    [InlineData("strchr(\"/a/b\", '/')", "/a/b")]
    [InlineData("strrchr(\"/a/b\", '/')", "/b")]
    [InlineData("strstr(\"hello\", \"ll\")", "llo")]
    [InlineData("strchr(\"abc\", 'z')", "")]
    [InlineData("strtok(\"a,b;c\", \",;\")", "a")]
    [InlineData("strtok(\",,a\", \",\")", "a")]
    [InlineData("substr(\"hello\", 1)", "ello")]
    [InlineData("substr(\"hello\", 1, 3)", "ell")]
    [InlineData("substr(\"hello\", -3)", "llo")]
    [InlineData("substr(\"hello\", -3, 2)", "ll")]
    [InlineData("substr(\"hello\", -7, 3)", "h")]
    [InlineData("substr(\"hello\", 1, -1)", "ell")]
    [InlineData("substr(\"hello\", 9)", "")]
    [InlineData("basename(\"/foo/bar/\")", "bar")]
    [InlineData("basename(\"/\")", "/")]
    [InlineData("basename(\"\")", ".")]
    [InlineData("basename(\"foo\")", "foo")]
    [InlineData("dirname(\"/foo/bar\")", "/foo")]
    [InlineData("dirname(\"/foo\")", "/")]
    [InlineData("dirname(\"foo\")", ".")]
    [InlineData("dirname(\"foo/bar//\")", "foo")]
    [InlineData("cleanpath(\"/a/./b/../c//d\")", "/a/c/d")]
    [InlineData("cleanpath(\"/..\")", "/")]
    [InlineData("lltostr(-123)", "-123")]
    [InlineData("lltostr(255, 16)", "0xff")]
    [InlineData("lltostr(8, 8)", "010")]
    [InlineData("lltostr(0)", "0")]
    [InlineData("lltostr(0, 16)", "0x0")]
    [InlineData("lltostr(5, 2)", "101")]
    [InlineData("toupper(\"aZ9-\")", "AZ9-")]
    [InlineData("tolower(\"aZ9-\")", "az9-")]
    [InlineData("stringof(\"abc\")", "abc")]
    [InlineData("1 ? \"yes\" : \"no\"", "yes")]
    [InlineData("(string)\"abc\"", "abc")]
    [InlineData("execname == \"\" ? \"none\" : \"some\"", "some")]
    [InlineData("probeprov", "dtrace")]
    [InlineData("probename", "BEGIN")]
    [InlineData("probemod", "")]
    public void Functions_of_strings(string expression, string expected) => FiringRig.Text(expression).Should().Be(expected);

    [Fact]
    public void Strtok_goes_on_where_it_stopped()
    {
        using FiringRig rig = new("""BEGIN { this->a = strtok("one two,three", " "); this->b = strtok(NULL, ","); this->c = strtok(NULL, ","); """
            + """this->d = strtok(NULL, ","); trace(this->a); trace(this->b); trace(this->c); trace(this->d == NULL); }""");
        Recorded record = rig.Records().Single();
        new[] { record.String(0), record.String(256), record.String(512) }.Should().Equal("one", " two", "three");
        record.Payload[768].Should().Be(1);
    }

    [Fact]
    public void Strings_are_cut_at_strsize()
    {
        using FiringRig rig = new("""
            #pragma D option strsize=8
            BEGIN { x = strjoin("abcdef", "ghijkl"); trace(x); trace(strlen(x)); trace("0123456789"); }
            """);
        Recorded record = rig.Records().Single();
        record.String(0).Should().Be("abcdefg");
        BitConverter.ToInt64(record.Payload, 8).Should().Be(7);
        record.String(16).Should().Be("0123456");
    }

    [Fact]
    public void Memory_functions_reach_arguments_and_scratch_only()
    {
        using FiringRig rig = new("""
            fc:::scsi-command {
                this->copy = (uint8_t *)copyin((uintptr_t)args[2]->ic_cdb, 16);
                this->more = (uint8_t *)alloca(16);
                bcopy(args[2]->ic_cdb, this->more, args[2]->ic_len);
                trace(*args[2]->ic_cdb); trace(args[2]->ic_cdb[4]); trace(this->copy[8]); trace(*(this->more + 4));
                trace(copyinstr((uintptr_t)args[0]->ci_protocol));
            }
            fc:::scsi-command { bcopy(args[2]->ic_cdb, args[2]->ic_cdb, 4); }
            fc:::scsi-command { trace(args[2]->ic_cdb[16]); }
            fc:::scsi-command { this->p = alloca(1000000); }
            fc:::scsi-command { trace(*(uint64_t *)(args[2]->ic_cdb + 12)); }
            fc:::scsi-command { tracemem(args[2]->ic_cdb, 16); }
            """);
        rig.Fire(FcProbe.ScsiCommand);
        List<Recorded> records = rig.Records();
        records[0].Payload.Take(4).Should().Equal(0x28, 0x10, 8, 0x10);
        records[0].String(4).Should().Be("fc");
        records.Skip(1).Take(4).Select(r => r.Fault.Kind).Should().Equal(
            DFaultKind.BadAddress, DFaultKind.BadAddress, DFaultKind.NoScratchSpace, DFaultKind.BadAddress);
        records[5].Payload.Should().Equal(FiringRig.Read10);
    }

    [Fact]
    public void Addresses_print_as_inet_ntop_prints_them()
    {
        using FiringRig rig = new("""
            fc:::scsi-command {
                this->a = (uint8_t *)alloca(16);
                trace(inet_ntop(26, this->a));
                bcopy(args[2]->ic_cdb, this->a, 16);
                trace(inet_ntoa((ipaddr_t *)this->a));
                trace(inet_ntop(2, this->a + 4));
                trace(inet_ntop(10, this->a));
            }
            """);
        rig.Fire(FcProbe.ScsiCommand);
        Recorded record = rig.Records().Single();
        Enumerable.Range(0, 4).Select(i => record.String(i * 256)).Should().Equal("::", "40.0.0.0", "16.0.0.0", "2800:0:1000:0:800::");
    }

    [Fact]
    public void Rand_gives_different_numbers_of_31_bits()
    {
        using FiringRig rig = new("BEGIN { trace(rand()); trace(rand()); trace(rand()); }");
        byte[] payload = rig.Records().Single().Payload;
        int[] values = [.. Enumerable.Range(0, 3).Select(i => BitConverter.ToInt32(payload, i * 4))];
        values.Should().OnlyHaveUniqueItems().And.OnlyContain(v => v >= 0);
    }

    [Fact]
    public void A_pointer_kept_from_an_earlier_firing_is_an_invalid_address()
    {
        using FiringRig rig = new("fc:::scsi-command { p = args[2]->ic_cdb; } fc:::link-up { trace(*p); } fc:::link-up { trace(stringof((char *)p)); }");
        rig.Fire(FcProbe.ScsiCommand);
        rig.Fire(FcProbe.LinkUp);
        rig.Records().Select(r => r.Fault.Kind).Should().Equal(DFaultKind.BadAddress, DFaultKind.BadAddress);
    }
}
