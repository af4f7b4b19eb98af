// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;

namespace FcTarget.Fabric;

/// <summary>
/// The descriptors of a FIP frame to an FCF, each at most once, those that the frame must have all there. What else is wrong with a frame
/// is a counter and the end of it (FC-BB-6, FIP descriptors).
/// </summary>
internal ref struct FipRequest
{
    public MacAddress Mac;
    public Wwn NodeName;
    public int MaxFcoeSize;

    /// <summary>FLOGI, FDISC or LOGO; 0 when there is none.</summary>
    public FipDescriptorType EncapsulatedType;

    /// <summary>The FC frame in it.</summary>
    public ReadOnlySpan<byte> Encapsulated;

    /// <summary>The Vx_Port of a keep alive; the first where several may stand.</summary>
    public FipVxPortIdentificationDescriptor? VnPort;

    /// <summary>Reads the descriptors of a frame.</summary>
    /// <param name="message">The frame.</param>
    /// <param name="required">The types that must be there, a bit each: <see cref="Bit"/>.</param>
    /// <param name="counters">Where what is wrong with the frame is counted.</param>
    /// <param name="request">What was read.</param>
    public static bool TryRead(in FipMessage message, uint required, FcfCounters counters, out FipRequest request)
    {
        request = default;
        uint seen = 0;
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext())
        {
            FipDescriptorType type = descriptors.Type;
            if (!type.IsCritical()) continue;
            if (!request.TryTake(descriptors))
            {
                counters.FipDescriptorUnknown++; // or not of its type's length
                return false;
            }
            // Of all descriptors only Vx_Port Identification and VLAN may stand more than once.
            if ((seen & Bit(type)) != 0 && type is not (FipDescriptorType.VxPortIdentification or FipDescriptorType.Vlan))
            {
                counters.FipDescriptorRepeated++;
                return false;
            }
            seen |= Bit(type);
        }
        if (descriptors.IsMalformed)
        {
            counters.FipDescriptorListMalformed++;
            return false;
        }
        if ((seen & required) == required) return true;
        counters.FipDescriptorMissing++;
        return false;
    }

    /// <summary>The bit of a descriptor type of FC-BB-6.</summary>
    public static uint Bit(FipDescriptorType type) => 1u << ((int)type & 31);

    private bool TryTake(in FipDescriptorReader descriptor)
    {
        switch (descriptor.Type)
        {
            case FipDescriptorType.MacAddress when descriptor.TryGet(out FipMacAddressDescriptor mac):
                Mac = mac.MacAddress;
                return true;
            case FipDescriptorType.NameIdentifier when descriptor.TryGet(out FipNameIdentifierDescriptor name):
                NodeName = name.NameIdentifier;
                return true;
            case FipDescriptorType.MaxFcoeSize when descriptor.TryGet(out FipMaxFcoeSizeDescriptor size):
                MaxFcoeSize = size.MaxFcoeSize;
                return true;
            case FipDescriptorType.VxPortIdentification when descriptor.TryGet(out FipVxPortIdentificationDescriptor port):
                VnPort ??= port;
                return true;
            case FipDescriptorType.Flogi or FipDescriptorType.Fdisc or FipDescriptorType.Logo
                when EncapsulatedType == default && descriptor.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> frame):
                EncapsulatedType = descriptor.Type;
                Encapsulated = frame;
                return true;
            case FipDescriptorType.Flogi or FipDescriptorType.Fdisc or FipDescriptorType.Logo:
                return EncapsulatedType == descriptor.Type && descriptor.TryGetEncapsulatedFrame(out _); // repeated, and refused as such
            case FipDescriptorType.MacAddress or FipDescriptorType.NameIdentifier or FipDescriptorType.MaxFcoeSize
                or FipDescriptorType.VxPortIdentification:
                return false;
            default:
                return descriptor.Type.IsDefined(); // of the standard, and of no use here
        }
    }
}
