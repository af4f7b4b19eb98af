// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;

namespace FcTarget.Formats.Tests.TestSupport;

/// <summary>Decodes a frame as a receiver does, down to every descriptor and every value of it.</summary>
public static class LinkWalk
{
    /// <summary>Whether every decoder accepted its part. Throws only where a decoder does.</summary>
    public static bool Accepts(ReadOnlySpan<byte> bytes)
    {
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet)) return false;
        return ethernet.EtherType switch
        {
            EtherType.Fcoe => FcoeFrame.TryRead(ethernet.Payload, verifyCrc: true, out _) == FcoeError.None,
            EtherType.Fip => FipMessage.TryRead(ethernet.Payload, out FipMessage message) == FipError.None && AcceptsDescriptors(message),
            _ => false,
        };
    }

    private static bool AcceptsDescriptors(FipMessage message)
    {
        FipDescriptorReader reader = message.Descriptors;
        int length = 0;
        bool known = true;
        while (reader.MoveNext())
        {
            length += reader.Descriptor.Length;
            known &= !reader.IsUnknownCritical && (!reader.Type.IsDefined() || Reads(in reader));
        }
        // Whatever the list holds, the walk stays inside it, and a whole walk covers it.
        if (reader.IsMalformed) length.Should().BeLessThan(message.DescriptorList.Length);
        else length.Should().Be(message.DescriptorList.Length);
        return known && !reader.IsMalformed;
    }

    private static bool Reads(in FipDescriptorReader at) =>
        at.TryGet<FipPriorityDescriptor>(out _) || at.TryGet<FipMacAddressDescriptor>(out _) || at.TryGet<FipFcMapDescriptor>(out _) ||
        at.TryGet<FipNameIdentifierDescriptor>(out _) || at.TryGet<FipFabricDescriptor>(out _) ||
        at.TryGet<FipMaxFcoeSizeDescriptor>(out _) ||
        at.TryGet<FipVxPortIdentificationDescriptor>(out _) || at.TryGet<FipFkaAdvPeriodDescriptor>(out _) ||
        at.TryGet<FipVendorIdDescriptor>(out _) || at.TryGet<FipVlanDescriptor>(out _) || at.TryGet<FipFc4AttributesDescriptor>(out _) ||
        at.TryGetEncapsulatedFrame(out _);
}
