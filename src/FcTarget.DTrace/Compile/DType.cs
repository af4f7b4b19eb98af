// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Compile;

/// <summary>A type of D: C's for LP64, strings by value, and the type of what cannot be typed.</summary>
internal abstract class DType
{
    /// <summary>As messages write it.</summary>
    public abstract string Name { get; }

    /// <summary>sizeof, in bytes; 0 for what has no size.</summary>
    public abstract int Size { get; }

    public virtual int Alignment => Math.Max(1, Size);

    /// <summary>The type behind typedefs.</summary>
    public virtual DType Base => this;

    public override string ToString() => Name;

    public bool IsInteger => Base is IntegerType;

    public bool IsPointer => Base is PointerType or ArrayType;

    /// <summary>A string, or what C would pass as one.</summary>
    public bool IsStringCompatible => Base is StringType || (Pointee?.Base is IntegerType { Size: 1 });

    public bool IsString => Base is StringType;

    /// <summary>Fits a register: integers and pointers.</summary>
    public bool IsScalar => Base is IntegerType or PointerType;

    /// <summary>Handled by address: strings, structures, arrays.</summary>
    public bool IsByReference => Base is StringType or StructType or ArrayType;

    public bool IsSigned => Base is IntegerType { Signed: true };

    /// <summary>What a pointer points to or an array holds; null for other types.</summary>
    public DType? Pointee => Base switch { PointerType p => p.Target, ArrayType a => a.Element, _ => null };

    /// <summary>Name of a pointer to this type, or of an array of it.</summary>
    public virtual string Declare(string declarator) => declarator.Length == 0 ? Name : $"{Name} {declarator}";
}

/// <summary>An integer, or an enumeration.</summary>
internal sealed class IntegerType(string name, int size, bool signed) : DType
{
    public override string Name => name;

    public override int Size => size;

    public bool Signed => signed;
}

internal sealed class VoidType : DType
{
    public override string Name => "void";

    public override int Size => 0;
}

/// <summary>Floating point: may be declared, cannot be computed with.</summary>
internal sealed class FloatType(string name, int size) : DType
{
    public override string Name => name;

    public override int Size => size;
}

/// <summary>A D string: a value of at most strsize bytes with its NUL. A pragma may still set that option while the program is read.</summary>
internal sealed class StringType(DOptions options) : DType
{
    public override string Name => "string";

    public override int Size => options.StrSize;

    public override int Alignment => 1;
}

/// <summary>Actions have it, and a variable that has not been assigned.</summary>
internal sealed class DynamicType : DType
{
    public override string Name => "<DYN>";

    public override int Size => 0;
}

internal sealed class PointerType(DType target) : DType
{
    public DType Target => target;

    public override string Name => Target.Declare("*");

    public override int Size => 8;

    public override string Declare(string declarator) => Target.Declare("*" + declarator);
}

internal sealed class ArrayType(DType element, int count) : DType
{
    public DType Element => element;

    public int Count => count;

    public override string Name => Element.Declare($"[{Count}]");

    public override int Size => Element.Size * Count;

    public override int Alignment => Element.Alignment;

    public override string Declare(string declarator) =>
        Element.Declare(declarator.StartsWith('*') ? $"({declarator})[{Count}]" : $"{declarator}[{Count}]");
}

/// <summary>A function: there are pointers to it, and nothing can be done with them.</summary>
internal sealed class FunctionType(DType result) : DType
{
    public override string Name => Declare("");

    public override int Size => 0;

    public override string Declare(string declarator) => result.Declare(declarator.StartsWith('*') ? $"({declarator})()" : $"{declarator}()");
}

/// <summary>A typedef.</summary>
internal sealed class AliasType(string name, DType target) : DType
{
    public override string Name => name;

    public override int Size => target.Size;

    public override int Alignment => target.Alignment;

    public override DType Base => target.Base;
}

/// <summary>A member of a structure or union.</summary>
/// <param name="Name">Of the member.</param>
/// <param name="Type">Its type.</param>
/// <param name="Offset">Bytes from the start of the structure.</param>
/// <param name="ByPointer">A string that lies in the structure as a pointer to NUL-terminated bytes: the probes' native structures.</param>
/// <param name="Bits">Bits of a bit-field; 0 for other members.</param>
/// <param name="FirstBit">Where a bit-field begins in the integer of <paramref name="Type"/> at the offset: 0 is the least significant.</param>
internal sealed record StructMember(string Name, DType Type, int Offset, bool ByPointer, int Bits = 0, int FirstBit = 0);

/// <summary>A structure or union; without members while it is only declared forward.</summary>
internal sealed class StructType(string tag, bool isUnion) : DType
{
    private List<StructMember>? _members;
    private int _size, _alignment = 1;

    public bool IsUnion => isUnion;

    public bool IsComplete => _members is not null;

    public string Tag => tag;

    public override string Name => new StringBuilder(isUnion ? "union" : "struct").Append(tag.Length > 0 ? " " : "").Append(tag).ToString();

    public override int Size => _size;

    public override int Alignment => _alignment;

    public IReadOnlyList<StructMember> Members => _members ?? [];

    public StructMember? Find(string name) => Members.FirstOrDefault(m => m.Name == name);

    /// <summary>Lays the members out as C does.</summary>
    /// <param name="stringsArePointers">Whether a <c>string</c> member is a pointer to text, as the native structures have it.</param>
    public void Define(IEnumerable<(string Name, DType Type, int Bits)> members, bool stringsArePointers)
    {
        _members = [];
        long at = 0, size = 0, bit = 0; // bit: the first free one, as long as bit-fields follow one another
        foreach ((string name, DType type, int bits) in members)
        {
            if (bits > 0)
            {
                int unit = type.Size * 8;
                if (isUnion) bit = 0;
                else if (bit == 0) bit = at * 8;
                if (bit / unit != (bit + bits - 1) / unit) bit = (bit + unit - 1) / unit * unit; // it may not straddle two units of its type
                _members.Add(new StructMember(name, type, (int)(bit / unit * type.Size), false, bits, (int)(bit % unit)));
                _alignment = Math.Max(_alignment, type.Alignment);
                bit += bits;
                at = (bit + 7) / 8;
                size = Math.Max(size, at);
                continue;
            }
            bit = 0;
            bool pointer = stringsArePointers && type.IsString;
            int memberSize = pointer ? 8 : type.Size, alignment = pointer ? 8 : type.Alignment;
            at = isUnion ? 0 : (at + alignment - 1) / alignment * alignment;
            _members.Add(new StructMember(name, type, (int)at, pointer));
            _alignment = Math.Max(_alignment, alignment);
            at += memberSize;
            size = Math.Max(size, at);
            if (size > DTypeTable.MaxObjectSize) throw new OverflowException();
        }
        _size = (int)((size + _alignment - 1) / _alignment * _alignment);
    }
}
