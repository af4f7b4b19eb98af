// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Tests.Framing;

/// <summary>
/// Copies a wire struct the way a sender fills it in: from a zeroed one, member by member, through what is public. A bit that no
/// member names, or that a setter loses, is missing in the copy.
/// </summary>
public static class FieldByField
{
    public static T Copy<T>(T value, bool withReserved) where T : struct, IWirePayload => (T)Copy((object)value, withReserved);

    private static object Copy(object value, bool withReserved)
    {
        Type type = value.GetType();
        if (IsArray(value)) return value;
        object copy = Activator.CreateInstance(type)!;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!withReserved && field.Name.StartsWith("Reserved", StringComparison.Ordinal)) continue;
            object part = field.GetValue(value)!;
            field.SetValue(copy, part is IWirePayload ? Copy(part, withReserved) : part);
        }
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanRead && property.CanWrite) property.SetValue(copy, property.GetValue(value));
        }
        return copy;
    }

    // The members of an inline array are its elements.
    private static bool IsArray(object value) => value.GetType().IsDefined(typeof(InlineArrayAttribute));

    /// <summary>
    /// Reads the fixed part of a payload, copies it without its reserved fields and writes the copy. Null when the payload is too
    /// short; the bytes behind the fixed part are not in the result.
    /// </summary>
    public static byte[]? Reencode<T>(ReadOnlySpan<byte> payload) where T : unmanaged, IWirePayload
    {
        if (!MemoryMarshal.TryRead(payload, out T value)) return null;
        byte[] again = new byte[T.WireSize];
        T copy = Copy(value, withReserved: false);
        MemoryMarshal.Write(again, in copy);
        return again;
    }
}
