// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Compile;

/// <summary>The types a program can name: C's, those of <see cref="DLibrary"/>, and its own.</summary>
internal sealed class DTypeTable
{
    /// <summary>No structure or array is larger.</summary>
    public const int MaxObjectSize = 1 << 20;

    public static readonly DType Void = new VoidType();
    public static readonly DType Dynamic = new DynamicType();
    public static readonly DType Char = new IntegerType("char", 1, signed: true);
    public static readonly DType SignedChar = new IntegerType("signed char", 1, signed: true);
    public static readonly DType UnsignedChar = new IntegerType("unsigned char", 1, signed: false);
    public static readonly DType Short = new IntegerType("short", 2, signed: true);
    public static readonly DType UnsignedShort = new IntegerType("unsigned short", 2, signed: false);
    public static readonly DType Int = new IntegerType("int", 4, signed: true);
    public static readonly DType UnsignedInt = new IntegerType("unsigned int", 4, signed: false);
    public static readonly DType Long = new IntegerType("long", 8, signed: true);
    public static readonly DType UnsignedLong = new IntegerType("unsigned long", 8, signed: false);
    public static readonly DType LongLong = new IntegerType("long long", 8, signed: true);
    public static readonly DType UnsignedLongLong = new IntegerType("unsigned long long", 8, signed: false);
    public static readonly DType Float = new FloatType("float", 4);
    public static readonly DType Double = new FloatType("double", 8);
    public static readonly DType LongDouble = new FloatType("long double", 16);
    public static readonly DType VoidPointer = new PointerType(Void);

    private readonly Dictionary<string, DType> _named = [];
    private readonly Dictionary<string, StructType> _tags = [];
    private readonly Dictionary<string, DType> _enumTags = [];
    private readonly Dictionary<string, (long Value, DType Type)> _enumerators = [];

    public DTypeTable(DOptions options)
    {
        String = new StringType(options);
        foreach ((string name, DType type) in Fundamental) _named[name] = new AliasType(name, type);
    }

    private static IEnumerable<(string Name, DType Type)> Fundamental =>
    [
        ("int8_t", SignedChar), ("int16_t", Short), ("int32_t", Int), ("int64_t", Long), ("intptr_t", Long), ("uint8_t", UnsignedChar),
        ("uint16_t", UnsignedShort), ("uint32_t", UnsignedInt), ("uint64_t", UnsignedLong), ("uintptr_t", UnsignedLong), ("uchar_t", UnsignedChar),
        ("ushort_t", UnsignedShort), ("uint_t", UnsignedInt), ("ulong_t", UnsignedLong), ("u_char", UnsignedChar), ("u_short", UnsignedShort),
        ("u_int", UnsignedInt), ("u_long", UnsignedLong), ("longlong_t", LongLong), ("u_longlong_t", UnsignedLongLong), ("size_t", UnsignedLong),
        ("ssize_t", Long), ("off_t", Long), ("time_t", Long), ("hrtime_t", LongLong), ("pid_t", Int), ("id_t", Int), ("uid_t", UnsignedInt),
        ("gid_t", UnsignedInt), ("zoneid_t", Int), ("processorid_t", Int), ("caddr_t", new PointerType(Char)), ("dev_t", UnsignedLong),
        ("ino_t", UnsignedLong), ("mode_t", UnsignedInt), ("nlink_t", UnsignedInt), ("ipaddr_t", UnsignedInt), ("in_addr_t", UnsignedInt),
        ("boolean_t", Int), ("bool_t", Int), ("in_port_t", UnsignedShort), ("sa_family_t", UnsignedShort),
    ];

    public DType String { get; }

    public DType? Find(string name) => _named.GetValueOrDefault(name);

    public void Define(string name, DType type) => _named[name] = new AliasType(name, type);

    /// <summary>The structure or union of a tag, made forward if it is new.</summary>
    public StructType Structure(string tag, bool isUnion)
    {
        if (tag.Length == 0) return new StructType("", isUnion);
        string key = (isUnion ? "union " : "struct ") + tag;
        if (!_tags.TryGetValue(key, out StructType? type)) _tags[key] = type = new StructType(tag, isUnion);
        return type;
    }

    public DType? Enumeration(string tag) => _enumTags.GetValueOrDefault(tag);

    public DType DefineEnumeration(string tag)
    {
        DType type = new IntegerType($"enum{(tag.Length > 0 ? " " : "")}{tag}", 4, signed: true);
        if (tag.Length > 0) _enumTags[tag] = type;
        return type;
    }

    public bool TryEnumerator(string name, out (long Value, DType Type) enumerator) => _enumerators.TryGetValue(name, out enumerator);

    public bool DefineEnumerator(string name, long value, DType type) => _enumerators.TryAdd(name, (value, type));

    /// <summary>The type of an integer constant (C99 6.4.4.1).</summary>
    public static DType OfConstant(ulong value, bool unsigned, bool isLong, bool notDecimal)
    {
        if (!isLong)
        {
            if (!unsigned && value <= int.MaxValue) return Int;
            if ((unsigned || notDecimal) && value <= uint.MaxValue) return UnsignedInt;
        }
        return !unsigned && value <= long.MaxValue ? Long : UnsignedLong;
    }

    /// <summary>The integer promotions and usual arithmetic conversions (C99 6.3.1).</summary>
    public static DType Promote(DType left, DType right)
    {
        IntegerType l = (IntegerType)Promote(left), r = (IntegerType)Promote(right);
        if (l.Size != r.Size) return l.Size > r.Size ? l : r;
        return l.Signed ? r : l;
    }

    public static DType Promote(DType type) => type.Base is IntegerType { Size: >= 4 } i ? (i.Size, i.Signed) switch
    {
        (4, true) => Int,
        (4, false) => UnsignedInt,
        (_, true) => Long,
        _ => UnsignedLong,
    } : Int;

    /// <summary>The type to which a parsed list of specifiers such as <c>unsigned long</c> adds up; null: an invalid combination.</summary>
    public static DType? Combine(IReadOnlyCollection<string> words)
    {
        int longs = words.Count(w => w == "long"), count = words.Count;
        bool signed = words.Contains("signed"), unsigned = words.Contains("unsigned"), isShort = words.Contains("short");
        if ((signed && unsigned) || longs > 2 || (isShort && longs > 0) || words.Where(w => w != "long").Distinct().Count() != count - longs) return null;
        string core = string.Join(' ', words.Where(w => w is not ("signed" or "unsigned" or "short" or "long")));
        bool bare = !signed && !unsigned && !isShort && longs == 0;
        return core switch
        {
            "" or "int" when isShort => unsigned ? UnsignedShort : Short,
            "" or "int" => (longs, unsigned) switch
            {
                (0, false) => Int,
                (0, true) => UnsignedInt,
                (1, false) => Long,
                (1, true) => UnsignedLong,
                (_, false) => LongLong,
                _ => UnsignedLongLong,
            },
            "char" when !isShort && longs == 0 => unsigned ? UnsignedChar : signed ? SignedChar : Char,
            "void" when bare => Void,
            "float" when bare => Float,
            "double" when bare => Double,
            "double" when longs == 1 && !signed && !unsigned && !isShort => LongDouble,
            _ => null,
        };
    }
}
