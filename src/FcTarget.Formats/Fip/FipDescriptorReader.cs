// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fip;

/// <summary>
/// A cursor over the descriptor list of a FIP frame (FC-BB-6, FIP descriptors). It cannot pass the end of the list, and a
/// descriptor of length 0 ends the walk.
/// </summary>
/// <remarks>
/// Walk with <see cref="MoveNext"/>, then ask <see cref="IsMalformed"/>: a frame whose list is malformed, or that holds an
/// <see cref="IsUnknownCritical"/> descriptor, is discarded whole.
/// </remarks>
public ref struct FipDescriptorReader
{
    /// <summary>Descriptor lengths are in words of 4 bytes.</summary>
    public const int BytesPerWord = 4;

    // Type, length and two reserved bytes stand before an encapsulated frame.
    internal const int EncapsulationHeaderLength = 4;

    private ReadOnlySpan<byte> _rest;

    /// <param name="list">A descriptor list, without Ethernet's padding.</param>
    public FipDescriptorReader(ReadOnlySpan<byte> list) => _rest = list;

    /// <summary>The whole current descriptor, type and length included; empty before the first and after the last.</summary>
    public ReadOnlySpan<byte> Descriptor { get; private set; }

    /// <summary>The list ends within a descriptor, or a descriptor has length 0. Known once <see cref="MoveNext"/> is false.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The type of the current descriptor; 0, which is reserved, when there is none.</summary>
    public readonly FipDescriptorType Type => Descriptor.IsEmpty ? default : (FipDescriptorType)Descriptor[0];

    /// <summary>Whether the current descriptor is of a type that a receiver must know.</summary>
    public readonly bool IsCritical => Type.IsCritical();

    /// <summary>Whether the current descriptor is critical and not one of FC-BB-6.</summary>
    public readonly bool IsUnknownCritical => Type.IsCritical() && !Type.IsDefined();

    /// <summary>Goes to the next descriptor. False at the end of the list and where the list is malformed.</summary>
    public bool MoveNext()
    {
        Descriptor = default;
        if (_rest.IsEmpty) return false;

        // The length field is a byte, so this is at most 1020.
        int length = _rest.Length < FipDescriptorHeader.WireSize ? 0 : _rest[1] * BytesPerWord;
        if (length == 0 || length > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }
        Descriptor = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Reads the current descriptor. False when it is of another type, or not of its type's length.</summary>
    public readonly bool TryGet<T>(out T descriptor) where T : unmanaged, IFipDescriptor
    {
        if (Type == T.DescriptorType && Descriptor.Length == Unsafe.SizeOf<T>())
        {
            descriptor = MemoryMarshal.Read<T>(Descriptor);
            return true;
        }
        descriptor = default;
        return false;
    }

    /// <summary>
    /// The FC frame in a FLOGI, FDISC, LOGO or ELP descriptor: frame header and payload, without delimiters and CRC. False when
    /// the current descriptor is none of these, or too short for a frame header.
    /// </summary>
    public readonly bool TryGetEncapsulatedFrame(out ReadOnlySpan<byte> frame)
    {
        if (Type.Encapsulates() && Descriptor.Length >= EncapsulationHeaderLength + Fcoe.FcoeFrame.MinFcFrameLength)
        {
            frame = Descriptor[EncapsulationHeaderLength..];
            return true;
        }
        frame = default;
        return false;
    }
}
