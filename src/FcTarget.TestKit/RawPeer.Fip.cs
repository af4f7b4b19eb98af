// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;

namespace FcTarget.TestKit;

public sealed partial class RawPeer
{
    /// <summary>Beacons of others, oldest first: apart from the rest, because they come at any time.</summary>
    public List<ReceivedFrame> BeaconsHeard { get; } = [];

    /// <summary>Whether this peer beacons by itself while time goes on.</summary>
    public bool KeepsBeaconing { get; set; }

    /// <summary>What the FC-4 Features say of FCP: bit 0 target, bit 1 initiator.</summary>
    public byte FcpFeatures { get; set; } = Fc4Features.FcpInitiator;

    /// <summary>Max_FCoE_Size of our claims.</summary>
    public int MaxFcoeSize { get; set; } = FcoeSize.PduForDataField(FcoeSize.MaxDataField);

    /// <summary>Sends a VN2VN frame for an N_Port_ID.</summary>
    /// <param name="id">The N_Port_ID it is about; ours when null.</param>
    /// <param name="to">A MAC address; All-VN2VN-ENode-MACs when null.</param>
    public void SendsVn2Vn(FipVn2VnSubcode subcode, FcId? id = null, bool recorded = false, MacAddress? to = null) =>
        SendsBytes(Vn2VnFrame(subcode, id, recorded, to));

    /// <summary>The bytes <see cref="SendsVn2Vn"/> sends.</summary>
    public byte[] Vn2VnFrame(FipVn2VnSubcode subcode, FcId? id = null, bool recorded = false, MacAddress? to = null)
    {
        byte[] frame = new byte[512];
        FcId about = id ?? Id;
        MacAddress vnPort = MacAddress.Fpma(MacAddress.Vn2VnFcMap, about);
        FipWriter fip = FipWriter.Begin(
            frame, to ?? FipAddresses.AllVn2VnENode, subcode == FipVn2VnSubcode.Beacon ? vnPort : ENode, subcode,
            recorded ? FipFlags.RecordedOrPointToPoint : FipFlags.None, Vlan);
        fip.Add(new FipMacAddressDescriptor { MacAddress = ENode });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = NodeName });
        fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = vnPort, AddressIdentifier = about, PortName = PortName });
        if (subcode is FipVn2VnSubcode.ClaimNotification or FipVn2VnSubcode.ClaimResponse)
        {
            FipFc4AttributesDescriptor fc4 = default;
            fc4.Types.Set((byte)FcType.Fcp);
            fc4.Features.Set((byte)FcType.Fcp, FcpFeatures);
            fip.Add(fc4);
            fip.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = (ushort)MaxFcoeSize });
        }
        return frame[..fip.Finish()];
    }

    /// <summary>Expects a VN2VN frame and gives it.</summary>
    public ReceivedFrame ExpectsVn2Vn(FipVn2VnSubcode subcode) => Expects($"FIP {subcode}", f => f.IsVn2Vn(subcode));

    /// <summary>Claims our N_Port_ID, hears the target's claim response and beacons, so that each knows the other and that it is up.</summary>
    public ReceivedFrame ClaimsAndIsAnswered()
    {
        SendsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        ReceivedFrame response = ExpectsVn2Vn(FipVn2VnSubcode.ClaimResponse);
        Target = response.Descriptor<FipVxPortIdentificationDescriptor>()!.Value.AddressIdentifier;
        SendsVn2Vn(FipVn2VnSubcode.Beacon);
        KeepsBeaconing = true;
        return response;
    }
}
