// SPDX-License-Identifier: MIT

using R = FcTarget.Formats.LinkServices.ElsRejectReason;
using X = FcTarget.Formats.LinkServices.ElsRejectExplanation;

namespace FcTarget.Formats.LinkServices;

/// <summary>Why an ELS is refused: the pair that LS_RJT carries (FC-LS-3, LS_RJT).</summary>
public readonly record struct ElsReject(ElsRejectReason Reason, ElsRejectExplanation Explanation)
{
    /// <summary>0Bh / 00h: an ELS that this port does not implement.</summary>
    public static readonly ElsReject CommandNotSupported = new(R.CommandNotSupported, X.NoAdditionalExplanation);

    /// <summary>01h / 00h: a command code that no standard defines, or a payload without one.</summary>
    public static readonly ElsReject InvalidCommandCode = new(R.InvalidElsCommandCode, X.NoAdditionalExplanation);

    /// <summary>09h / 1Eh: the request needs a login and there is none.</summary>
    public static readonly ElsReject PlogiRequired = new(R.UnableToPerform, X.NPortLoginRequired);

    /// <summary>07h / 2Dh: the payload is shorter than its table, or its length fields contradict each other.</summary>
    public static readonly ElsReject InvalidPayloadLength = new(R.ProtocolError, X.InvalidPayloadLength);

    /// <summary>03h / 17h: no exchange has these OX_ID and RX_ID.</summary>
    public static readonly ElsReject InvalidOxRxCombination = new(R.LogicalError, X.InvalidOxIdRxIdCombination);

    /// <summary>03h / 15h: the exchange is not the sender's.</summary>
    public static readonly ElsReject InvalidOriginatorSId = new(R.LogicalError, X.InvalidOriginatorSId);

    /// <summary>03h / 1Fh: the address in the payload is not the one expected.</summary>
    public static readonly ElsReject InvalidNPortId = new(R.LogicalError, X.InvalidNPortId);

    /// <summary>05h / 00h: not now; the peer tries again later.</summary>
    public static readonly ElsReject LogicalBusy = new(R.LogicalBusy, X.NoAdditionalExplanation);

    /// <summary>0Eh / 00h: the same request is being executed.</summary>
    public static readonly ElsReject CommandInProgress = new(R.CommandAlreadyInProgress, X.NoAdditionalExplanation);

    /// <summary>09h / 29h: every slot for a login is taken.</summary>
    public static readonly ElsReject InsufficientResources = new(R.UnableToPerform, X.InsufficientResourcesToSupportLogin);

    /// <summary>09h / 2Ah: understood, but the data asked for is not here.</summary>
    public static readonly ElsReject UnableToSupplyData = new(R.UnableToPerform, X.UnableToSupplyRequestedData);

    /// <summary>09h / 2Ch: the ELS is implemented, this form of it is not.</summary>
    public static readonly ElsReject RequestNotSupported = new(R.UnableToPerform, X.RequestNotSupported);

    /// <summary>03h / 07h: the receive data field size is below 256 or above 2112, or not a multiple of four.</summary>
    public static readonly ElsReject BadReceiveDataFieldSize = new(R.LogicalError, X.ServiceParameterErrorReceiveDataFieldSize);

    /// <summary>03h / 0Dh: the Port_Name is zero, ours, or taken by another N_Port_ID.</summary>
    public static readonly ElsReject InvalidPortName = new(R.LogicalError, X.InvalidNPortFPortName);

    /// <summary>03h / 01h: no class that both sides support.</summary>
    public static readonly ElsReject ClassNotSupported = new(R.LogicalError, X.ServiceParameterErrorOptions);

    /// <summary>20h / 62h: a VN2VN login from a port that is no neighbour (FC-BB-6).</summary>
    public static readonly ElsReject NotInNeighborSet = new(R.FipError, X.Vn2VnPortNotInNeighborSet);

    public override string ToString() => $"{Reason} / {Explanation}";
}
