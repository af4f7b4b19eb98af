// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>
/// I_T nexus (SAM-5 4.8): one initiator port seen through one target port. A port provider makes one when an initiator's session
/// begins (for FCP: the image pair of PRLI) and hands it to <see cref="TaskRouter.EndNexus"/> when it ends.
/// </summary>
public sealed class ItNexus
{
    private NexusState? _state;

    /// <param name="initiatorPortName">The initiator port's name as transports write it; for FC 16 lowercase hex digits of the
    /// WWPN.</param>
    /// <param name="targetPortName">The target port's name, likewise.</param>
    /// <param name="transportId">TransportID of the initiator port (SPC-4 7.6.4): 24 bytes for FCP.</param>
    public ItNexus(string initiatorPortName, string targetPortName, byte[] transportId)
    {
        InitiatorPortName = initiatorPortName;
        TargetPortName = targetPortName;
        TransportId = transportId;
    }

    public string InitiatorPortName { get; }

    public string TargetPortName { get; }

    public ReadOnlyMemory<byte> TransportId { get; }

    /// <summary>The transport, as TransportID and VPD page 83h name it; None when there is no TransportID.</summary>
    public ProtocolIdentifier Protocol => TransportId.IsEmpty ? ProtocolIdentifier.None : (ProtocolIdentifier)(TransportId.Span[0] & 0x0F);

    /// <summary>The target port's name as a number, for VPD page 83h (FC: the WWPN); 0 when the transport has none.</summary>
    public ulong TargetPortId { get; init; }

    /// <summary>The target port's relative port identifier (SPC-4 3.1, 1 to 65535).</summary>
    public ushort RelativeTargetPort { get; init; } = 1;

    /// <summary>What the task router keeps for this nexus: its LUN map and pending unit attentions.</summary>
    internal NexusState? State
    {
        get => Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, value);
    }
}
