// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Compile;

/// <summary><c>-x errtags</c>: libdtrace's names for its messages. Some of its messages have none, and some of ours are our own.</summary>
internal static class ErrorTags
{
    // The first row that fits; * stands for anything.
    private static readonly (string Message, string Tag)[] Tags =
    [
        ("syntax error near*", "D_SYNTAX"),
        ("expected predicate and/or actions*", "D_SYNTAX"),
        ("expected actions { }*", "D_SYNTAX"),
        ("operator * must be followed by an identifier", "D_SYNTAX"),
        ("empty D program*", "D_EMPTY"),
        ("#error:*", "D_PRAGERR"),
        ("malformed #pragma*", "D_PRAGMA_MALFORM"),
        ("superfluous arguments specified for #pragma*", "D_PRAGMA_MALFORM"),
        ("failed to set option*", "D_PRAGMA_OPTSET"),
        ("main program may not explicitly depend*", "D_PRAGMA_DEPEND"),
        ("program requires*", "D_PRAGMA_DEPEND"),
        ("invalid class * specified by #pragma*", "D_PRAGMA_INVAL"),
        ("invalid attributes specified by #pragma*", "D_PRAGMA_INVAL"),
        ("macro argument * is not defined", "D_MACRO_UNDEF"),
        ("macro variable * is not defined", "D_MACRO_UNDEF"),
        ("extraneous argument*", "D_MACRO_UNUSED"),
        ("newline encountered in string*", "D_STR_NL"),
        ("newline encountered in character*", "D_CHR_NL"),
        ("empty character constant", "D_CHR_NULL"),
        ("character constant is too long", "D_CHR_OFLOW"),
        ("constant * contains invalid digit*", "D_INT_DIGIT"),
        ("constant * results in integer overflow", "D_INT_OFLOW"),
        ("probe description * does not match any probes", "D_PDESC_ZERO"),
        ("invalid probe description*", "D_PDESC_INVAL"),
        ("invalid probe identifier*", "D_PDESC_ZERO"),
        ("failed to resolve type*", "D_UNKNOWN"),
        ("failed to define *: Duplicate member*", "D_UNKNOWN"),
        ("failed to determine offset*", "D_UNKNOWN"),
        ("failed to resolve*", "D_IDENT_UNDEF"),
        ("* has not yet been declared or assigned", "D_VAR_UNDEF"),
        ("undefined function name*", "D_FUNC_UNDEF"),
        ("undefined aggregation*", "D_AGG_UNDEF"),
        ("* may not be referenced as *", "D_IDENT_BADREF"),
        ("invalid type combination", "D_DECL_COMBO"),
        ("invalid type declaration: short*", "D_DECL_CHARATTR"),
        ("invalid type declaration: long*", "D_DECL_LONGINT"),
        ("invalid type declaration: signed*", "D_DECL_SIGNINT"),
        ("invalid type declaration: attributes*", "D_DECL_VOIDATTR"),
        ("useless declaration", "D_DECL_USELESS"),
        ("specified storage class not appropriate*", "D_DECL_BADCLASS"),
        ("only one storage class*", "D_DECL_CLASS"),
        ("inappropriate storage class for*", "D_DECL_PARMCLASS"),
        ("associative arrays may not be declared as local*", "D_DECL_LOCASSC"),
        ("local variables may not be used as*", "D_DECL_LOCASSC"),
        ("array declaration requires*", "D_DECL_ARRNULL"),
        ("array dimension too big", "D_DECL_ARRBIG"),
        ("* expected as array declaration subscript", "D_DECL_ARRSUB"),
        ("cannot declare array of associative*", "D_DECL_ARRASC"),
        ("* expected as bit-field size", "D_DECL_BFCONST"),
        ("bit-field too big*", "D_DECL_BFSIZE"),
        ("invalid type for bit-field*", "D_DECL_BFTYPE"),
        ("cannot have dynamic member*", "D_DECL_DYNOBJ"),
        ("cannot have void*", "D_DECL_VOIDOBJ"),
        ("cannot declare array of void*", "D_DECL_VOIDOBJ"),
        ("enumerator * must be assigned*", "D_DECL_ENCONST"),
        ("enumerator * value overflows*", "D_DECL_ENOFLOW"),
        ("identifier rede*", "D_DECL_IDRED"),
        ("typedef redeclared*", "D_DECL_IDRED"),
        ("type redeclared*", "D_DECL_TYPERED"),
        ("translator output type*", "D_XLATE_SOU"),
        ("incomplete struct/union/enum *: *", "D_DECL_INCOMPLETE"),
        ("incomplete struct/union/enum*", "D_XLATE_SOU"),
        ("void parameter may not have*", "D_DECL_PROTO_NAME"),
        ("* prototype may not use parameter*", "D_DECL_PROTO_TYPE"),
        ("* prototype may not use a variable-length*", "D_DECL_PROTO_VARARGS"),
        ("void must be sole parameter", "D_DECL_PROTO_VOID"),
        ("translator member * is not a member*", "D_XLATE_MEMB"),
        ("translator member * uses incompatible*", "D_XLATE_INCOMPAT"),
        ("translator * has already been declared", "D_XLATE_REDECL"),
        ("translator does not define*", "D_XLATE_NOCONV"),
        ("cannot translate from*", "D_XLATE_NONE"),
        ("* is not a member of*", "D_TYPE_MEMBER"),
        ("inline * uses incompatible types*", "D_OP_INCOMPAT"),
        ("operands have incompatible types*", "D_OP_INCOMPAT"),
        ("operator ?: operands must have compatible*", "D_OP_INCOMPAT"),
        ("operator * of dynamic type", "D_OP_DYN"),
        ("operator * modifiable lvalue*", "D_OP_LVAL"),
        ("operator * writable variable", "D_OP_WRITE"),
        ("operator * arithmetic type", "D_OP_ARITH"),
        ("operator * integral type", "D_OP_INT"),
        ("operator * scalar type", "D_OP_SCALAR"),
        ("operator * known size", "D_OP_VFPTR"),
        ("operator * must be applied to a pointer", "D_OP_PTR"),
        ("operator * forward declaration*", "D_OP_INCOMPLETE"),
        ("operator * must be applied to a struct*", "D_OP_SOU"),
        ("operator = may not be applied to operand*", "D_OP_ARRFUN"),
        ("predicate result must be*", "D_PRED_SCALAR"),
        ("index outside array bounds*", "D_ARR_BOUNDS"),
        ("cannot access * as an associative array", "D_ARR_BADREF"),
        ("improper attempt to reference*", "D_ARR_BADREF"),
        ("array index must be*", "D_ARR_BADREF"),
        ("index * is out of range for * args[ ]", "D_ARGS_IDX"),
        ("args[ ] may not be referenced because*", "D_ARGS_MULTI"),
        ("args[ ] may not be referenced outside*", "D_ARGS_NONE"),
        ("args[ ] argument #1*", "D_ARGS_TYPE"),
        ("cannot dereference non-pointer*", "D_DEREF_NONPTR"),
        ("cannot dereference pointer to*", "D_DEREF_VOID"),
        ("cannot take address of bit-field", "D_ADDROF_BITFIELD"),
        ("cannot take address of dynamic*", "D_ADDROF_VAR"),
        ("unacceptable operand for unary &*", "D_ADDROF_LVAL"),
        ("invalid cast expression*", "D_CAST_INVAL"),
        ("cannot apply sizeof to a bit-field", "D_SIZEOF_BITFIELD"),
        ("cannot apply sizeof*", "D_SIZEOF_TYPE"),
        ("cannot apply stringof*", "D_STRINGOF_TYPE"),
        ("offsetof operand*", "D_OFFSETOF_TYPE"),
        ("cannot take offset of a bit-field*", "D_OFFSETOF_BITFIELD"),
        ("expression contains division by zero", "D_DIV_ZERO"),
        ("expression has null effect*", "D_AGG_NULL"),
        ("* expression may not be used as aggregation key*", "D_AGG_KEY"),
        ("* expression may not be used as*index*", "D_KEY_TYPE"),
        ("* may not follow commit( )", "*_COMM"),
        ("* may not follow speculate( )", "*_SPEC"),
        ("* may not follow data-recording*", "*_DREC"),
        ("* ( ) prototype mismatch*", "D_PROTO_LEN"),
        ("trace( ) may not be applied to*", "D_TRACE_VOID"),
        ("tracemem( ) argument #1 * pointer or integer*", "D_TRACEMEM_ADDR"),
        ("tracemem( ) argument #2 must*", "D_TRACEMEM_SIZE"),
        ("printf( ) prototype mismatch: only*", "D_PRINTF_ARG_EXTRA"),
        ("print* prototype mismatch: conversion * missing a corresponding \"*", "D_PRINTF_DYN_PROTO"),
        ("print* prototype mismatch: conversion*", "D_PRINTF_ARG_PROTO"),
        ("print* is incompatible with conversion * prototype:*\tconversion: % *", "D_PRINTF_DYN_TYPE"),
        ("print* is incompatible with conversion*", "D_PRINTF_ARG_TYPE"),
        ("%@ conversion requires*", "D_PRINTF_AGG_CONV"),
        ("print* format string is empty", "D_PRINTF_FMT_EMPTY"),
        ("print* argument #1 *prototype: string constant*", "D_PRINTF_ARG_FMT"),
        ("printa( ) argument *: aggregation*", "D_PRINTA_AGGARG"),
        ("printa( ) prototype mismatch*", "D_PRINTA_PROTO"),
        ("printa( ): * matching key signatures*", "D_PRINTA_AGGKEY"),
        ("printa( ): * key #*", "D_PRINTA_AGGPROTO"),
        ("clear( ) prototype mismatch*", "D_CLEAR_PROTO"),
        ("clear( ) argument*", "D_CLEAR_AGGARG"),
        ("trunc( ) prototype mismatch*", "D_TRUNC_PROTO"),
        ("trunc( ) argument #1*", "D_TRUNC_AGGARG"),
        ("trunc( ) argument #2*", "D_TRUNC_SCALAR"),
        ("normalize( ) prototype mismatch*", "D_NORMALIZE_PROTO"),
        ("normalize( ) argument #1*", "D_NORMALIZE_AGGARG"),
        ("normalize( ) argument #2*", "D_NORMALIZE_SCALAR"),
        ("denormalize( ) prototype mismatch*", "D_NORMALIZE_PROTO"),
        ("*prototype mismatch*", "D_PROTO_LEN"),
        ("* is incompatible with prototype*", "D_PROTO_ARG"),
    ];

    /// <summary>A message as the option shows it: <c>[D_SYNTAX] </c> before it, or nothing.</summary>
    public static string Prefix(string message)
    {
        foreach ((string pattern, string tag) in Tags)
            if (Fits(pattern, message)) return $"[{(tag[0] == '*' ? $"D_{Kind(message)}{tag[1..]}" : tag)}] ";
        return "";
    }

    /// <summary>What may not follow something else.</summary>
    private static string Kind(string message) => message.Split(' ')[0] switch
    {
        "commit(" => "COMM",
        "speculate(" => "SPEC",
        "exit(" => "EXIT",
        "aggregating" => "AGG",
        "destructive" => "ACT",
        _ => "DREC",
    };

    private static bool Fits(string pattern, string message)
    {
        string[] pieces = pattern.Split('*');
        if (!message.StartsWith(pieces[0], StringComparison.Ordinal)) return false;
        int at = pieces[0].Length;
        foreach (string piece in pieces.AsSpan(1))
        {
            int found = message.IndexOf(piece, at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + piece.Length;
        }
        return pieces[^1].Length == 0 || message.EndsWith(pieces[^1], StringComparison.Ordinal);
    }
}
