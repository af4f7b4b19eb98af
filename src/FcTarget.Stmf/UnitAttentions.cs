// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>
/// Unit attention conditions that can be pending for an I_T_L nexus, one bit each; the lower the bit, the earlier it is reported
/// (SAM-5 5.14: power on and resets before everything else).
/// </summary>
[Flags]
public enum UnitAttentions
{
    None = 0,
    PowerOnResetOrBusDeviceReset = 1 << 0,
    BusDeviceResetFunction = 1 << 1,
    ITNexusLoss = 1 << 2,
    CommandsClearedByAnotherInitiator = 1 << 3,
    NotReadyToReadyChange = 1 << 4,
    ReservationsPreempted = 1 << 5,
    RegistrationsPreempted = 1 << 6,
    ReservationsReleased = 1 << 7,
    CapacityDataHasChanged = 1 << 8,
    AsymmetricAccessStateChanged = 1 << 9,
    InquiryDataHasChanged = 1 << 10,
    ModeParametersChanged = 1 << 11,
    LogParametersChanged = 1 << 12,
    TimestampChanged = 1 << 13,
    DeviceIdentifierChanged = 1 << 14,
    ThinProvisioningSoftThresholdReached = 1 << 15,
    ReportedLunsDataHasChanged = 1 << 16,
}

/// <summary>The sense data of unit attention conditions.</summary>
internal static class UnitAttentionSense
{
    /// <summary>The sense data of one condition.</summary>
    public static Sense Of(UnitAttentions condition) => condition switch
    {
        UnitAttentions.PowerOnResetOrBusDeviceReset => Sense.PowerOnResetOrBusDeviceResetOccurred,
        UnitAttentions.BusDeviceResetFunction => Sense.BusDeviceResetFunctionOccurred,
        UnitAttentions.ITNexusLoss => Sense.ITNexusLossOccurred,
        UnitAttentions.CommandsClearedByAnotherInitiator => Sense.CommandsClearedByAnotherInitiator,
        UnitAttentions.NotReadyToReadyChange => Sense.NotReadyToReadyChange,
        UnitAttentions.ReservationsPreempted => Sense.ReservationsPreempted,
        UnitAttentions.RegistrationsPreempted => Sense.RegistrationsPreempted,
        UnitAttentions.ReservationsReleased => Sense.ReservationsReleased,
        UnitAttentions.CapacityDataHasChanged => Sense.CapacityDataHasChanged,
        UnitAttentions.AsymmetricAccessStateChanged => Sense.AsymmetricAccessStateChanged,
        UnitAttentions.InquiryDataHasChanged => Sense.InquiryDataHasChanged,
        UnitAttentions.ModeParametersChanged => Sense.ModeParametersChanged,
        UnitAttentions.LogParametersChanged => Sense.LogParametersChanged,
        UnitAttentions.TimestampChanged => Sense.TimestampChanged,
        UnitAttentions.DeviceIdentifierChanged => Sense.DeviceIdentifierChanged,
        UnitAttentions.ThinProvisioningSoftThresholdReached => Sense.ThinProvisioningSoftThresholdReached,
        _ => Sense.ReportedLunsDataHasChanged,
    };
}
