// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.Decode;

public sealed partial class FrameDecoder
{
    private void DecodeFip(ReadOnlySpan<byte> payload, bool isCut)
    {
        _frame.Name = "FIP";
        FipError error = FipMessage.TryRead(payload, out FipMessage message);
        if (error != FipError.None)
        {
            if (isCut) _frame.Details.Text("cut by the snap length"u8);
            else _frame.Problem().Text("FIP: "u8).Text(StandardNames.Words(error.ToString()));
            return;
        }
        _frame.Name = StandardNames.OfFip(message);
        if (_frame.Name == "FIP") _frame.Details.Text("operation "u8).Hex((ushort)message.Operation, 4).Text(" subcode "u8).Hex(message.Subcode, 2);
        if ((message.Flags & FipFlags.Solicited) != 0) Part().Text("solicited"u8);
        if ((message.Flags & FipFlags.Available) != 0) Part().Text("available for login"u8);
        if (message.Operation is FipOperation.Discovery or FipOperation.LinkService)
        {
            if ((message.Flags & FipFlags.Fpma) != 0) Part().Text("FPMA"u8);
            if ((message.Flags & FipFlags.Spma) != 0) Part().Text("SPMA"u8);
        }
        FipDescriptorReader descriptors = message.Descriptors;
        while (descriptors.MoveNext()) Describe(ref descriptors);
        if (descriptors.IsMalformed) _frame.Problem().Text("FIP descriptor with a length that cannot be"u8);
    }

    private void Describe(ref FipDescriptorReader descriptor)
    {
        if (descriptor.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> bytes))
        {
            if (FcFrame.TryRead(bytes, out FcFrame frame) != FcFrameError.None)
            {
                _frame.Problem().Text("encapsulated frame cannot be read"u8);
                return;
            }
            DecodeFc(frame, first: true, isCopy: false);
            _frame.Kind = FrameKind.Fip; // an ELS, but it came in FIP: the filter "fip" is to find it; its name tells the rest
        }
        else if (descriptor.TryGet(out FipPriorityDescriptor priority)) Part().Text("priority "u8).Number(priority.Priority);
        else if (descriptor.TryGet(out FipMacAddressDescriptor mac)) Part().Text("MAC "u8).Colons(mac.MacAddress.Value, 6);
        else if (descriptor.TryGet(out FipFcMapDescriptor map)) Part().Text("FC-MAP "u8).Hex(map.FcMap, 6);
        else if (descriptor.TryGet(out FipNameIdentifierDescriptor name)) Part().Text("name "u8).Hex(name.NameIdentifier.Value, 16);
        else if (descriptor.TryGet(out FipFabricDescriptor fabric))
            Part().Text("fabric "u8).Hex(fabric.FabricName.Value, 16).Text(" FC-MAP "u8).Hex(fabric.FcMap, 6).Text(" VF_ID "u8).Number((ushort)fabric.VfId);
        else if (descriptor.TryGet(out FipMaxFcoeSizeDescriptor size)) Part().Text("Max_FCoE_Size "u8).Number((ushort)size.MaxFcoeSize);
        else if (descriptor.TryGet(out FipVxPortIdentificationDescriptor port))
            Part().Text("Vx_Port "u8).Hex(port.AddressIdentifier.Value, 6).Text(" "u8).Hex(port.PortName.Value, 16).Text(" MAC "u8).Colons(port.MacAddress.Value, 6);
        else if (descriptor.TryGet(out FipFkaAdvPeriodDescriptor period)) Part().Text("FKA_ADV_PERIOD "u8).Number(period.FkaAdvPeriod).Text(period.D ? " ms, D"u8 : " ms"u8);
        else if (descriptor.TryGet(out FipVlanDescriptor vlan)) Part().Text("VLAN "u8).Number(vlan.Vid);
        else if (descriptor.TryGet(out FipFc4AttributesDescriptor _)) Part().Text("FC-4 attributes"u8);
        else if (descriptor.TryGet(out FipVendorIdDescriptor _)) Part().Text("vendor"u8);
        else if (descriptor.IsCritical) _frame.Problem().Text("FIP descriptor "u8).Number((byte)descriptor.Type).Text(" unknown or of a wrong length"u8);
        else Part().Text("descriptor "u8).Number((byte)descriptor.Type);
    }

    /// <summary>The next part of the details, after a comma if there was one before.</summary>
    private LineWriter Part() => _frame.Details.Length > 0 ? _frame.Details.Text(", "u8) : _frame.Details;
}
