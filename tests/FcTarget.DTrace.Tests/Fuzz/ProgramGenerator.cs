// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.DTrace.Tests;

/// <summary>D programs by D's grammar: most are nearly right, so that many compile and run, and the others fail in every place.</summary>
internal sealed class ProgramGenerator(int seed)
{
    private static readonly string[] Probes =
    [
        "BEGIN", "END", "ERROR", "fc:::", "fc:::scsi-command", "fc:::scsi-*", "fc:fct::xfer-start", "fc:::rport-*", "fc:::link-up", "fc*:::abts-receive",
        "tick-1sec", "profile:::profile-997", "fc:::rscn-receive", "dtrace:::BEGIN", "fc:::[a-s]*-?p", "4", "nosuch:::", "a:b:c:d:e", ":::xfer-done",
    ];

    private static readonly string[] Types =
    [
        "int", "char", "uint8_t", "int16_t", "unsigned", "uint64_t", "long long", "string", "char *", "void *", "conninfo_t *", "scsicmd_t", "uint8_t *",
        "struct fc_port_info *", "fc_xferinfo_t *", "int8_t **", "struct { int a; char b[3]; }", "enum { e1, e2 = 7 }", "float",
    ];

    private static readonly string[] Integers =
        ["0", "1", "2", "7", "-1", "255", "256", "0x7fffffff", "0xffffffff", "0x8000000000000000", "18446744073709551615", "1u", "5L", "'a'",
        "'\\n'", "017", "$pid"];

    private static readonly string[] Strings = ["\"\"", "\"a\"", "\"hello, world\"", "\"/usr/sbin/dtrace\"", "\"%d\"", "\"\\n\\t\\x41\"", "\",;\"", "\"12\""];

    private static readonly string[] Names =
    [
        "x", "y", "z", "self->x", "self->s", "this->x", "this->s", "s", "a[1]", "a[x, y]", "self->m[probename]", "m[probename, 1]", "timestamp", "probename",
        "v1.a", "v1.b", "v2.a", "v2.b", "v2.d", "q[x].a", "q[y].b", "r[2]", "r[x]", "*p", "p", "p[x]", "v1", "q[1]", "r", "this->v.b", "probefunc", "arg0", "arg1", "arg2", "arg4", "pid", "cpu", "execname", "walltimestamp", "sp", "epid", "id", "NULL", "e1", "k", "curthread", "tid", "errno",
    ];

    private static readonly string[] Arguments =
    [
        "args[0]->ci_remote", "args[0]->ci_local", "args[1]->fcp_sym_node_name", "args[2]->ic_cdb", "args[2]->ic_cdb[0]", "*args[2]->ic_cdb", "args[2]->ic_len",
        "args[3]->fcp_port_hard_address", "args[4]->fcx_len", "args[4]->fcx_flags", "args[0]", "args[1]", "args[5]->fcf_lun", "*args[0]", "args[2]", "args[3]",
        "args[1]->ii_itt", "args[1]->ii_target", "args[2]->xfer_type", "args[2]->xfer_len", "args[7]", "args[x]", "&args[2]->ic_len", "(uint64_t)args[0]", "args[4]->fcf_sense",
    ];

    private static readonly string[] Functions =
    [
        "strlen", "strjoin", "strchr", "strrchr", "strstr", "strtok", "substr", "index", "rindex", "basename", "dirname", "cleanpath", "lltostr",
        "strtoll", "toupper",
        "tolower", "htons", "htonl", "ntohll", "rand", "bcopy", "copyin", "copyinstr", "copyinto", "alloca", "inet_ntoa", "inet_ntop", "inet_ntoa6",
        "json", "speculation", "stack", "nosuch",
    ];

    private static readonly string[] Binary =
        ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "^^", ","];

    private static readonly string[] Assignments = ["=", "=", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

    private static readonly string[] Formats =
        ["%d", "%s", "%x", "%c %d", "%Y", "%k", "%5d|%-8s", "%*d", "%p", "%lld", "%hd", "%S", "%C", "%@d %s", "%z", "plain", "%", "%.3s", "%u %u %u", ""];

    /// <summary>Gives every name a type, so that what follows can use it.</summary>
    private const string Prelude = """
        int m[string, int];
        struct s1 { int a; string b; };
        struct s2 { int a : 3; uint64_t b : 40; char c; short d : 9; };
        translator struct s1 < conninfo_t *c > { a = strlen(c->ci_local); b = c->ci_remote; };
        inline int k = 3;
        inline int twice[int n] = n + n;
        inline string either[int n, string one] = n ? one : probename;
        typedef int handler_t(char *, ...);
        int grid[int][3];
        struct s1 v1; struct s2 v2; struct s1 q[int]; int r[4]; int *p; this struct s1 v;
        BEGIN
        {
            x = 1; sp = speculation(); y = timestamp; z = (int8_t)7; s = "start"; a[1] = 2; self->m["x"] = 1; self->x = 5; self->s = "self"; this->x = 1; this->s = "this";
            @ = count(); @a[s] = sum(x); @b[x, s] = quantize(y); @c = avg(y); @d = lquantize(x, 0, 100, 10);
        }

        """;

    /// <summary>Of which arguments a clause may make use, by its probe.</summary>
    private static readonly Dictionary<string, (string[] Integers, string[] Texts)> ProbeArguments = new()
    {
        ["fc:::link-up"] = (["arg0", "strlen(args[0]->ci_local)"], ["args[0]->ci_remote", "args[0]->ci_protocol"]),
        ["fc:::scsi-command"] = (
            ["args[2]->ic_cdb[0]", "*args[2]->ic_cdb", "args[2]->ic_cdb[x]", "args[2]->ic_len", "args[4]->fcf_lun", "args[3]->fcp_port_hard_address"],
            ["args[0]->ci_remote", "args[1]->fcp_sym_node_name", "stringof((char *)args[2]->ic_cdb)", "copyinstr((uintptr_t)args[2]->ic_cdb, 5)"]),
        ["fc:::xfer-start, fc:::xfer-done"] = (
            ["args[4]->fcx_len", "args[4]->fcx_offset", "args[4]->fcx_flags", "args[2]->xfer_len", "args[1]->ii_datalen", "arg8", "args[5]->fcf_ox_id", "(uint64_t)args[4]", "*(int *)(arg0 + x)"],
            ["args[0]->ci_remote", "args[1]->fcp_sym_port_name", "args[3]->fcp_node_wwn", "args[2]->xfer_type", "args[1]->ii_target"]),
        ["fc:::rport-login-end"] = (["args[3]", "args[4]", "arg4"], ["args[2]->fcp_node_wwn"]),
        ["tick-1sec"] = (["arg0", "arg9"], ["probename"]),
        ["ERROR"] = (["arg1", "arg4", "arg5"], ["probename"]),
    };

    private readonly Random _random = new(seed);
    private (string[] Integers, string[] Texts) _arguments = (["arg0"], ["probename"]);
    private bool _wild;

    public string Program()
    {
        StringBuilder text = new();
        if (Chance(5)) text.Append("#!/usr/sbin/dtrace -s\n");
        if (Chance(10)) text.Append($"#pragma D option {One("quiet", "strsize=16", "strsize=4096", "bufsize=4k", "dynvarsize=1k", "defaultargs",
        "nosuch", "nspec=3", "specsize=128", "aggsize=1m", "bufpolicy=ring", "bufpolicy=fill", "errtags")}\n");
        _wild = Chance(25);
        if (!_wild) text.Append(Prelude);
        int items = 1 + _random.Next(5);
        for (int i = 0; i < items; i++) text.Append(Chance(_wild ? 25 : 5) ? Declaration() : Clause()).Append('\n');
        return text.ToString();
    }

    /// <summary>A program with a few characters or words changed.</summary>
    public string Mutate(string program)
    {
        StringBuilder text = new(program);
        for (int n = 1 + _random.Next(6); n > 0 && text.Length > 0; n--)
        {
            int at = _random.Next(text.Length);
            switch (_random.Next(5))
            {
                case 0: text.Remove(at, Math.Min(1 + _random.Next(8), text.Length - at)); break;
                case 1: text.Insert(at, (char)(_random.Next(8) == 0 ? _random.Next(0x2FFF) : 32 + _random.Next(95))); break;
                case 2: text[at] = "()[]{}/;,\"'@$*&->.:?#\\\n"[_random.Next(23)]; break;
                case 3: text.Insert(at, One(Expression(1), Statement(1), "self->", "@", "typedef ", "/*", "*/", "$1", "$$9", "\0")); break;
                default:
                    int length = Math.Min(_random.Next(40), text.Length - at);
                    text.Insert(_random.Next(text.Length), text.ToString(at, length));
                    break;
            }
        }
        return text.ToString();
    }

    private string Clause()
    {
        string probe = One([.. ProbeArguments.Keys]);
        _arguments = ProbeArguments[probe];
        StringBuilder text = new(_wild ? One(Probes) : probe);
        while (_wild && Chance(15)) text.Append(", ").Append(One(Probes));
        text.Append('\n');
        if (Chance(40)) text.Append("/ ").Append(Integer(3)).Append(" /\n");
        text.Append("{\n");
        for (int i = _random.Next(6); i > 0; i--) text.Append('\t').Append(Statement(2)).Append(";\n").Append(Chance(2) ? "#pragma D option quiet\n# 7 \"x.h\"\n" : "");
        return text.Append("}\n").ToString();
    }

    private string Declaration() => _random.Next(11) switch
    {
        8 => $"inline {One(Types)} twice[{One(Types)} {One("n", "x")}{One("", ", int", ", string s", ", ...")}] = {Expression(2)};",
        9 => $"typedef {One(Types)} {One("(*t0)", "*(*t1[2])", "t2", "((t0))", "(*t1)[3]")}({One("", "void", "int, char *", "int (*)(void)", "static int", "...")});",
        10 => $"{One(Types)} {One("a", "x")}[{One(Types)}][{_random.Next(5)}]{One("", "[2]", "[int]")};",
        0 => $"{One(Types)} {One("x", "y", "k", "s")};",
        1 => $"self {One(Types)} {One("x", "s")};",
        2 => $"this {One(Types)} {One("x", "s")};",
        3 => $"{One(Types)} {One("a", "m")}[{One(Types)}, {One(Types)}];",
        4 => $"inline {One(Types)} k = {Expression(2)};",
        5 => $"typedef {One(Types)} t{_random.Next(3)};",
        6 => $"struct s{_random.Next(3)} {{ {One(Types)} a; {One(Types)} b[{_random.Next(5)}]; }};",
        _ => "translator struct s1 < conninfo_t *c > { a = " + Expression(2) + "; b = c->ci_remote; };",
    };

    private string Statement(int depth) => _random.Next(16) switch
    {
        0 or 1 or 2 => $"trace({Expression(depth)})",
        3 => Printf(depth),
        4 => $"@a[{Text(depth)}] = sum({Integer(depth)})",
        5 => $"@b[{Integer(depth)}, {Text(depth)}] = quantize({Integer(depth)})",
        6 => _wild ? $"@{One("", "c", "d")}[{Expression(depth)}{Tail(depth, _random.Next(3))}] = {Aggregating(depth)}" : $"@c = avg({Integer(depth)})",
        7 => $"{One("printa", "clear", "trunc", "denormalize")}(@{One("", "a", "b", "c")})",
        8 => $"normalize(@{One("", "a")}, {Integer(1)})",
        9 => $"tracemem({One("args[0]", "alloca(16)", Integer(1))}, {One(Integers)})",
        10 => One($"exit({Integer(1)})", "setopt(\"quiet\")", "printa(\"%s %@d\", @a)", "speculate(sp)", "commit(sp)", "discard(sp)", $"speculate({Integer(1)})", $"setopt({One(Strings)})"),
        11 => $"if ({Integer(depth)}) {{ {Statement(depth - 1)}; }} else {{ {(depth > 0 ? Statement(depth - 1) : "")}; }}",
        12 => One(
            $"{One("s", "self->s", "this->s", "v1.b", $"q[{Integer(0)}].b", "this->v.b")} = {Text(depth + 1)}", $"p = {One("&r[1]", "(int *)alloca(8)", "NULL", "r + x")}",
            "v1 = q[x]", "q[y] = v1", "v1 = xlate <struct s1> (args[0])", $"setopt({Text(0)}, {Text(depth)})"),
        _ => $"{Variable(depth)} {One(Assignments)} {Integer(depth + 1)}",
    };

    private string Printf(int depth) => _random.Next(_wild ? 4 : 3) switch
    {
        0 => $"printf(\"%d %s\\n\", {Integer(depth)}, {Text(depth)})",
        1 => $"printf(\"%x|%-20s|%Y\", {Integer(depth)}, {Text(depth)}, walltimestamp)",
        2 => $"printf(\"%*d %p %c\", {Integer(0)}, {Integer(depth)}, arg0, {Integer(1)})",
        _ => $"printf(\"{One(Formats)}\"{Tail(depth, _random.Next(4))})",
    };

    private string Aggregating(int depth) => One("count", "sum", "avg", "min", "max", "stddev", "quantize", "lquantize", "llquantize") switch
    {
        "count" => "count()",
        "lquantize" => $"lquantize({Expression(depth)}, 0, {One("10", "100", "0", "5000000")}, {One("1", "10", "0")})",
        "llquantize" => $"llquantize({Expression(depth)}, {One("2", "10", "1")}, 0, {One("3", "6", "99")}, {One("10", "20", "7")})",
        { } function => $"{function}({Expression(depth)})",
    };

    private string Variable(int depth) => _random.Next(6) switch
    {
        0 => One($"grid[{Integer(depth - 1)}][{Integer(depth - 1)}]", $"a[{Integer(depth - 1)}]", $"q[{Integer(depth - 1)}].a", $"r[{Integer(depth - 1)}]", "v1.a", "v2.a", "v2.b", "v2.d", "*p", "p[x]", "this->v.a"),
        1 => $"self->m[{Text(depth - 1)}]",
        2 => $"m[{Text(depth - 1)}, {Integer(depth - 1)}]",
        _ => One("x", "y", "z", "self->x", "this->x"),
    };

    /// <summary>An expression of integer type, if all goes well.</summary>
    private string Integer(int depth)
    {
        if (_wild && Chance(10)) return Expression(depth);
        if (depth <= 0)
        {
            return _random.Next(4) switch
            {
                0 => One(Integers[..^1]),
                1 => One(_arguments.Integers),
                _ => One("x", "y", "z", "self->x", "k", "timestamp", "tid"),
            };
        }
        return _random.Next(10) switch
        {
            0 or 1 or 2 => $"({Integer(depth - 1)} {One(Binary)} {Integer(depth - 1)})",
            3 => $"{One("- ", "!", "~", "+ ")}{Integer(depth - 1)}",
            4 => $"({One("int8_t", "uint16_t", "int", "unsigned", "uint64_t")}){Integer(depth - 1)}",
            5 => $"({Integer(depth - 1)} ? {Integer(depth - 1)} : {Integer(depth - 1)})",
            6 => One(
                $"strlen({Text(depth - 1)})", $"index({Text(depth - 1)}, {Text(0)}, {Integer(0)})", $"rindex({Text(0)}, {Text(0)})",
                $"strtoll({Text(0)}, 16)"),
            7 => One($"twice[{Integer(depth - 1)}]", $"({Text(depth - 1)} {One("==", "<", ">=", "!=")} {Text(depth - 1)})", $"htonl({Integer(depth - 1)})", "rand()", $"({Text(0)} == NULL)"),
            8 => $"({Variable(depth)} {One(Assignments)} {Integer(depth - 1)})",
            _ => Chance(50) ? $"{Variable(depth)}{One("++", "--")}" : $"({One("++", "--")}{Variable(depth)})",
        };
    }

    /// <summary>An expression of string type, if all goes well.</summary>
    private string Text(int depth)
    {
        if (_wild && Chance(10)) return Expression(depth);
        if (depth <= 0) return _random.Next(3) switch { 0 => One(Strings), 1 => One(_arguments.Texts), _ => One("s", "self->s", "probename", "execname") };
        (string text, string integer) = (Text(depth - 1), Integer(depth - 1));
        return One(
            $"strjoin({text}, {Text(0)})", $"substr({text}, {integer}, {Integer(0)})", $"strtok({text}, {Text(0)})", $"strtok(NULL, {text})",
            $"strchr({text}, '/')",
            $"strrchr({text}, {integer})", $"strstr({text}, {Text(0)})", $"lltostr({integer})", $"lltostr({integer}, {Integer(0)})",
            $"basename({text})", $"dirname({text})",
            $"cleanpath({text})", $"toupper({text})", $"({integer} ? {text} : {Text(0)})", $"(s = {text})",
            $"either[{integer}, {text}]", $"inet_ntoa((ipaddr_t *)copyin(arg0, {Integer(0)}))");
    }

    private string Expression(int depth)
    {
        if (!_wild) return Chance(50) ? Integer(depth) : Text(depth);
        if (depth <= 0)
            return _random.Next(5) switch { 0 => One(Integers), 1 => One(Strings), 2 => One(Arguments), _ => One(Names) };
        return _random.Next(14) switch
        {
            0 or 1 or 2 => $"({Expression(depth - 1)} {One(Binary)} {Expression(depth - 1)})",
            3 => $"{One("-", "!", "~", "+", "*", "&", "++", "--", "sizeof ", "stringof ")}{Expression(depth - 1)}",
            4 => $"({One(Types)}){Expression(depth - 1)}",
            5 => $"({Expression(depth - 1)} ? {Expression(depth - 1)} : {Expression(depth - 1)})",
            6 or 7 => $"{One(Functions)}({Expression(depth - 1)}{Tail(depth - 1, _random.Next(3))})",
            8 or 9 => $"{One(Names)} {One(Assignments)} {Expression(depth - 1)}",
            10 => $"{One(Names)}{One("++", "--")}",
            11 => $"({Expression(depth - 1)})[{Expression(depth - 1)}]",
            12 => One($"sizeof ({One(Types)})", $"offsetof(scsicmd_t, {One("ic_cdb", "x")})", $"xlate <struct s1 *> (args[0])->{One("a", "b")}"),
            _ => Expression(0),
        };
    }

    private string Tail(int depth, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => ", " + Expression(depth)));

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string One(params string[] choices) => choices[_random.Next(choices.Length)];
}
