// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests;

/// <summary>What is refused, in libdtrace's words.</summary>
public sealed class ErrorTextTests
{
    [Theory]
    [InlineData("BEGIN { trace(x); }", "[D_IDENT_UNDEF] in action list: failed to resolve x: Unknown variable name")]
    [InlineData("BEGIN { trace(1 +); }", "[D_SYNTAX] syntax error near \")\"")]
    [InlineData("BEGIN /\"a\"/ { trace(1); }", "[D_PRED_SCALAR] in predicate: predicate result must be of scalar type")]
    [InlineData("fc:::nosuch", "[D_PDESC_ZERO] probe description fc:::nosuch does not match any probes")]
    [InlineData("BEGIN { commit(1); trace(1); }", "[D_DREC_COMM] data-recording actions may not follow commit( )")]
    [InlineData("BEGIN { printf(\"%d\"); }", "[D_PRINTF_ARG_PROTO] printf( ) prototype mismatch: conversion #1 (%d) is missing a corresponding value argument")]
    [InlineData("BEGIN { strlen(); }", "[D_PROTO_LEN] in action list: strlen( ) prototype mismatch: 0 args passed, 1 expected")]
    [InlineData("BEGIN { printf(\"%d\", 1, 2); }", "[D_PRINTF_ARG_EXTRA] printf( ) prototype mismatch: only 1 arguments required by this format string")]
    [InlineData("BEGIN { clear(); }", "[D_CLEAR_PROTO] clear( ) prototype mismatch: 0 args passed, 1 expected")]
    [InlineData("BEGIN { clear(1); }", "[D_CLEAR_AGGARG] clear( ) argument #1 is incompatible with prototype:\n\tprototype: aggregation\n\t argument: int")]
    [InlineData("BEGIN { this->x; }", "[D_VAR_UNDEF] in action list: this->x has not yet been declared or assigned")]
    [InlineData("BEGIN { trace(\"a\" % 2); }", "[D_OP_INT] in action list: operator % requires operands of integral type")]
    [InlineData("BEGIN { trace(\"a\" * 2); }", "[D_OP_ARITH] in action list: operator * requires operands of arithmetic type")]
    [InlineData("struct s { void v; };", "[D_DECL_VOIDOBJ] cannot have void member: v")]
    [InlineData("BEGIN { trace(1.5); }", "floating-point constants are not permitted")]
    [InlineData("BEGIN { stack(); }", "in action list: stack( ) is not available here: probes have no stack traces")]
    public void With_errtags_messages_have_their_names(string program, string expected)
    {
        DOptions options = new();
        options.Set("errtags", null).Should().BeNull();
        FiringRig.Refusal(program, options: options).Should().Be($"invalid probe specifier {program}: {expected}");
    }

    [Theory]
    [InlineData("BEGIN { trace(x); }", "in action list: failed to resolve x: Unknown variable name")]
    [InlineData("BEGIN /x/ { trace(1); }", "in predicate: failed to resolve x: Unknown variable name")]
    [InlineData("BEGIN { trace(self->x); }", "in action list: self->x has not yet been declared or assigned")]
    [InlineData("BEGIN { trace(this->x); }", "in action list: this->x has not yet been declared or assigned")]
    [InlineData("BEGIN { trace(a[1]); }", "in action list: a has not yet been declared or assigned")]
    [InlineData("BEGIN { foo(); }", "in action list: undefined function name: foo")]
    [InlineData("BEGIN { trace(1 +); }", "syntax error near \")\"")]
    [InlineData("BEGIN { trace(1)", "syntax error near end of input")]
    [InlineData("BEGIN { trace(1) trace(2); }", "syntax error near \"trace\"")]
    [InlineData("BEGIN { trace(\"a); }", "end-of-file encountered before matching \"")]
    [InlineData("BEGIN { trace(1 \"a\"); }", "syntax error near \"\"a\"\"")]
    [InlineData("BEGIN { /* }", "end-of-file encountered before matching */")]
    [InlineData("BEGIN { trace(''); }", "empty character constant")]
    [InlineData("BEGIN { trace('abcdefghi'); }", "character constant is too long")]
    [InlineData("BEGIN { trace(1.5); }", "floating-point constants are not permitted")]
    [InlineData("BEGIN { trace(089); }", "constant 089 contains invalid digit 8")]
    [InlineData("BEGIN { trace(18446744073709551616); }", "constant 18446744073709551616 results in integer overflow")]
    [InlineData("BEGIN { trace($1); }", "macro argument $1 is not defined")]
    [InlineData("BEGIN { trace($foo); }", "macro variable $foo is not defined")]
    [InlineData("fc:::nosuch { trace(1); }", "probe description fc:::nosuch does not match any probes")]
    [InlineData("iscsi*:::scsi-command { trace(1); }", "probe description iscsi*:::scsi-command does not match any probes")]
    [InlineData("a:b:c:d:e { trace(1); }", "invalid probe description \"a:b:c:d:e\": Overspecified probe description")]
    [InlineData("999 { trace(1); }", "invalid probe identifier 999: Unknown probe identifier")]
    [InlineData("BEGIN { trace(args[0]); }", "in action list: index 0 is out of range for :::BEGIN args[ ]")]
    [InlineData("fc:::scsi-command { trace(args[9]); }", "in action list: index 9 is out of range for fc:::scsi-command args[ ]")]
    [InlineData(
        "fc:::scsi-command { trace(args[arg0]); }",
        "in action list: args[ ] argument #1 is incompatible with prototype:\n\tprototype: integer constant\n\t argument: int64_t")]
    [InlineData("fc:::scsi-command { trace(args[0]->nosuch); }", "in action list: nosuch is not a member of struct conninfo")]
    [InlineData(
        "fc:::scsi-command { trace(args[0].ci_local); }",
        "in action list: operator . cannot be applied to type \"conninfo_t *\"; must be applied to a struct or union")]
    [InlineData("fc:::scsi-command { trace(arg0->x); }", "in action list: operator -> must be applied to a pointer")]
    [InlineData("BEGIN { trace(*1); }", "in action list: cannot dereference non-pointer type")]
    [InlineData("BEGIN { trace(\"a\" + 1); }", "in action list: operator + requires operands of arithmetic type")]
    [InlineData("BEGIN { trace(\"a\" & 1); }", "in action list: operator & requires operands of integral type")]
    [InlineData("BEGIN { trace(~\"a\"); }", "in action list: operator ~ requires an operand of integral type")]
    [InlineData("BEGIN { trace(!\"a\"); }", "in action list: operator ! requires an operand of scalar type")]
    [InlineData("BEGIN { trace(\"a\" && 1); }", "in action list: operator && requires operands of scalar type")]
    [InlineData("BEGIN { trace(\"a\" == 1); }", "in action list: operands have incompatible types: \"string\" == \"int\"")]
    [InlineData("BEGIN { x = 1; x = \"a\"; }", "in action list: operands have incompatible types: \"int\" = \"string\"")]
    [InlineData("BEGIN { 1 = 2; }", "in action list: operator = requires modifiable lvalue as an operand")]
    [InlineData("BEGIN { timestamp = 2; }", "in action list: operator = can only be applied to a writable variable")]
    [InlineData("fc:::scsi-command { args[2]->ic_len = 2; }", "in action list: operator = can only be applied to a writable variable")]
    [InlineData("BEGIN { 5++; }", "in action list: operator ++ requires modifiable lvalue as an operand")]
    [InlineData("BEGIN { trace(&timestamp); }", "in action list: unacceptable operand for unary & operator")]
    [InlineData("BEGIN { x = 1; trace(&x); }", "in action list: cannot take address of dynamic variable")]
    [InlineData("BEGIN { trace(1 / 0); }", "in action list: expression contains division by zero")]
    [InlineData("BEGIN { trace((conninfo_t)1); }", "in action list: invalid cast expression: \"int\" to \"conninfo_t\"")]
    [InlineData("BEGIN { trace(sizeof (void)); }", "in action list: cannot apply sizeof to an operand of unknown size")]
    [InlineData("BEGIN { trace(offsetof(int, x)); }", "in action list: offsetof operand must be a struct or union type")]
    [InlineData("BEGIN /\"a\"/ { trace(1); }", "in predicate: predicate result must be of scalar type")]
    [InlineData("BEGIN { a[1] = 1; a[1, 2] = 1; }", "in action list: a[ ] prototype mismatch: 2 keys passed, 1 expected")]
    [InlineData("BEGIN { a[1] = 1; a[\"x\"] = 1; }", "in action list: a[ ] key #1 is incompatible with prototype:\n\tprototype: int\n\t      key: string")]
    [InlineData("BEGIN { this->a[1] = 1; }", "in action list: local variables may not be used as associative arrays: a")]
    [InlineData(
        "BEGIN { @a = sum(1); @a = count(); }",
        "in action list: aggregation redefined: @a\n\t current: @a = count( )\n\tprevious: @a = sum( ) : line 1")]
    [InlineData("BEGIN { @a[1] = count(); @a[1, 2] = count(); }", "in action list: @a[ ] prototype mismatch: 2 keys passed, 1 expected")]
    [InlineData(
        "BEGIN { @a[\"x\"] = count(); @a[1] = count(); }",
        "in action list: @a[ ] key #1 is incompatible with prototype:\n\tprototype: string\n\t      key: int")]
    [InlineData("BEGIN { @a = 1; }", "in action list: @a must be assigned the result of an aggregating function")]
    [InlineData("BEGIN { @a = strlen(\"x\"); }", "in action list: @a must be assigned the result of an aggregating function")]
    [InlineData("BEGIN { @a = count(1); }", "in action list: count( ) prototype mismatch: 1 arg passed, 0 expected")]
    [InlineData("BEGIN { @a = sum(); }", "in action list: sum( ) prototype mismatch: 0 args passed, 1 expected")]
    [InlineData("BEGIN { @a = sum(\"x\"); }", "sum( ) argument #1 must be of scalar type")]
    [InlineData("BEGIN { @a = lquantize(1, 5, 1); }", "lquantize( ) base (argument #1) must be less than limit (argument #2)")]
    [InlineData("BEGIN { @a = lquantize(1, 0, 10, 20); }", "lquantize( ) step (argument #3) too large: must have at least one quantization level")]
    [InlineData(
        "BEGIN { @a = lquantize(1, 0, 10, 1); @a = lquantize(1, 0, 10, 2); }",
        "lquantize( ) step (argument #3) doesn't match previous declaration: expected 1, found 2")]
    [InlineData("BEGIN { @a = llquantize(1, 10, 3, 1, 10); }", "llquantize( ) high magnitude (argument #3) must be greater than low magnitude (argument #2)")]
    [InlineData("BEGIN { @a; }", "expression has null effect: @a")]
    [InlineData("BEGIN { trace(@a); }", "trace( ) may not be applied to an aggregation")]
    [InlineData("BEGIN { printa(@a); }", "undefined aggregation: @a")]
    [InlineData("BEGIN { clear(1); }", "clear( ) argument #1 is incompatible with prototype:\n\tprototype: aggregation\n\t argument: int")]
    [InlineData("BEGIN { @a = count(); trunc(@a, 1, 2); }", "trunc( ) prototype mismatch: 3 args passed, no more than 2 expected")]
    [InlineData("BEGIN { @a = count(); normalize(@a); }", "normalize( ) prototype mismatch: 1 args passed, 2 expected")]
    [InlineData("BEGIN { @a[1] = count(); @b[\"x\"] = count(); printa(@a, @b); }",
        "printa( ): @b[ ] key #1 is incompatible with @a:\n        a key #1: int\n        b key #1: string")]
    [InlineData("BEGIN { @a = count(); @b[1] = count(); printa(@a, @b); }",
        "printa( ): @a and @b do not have matching key signatures: @a has 0 keys, @b has 1 key")]
    [InlineData("BEGIN { x = trace(1); }", "in action list: tracing function trace( ) may not be called from a D expression (D program context required)")]
    [InlineData("BEGIN { x = count(); }", "in action list: aggregating function count( ) may not be called from a D expression (D program context required)")]
    [InlineData("BEGIN { strlen(); }", "in action list: strlen( ) prototype mismatch: 0 args passed, 1 expected")]
    [InlineData("BEGIN { strlen(1); }", "in action list: strlen( ) argument #1 is incompatible with prototype:\n\tprototype: const char *\n\t argument: int")]
    [InlineData("BEGIN { substr(\"x\"); }", "in action list: substr( ) prototype mismatch: 1 arg passed, at least 2 expected")]
    [InlineData("BEGIN { printf(); }", "in action list: printf( ) prototype mismatch: 0 args passed, at least 1 expected")]
    [InlineData("BEGIN { printf(1); }", "printf( ) argument #1 is incompatible with prototype:\n\tprototype: string constant\n\t argument: int")]
    [InlineData("BEGIN { printf(\"%d\"); }", "printf( ) prototype mismatch: conversion #1 (%d) is missing a corresponding value argument")]
    [InlineData("BEGIN { printf(\"%d\", 1, 2); }", "printf( ) prototype mismatch: only 1 arguments required by this format string")]
    [InlineData("BEGIN { exit(); }", "in action list: exit( ) prototype mismatch: 0 args passed, 1 expected")]
    [InlineData("BEGIN { tracemem(1); }", "in action list: tracemem( ) prototype mismatch: 1 arg passed, at least 2 expected")]
    [InlineData("BEGIN { tracemem(1, arg0); }", "tracemem( ) argument #2 must be a non-zero positive integral constant expression")]
    [InlineData("BEGIN { trace(curthread); }", "in action list: curthread is not available here: it looks into a kernel")]
    [InlineData("BEGIN { trace(curpsinfo->pr_psargs); }", "in action list: curpsinfo is not available here: it looks into a kernel")]
    [InlineData("BEGIN { stack(); }", "in action list: stack( ) is not available here: probes have no stack traces")]
    [InlineData("BEGIN { system(\"ls\"); }", "in action list: system( ) is not available here: a program changes nothing outside itself, -w or not")]
    [InlineData("BEGIN { trace(`kmem_flags); }", "syntax error near \"`\"")]
    [InlineData("BEGIN { trace(unix`kmem_flags); }", "failed to resolve unix`: Unknown module name")]
    [InlineData("#pragma D option nosuch\nBEGIN{}", "failed to set option 'nosuch': Invalid option name")]
    [InlineData("#pragma D option bufsize=x\nBEGIN{}", "failed to set option 'bufsize' to 'x': Invalid value for specified option")]
    [InlineData("#pragma D nosuch x\nBEGIN{}", "invalid D pragma: nosuch")]
    [InlineData("#nosuch\nBEGIN{}", "invalid control directive: #nosuch")]
    [InlineData("#error no\nBEGIN{}", "#error: no")]
    [InlineData("short char x; BEGIN{}", "invalid type declaration: short and long may not be used with char type")]
    [InlineData("signed unsigned x; BEGIN{}", "invalid type combination")]
    [InlineData("enum e { big = 2147483648 }; BEGIN{}", "enumerator 'big' value overflows INT_MAX (2147483647)")]
    [InlineData("extern int; BEGIN{}", "useless declaration")]
    [InlineData("inline int n = n + 3; BEGIN{}", "failed to resolve n: Unknown variable name")]
    [InlineData("inline int n = \"text\"; BEGIN{}", "inline n definition uses incompatible types: \"int\" = \"string\"")]
    [InlineData("inline int rand = 7; BEGIN{}", "identifier redefined: rand\n\t current: inline definition\n\tprevious: function")]
    [InlineData("#pragma D depends_on library net.d\nBEGIN{}", "main program may not explicitly depend on a library")]
    [InlineData("void *p; BEGIN { trace((int)(p + 1)); }", "in action list: operands have incompatible types: \"void *\" + \"int\"")]
    [InlineData("struct i { int a; }; struct o { int b; }; translator struct o < struct i *p > { b = p->c; }; BEGIN{}", "c is not a member of struct i")]
    [InlineData(
        "struct i { char a; }; struct o { char *b; }; translator struct o < struct i *p > { b = p->a; }; BEGIN{}",
        "translator member b definition uses incompatible types: \"char *\" = \"char\"")]
    [InlineData("struct s { int a; } v; BEGIN { trace(&v); }", "in action list: cannot take address of dynamic variable")]
    [InlineData("BEGIN { args->x = 1; }", "in action list: array 'args' may not be referenced as scalar")]
    [InlineData("void x; BEGIN{}", "cannot have void variable: x")]
    [InlineData("int x[0]; BEGIN{}", "positive integral constant expression or tuple signature expected as array declaration subscript")]
    [InlineData("self this int x; BEGIN{}", "only one storage class allowed in a declaration")]
    [InlineData("struct s { int a; int a; }; BEGIN{}", "failed to define member 'a': Duplicate member or variable name")]
    [InlineData("struct s { struct t u; }; BEGIN{}", "incomplete struct/union/enum struct t: u")]
    [InlineData("typedef int t; typedef char t; BEGIN{}", "typedef redeclared: t")]
    [InlineData("unsigned struct s { int a; } x; BEGIN{}", "invalid type declaration: signed and unsigned may only be used with integer type")]
    [InlineData("short void x; BEGIN{}", "invalid type declaration: attributes may not be used with void type")]
    [InlineData("int x[5]; BEGIN { x[1, 2] = 1; }", "in action list: improper attempt to reference scalar x as a multi-dimensional array")]
    [InlineData("int x[5]; BEGIN { x[5] = 1; }", "in action list: index outside array bounds: 5, max is 5")]
    [InlineData("fc:::link-up /1/", "expected actions { } following probe description and predicate")]
    public void A_program_given_on_the_command_line(string program, string expected) =>
        FiringRig.Refusal(program).Should().Be($"invalid probe specifier {program}: {expected}");

    [Theory]
    [InlineData("BEGIN\n{\n\ttrace(1);\n\ttrace(x);\n}\n", "line 4: failed to resolve x: Unknown variable name")]
    [InlineData("#!/usr/sbin/dtrace -s\n#pragma D option quiet\n\nBEGIN\n{\n\ttrace(1 +\n\t);\n}\n", "line 7: syntax error near \")\"")]
    [InlineData(
        "BEGIN\n{\n\tprintf(\"%s\\n\",\n\t    1);\n}\n",
        "line 3: printf( ) argument #2 is incompatible with conversion #1 prototype:\n"
        + "\tconversion: %s\n\t prototype: char [] or string (or use stringof)\n\t  argument: int")]
    [InlineData("/* a\n b */\nfc:::x\n{\n}\n", "line 3: probe description fc:::x does not match any probes")]
    [InlineData("BEGIN\n{\n", "line 3: syntax error near end of input")]
    public void A_script_is_refused_with_its_name_and_the_line(string script, string expected) =>
        FiringRig.Refusal(script, "x.d").Should().Be($"failed to compile script x.d: {expected}");

    [Fact]
    public void An_argument_that_is_not_used_is_an_error_and_a_missing_one_may_have_a_default()
    {
        FiringRig.Refusal("BEGIN { trace($1); }", arguments: ["1", "2"]).Should().EndWith("extraneous argument '2' ($2 is not referenced)");
        using FiringRig rig = new("BEGIN { trace($1); trace($$2); }", new DOptions { DefaultArgs = true });
        rig.Records().Single().Payload[0].Should().Be(0);
    }

    [Fact]
    public void Descriptions_that_match_nothing_are_permitted_with_Z()
    {
        using FiringRig rig = new("nosuch::: { self->x = 1; } fc:::link-up /self->x == 0/ { trace(1); }", new DOptions { ZDefs = true });
        rig.FireAll();
        rig.Records().Should().HaveCount(1);
        rig.Program.Matches.Single().Probes.Should().Be(1);
        FiringRig.Refusal("nosuch::: { trace(args[0]); }", options: new DOptions { ZDefs = true })
            .Should().EndWith("args[ ] may not be referenced because probe description nosuch::: matches an unstable set of probes");
    }
}
