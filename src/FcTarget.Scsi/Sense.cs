// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>
/// What a CHECK CONDITION says: sense key, ASC, ASCQ (SPC-4 4.5) and, where it helps, which byte of the CDB or parameter list is
/// wrong, or the LBA concerned. A value, so that commands can keep their answers as constants.
/// </summary>
public readonly record struct Sense(SenseKey Key, byte Asc, byte Ascq)
{
    /// <summary>Bytes of the longest sense data we write, in either format.</summary>
    public const byte MaxLength = DescriptorSense.MaxLength;

    public static readonly Sense None = new(SenseKey.NoSense, 0x00, 0x00);
    public static readonly Sense OrWriteGenerationDoesNotMatch = new(SenseKey.IllegalRequest, 0x2C, 0x0C);
    public static readonly Sense CommandSequenceError = new(SenseKey.IllegalRequest, 0x2C, 0x00);
    public static readonly Sense LogicalUnitNotSupported = new(SenseKey.IllegalRequest, 0x25, 0x00);
    public static readonly Sense InvalidCommandOperationCode = new(SenseKey.IllegalRequest, 0x20, 0x00);
    public static readonly Sense InvalidFieldInCdb = new(SenseKey.IllegalRequest, 0x24, 0x00);
    public static readonly Sense InvalidFieldInParameterList = new(SenseKey.IllegalRequest, 0x26, 0x00);
    public static readonly Sense ParameterListLengthError = new(SenseKey.IllegalRequest, 0x1A, 0x00);
    public static readonly Sense LbaOutOfRange = new(SenseKey.IllegalRequest, 0x21, 0x00);
    public static readonly Sense ParameterValueInvalid = new(SenseKey.IllegalRequest, 0x26, 0x02);
    public static readonly Sense InvalidReleaseOfPersistentReservation = new(SenseKey.IllegalRequest, 0x26, 0x04);
    public static readonly Sense UnsupportedSegmentDescriptorType = new(SenseKey.IllegalRequest, 0x26, 0x09);
    public static readonly Sense UnsupportedTargetDescriptorType = new(SenseKey.IllegalRequest, 0x26, 0x07);
    public static readonly Sense CopyAborted = new(SenseKey.CopyAborted, 0x00, 0x00);
    public static readonly Sense TooManyTargetDescriptors = new(SenseKey.IllegalRequest, 0x26, 0x06);
    public static readonly Sense TooManySegmentDescriptors = new(SenseKey.IllegalRequest, 0x26, 0x08);
    public static readonly Sense InvalidTokenOperation = new(SenseKey.IllegalRequest, 0x23, 0x00);
    public static readonly Sense TokenUnknown = new(SenseKey.IllegalRequest, 0x23, 0x04);
    public static readonly Sense TokenExpired = new(SenseKey.IllegalRequest, 0x23, 0x07);
    public static readonly Sense TokenCorrupt = new(SenseKey.IllegalRequest, 0x23, 0x05);
    public static readonly Sense TokenCancelled = new(SenseKey.IllegalRequest, 0x23, 0x08);
    public static readonly Sense ThirdPartyDeviceFailure = new(SenseKey.CopyAborted, 0x0D, 0x01);
    public static readonly Sense CopyTargetDeviceNotReachable = new(SenseKey.CopyAborted, 0x0D, 0x02);
    public static readonly Sense InsufficientRegistrationResources = new(SenseKey.IllegalRequest, 0x55, 0x04);
    public static readonly Sense MediumRemovalPrevented = new(SenseKey.IllegalRequest, 0x53, 0x02);
    public static readonly Sense InitializingCommandRequired = new(SenseKey.NotReady, 0x04, 0x02);
    public static readonly Sense FormatInProgress = new(SenseKey.NotReady, 0x04, 0x04);
    public static readonly Sense SanitizeInProgress = new(SenseKey.NotReady, 0x04, 0x1B);
    public static readonly Sense AsymmetricAccessStateTransition = new(SenseKey.NotReady, 0x04, 0x0A);
    public static readonly Sense TargetPortInStandbyState = new(SenseKey.NotReady, 0x04, 0x0B);
    public static readonly Sense TargetPortInUnavailableState = new(SenseKey.NotReady, 0x04, 0x0C);
    public static readonly Sense TargetPortOffline = new(SenseKey.NotReady, 0x04, 0x12);
    public static readonly Sense MediumNotPresent = new(SenseKey.NotReady, 0x3A, 0x00);
    public static readonly Sense SoftwareWriteProtected = new(SenseKey.DataProtect, 0x27, 0x02);
    public static readonly Sense GuardCheckFailed = new(SenseKey.AbortedCommand, 0x10, 0x01);
    public static readonly Sense ApplicationTagCheckFailed = new(SenseKey.AbortedCommand, 0x10, 0x02);
    public static readonly Sense ReferenceTagCheckFailed = new(SenseKey.AbortedCommand, 0x10, 0x03);
    public static readonly Sense GuardMiscompare = new(SenseKey.Miscompare, 0x10, 0x01);
    public static readonly Sense ApplicationTagMiscompare = new(SenseKey.Miscompare, 0x10, 0x02);
    public static readonly Sense ReferenceTagMiscompare = new(SenseKey.Miscompare, 0x10, 0x03);
    public static readonly Sense MediumFormatCorrupted = new(SenseKey.MediumError, 0x31, 0x00);
    public static readonly Sense FormatCommandFailed = new(SenseKey.MediumError, 0x31, 0x01);
    public static readonly Sense SanitizeCommandFailed = new(SenseKey.MediumError, 0x31, 0x03);
    public static readonly Sense InternalTargetFailure = new(SenseKey.HardwareError, 0x44, 0x00);
    public static readonly Sense WriteProtected = new(SenseKey.DataProtect, 0x27, 0x00);
    public static readonly Sense WriteError = new(SenseKey.MediumError, 0x0C, 0x00);
    public static readonly Sense UnrecoveredReadError = new(SenseKey.MediumError, 0x11, 0x00);
    public static readonly Sense MiscompareDuringVerify = new(SenseKey.Miscompare, 0x1D, 0x00);
    public static readonly Sense SpaceAllocationFailedWriteProtect = new(SenseKey.DataProtect, 0x27, 0x07);
    public static readonly Sense InvalidMessageError = new(SenseKey.IllegalRequest, 0x49, 0x00);
    public static readonly Sense SavingParametersNotSupported = new(SenseKey.IllegalRequest, 0x39, 0x00);
    public static readonly Sense PowerOnResetOrBusDeviceResetOccurred = new(SenseKey.UnitAttention, 0x29, 0x00);
    public static readonly Sense PowerOnOccurred = new(SenseKey.UnitAttention, 0x29, 0x01);
    public static readonly Sense BusDeviceResetFunctionOccurred = new(SenseKey.UnitAttention, 0x29, 0x03);
    public static readonly Sense ITNexusLossOccurred = new(SenseKey.UnitAttention, 0x29, 0x07);
    public static readonly Sense CommandsClearedByAnotherInitiator = new(SenseKey.UnitAttention, 0x2F, 0x00);
    public static readonly Sense NotReadyToReadyChange = new(SenseKey.UnitAttention, 0x28, 0x00);
    public static readonly Sense ModeParametersChanged = new(SenseKey.UnitAttention, 0x2A, 0x01);
    public static readonly Sense LogParametersChanged = new(SenseKey.UnitAttention, 0x2A, 0x02);
    public static readonly Sense ReservationsPreempted = new(SenseKey.UnitAttention, 0x2A, 0x03);
    public static readonly Sense ReservationsReleased = new(SenseKey.UnitAttention, 0x2A, 0x04);
    public static readonly Sense RegistrationsPreempted = new(SenseKey.UnitAttention, 0x2A, 0x05);
    public static readonly Sense AsymmetricAccessStateChanged = new(SenseKey.UnitAttention, 0x2A, 0x06);
    public static readonly Sense CapacityDataHasChanged = new(SenseKey.UnitAttention, 0x2A, 0x09);
    public static readonly Sense TimestampChanged = new(SenseKey.UnitAttention, 0x2A, 0x10);
    public static readonly Sense ThinProvisioningSoftThresholdReached = new(SenseKey.UnitAttention, 0x38, 0x07);
    public static readonly Sense InquiryDataHasChanged = new(SenseKey.UnitAttention, 0x3F, 0x03);
    public static readonly Sense DeviceIdentifierChanged = new(SenseKey.UnitAttention, 0x3F, 0x05);
    public static readonly Sense ReportedLunsDataHasChanged = new(SenseKey.UnitAttention, 0x3F, 0x0E);
    public static readonly Sense InspectReferralsSenseDescriptors = new(SenseKey.AbortedCommand, 0x3F, 0x15);
    public static readonly Sense DataPhaseError = new(SenseKey.AbortedCommand, 0x4B, 0x00);

    /// <summary>INFORMATION field: the LBA or offset concerned; valid when not null (SPC-4 4.5.2.2).</summary>
    public ulong? Information { get; init; }

    /// <summary>FIELD POINTER sense key specific data (SPC-4 4.5.2.4.2): the byte in error; null when there is none.</summary>
    public ushort? FieldPointer { get; init; }

    /// <summary>PROGRESS INDICATION sense key specific data (SPC-4 4.5.2.4.4): 65536ths done; null when there is none.</summary>
    public ushort? Progress { get; init; }

    /// <summary>A user data segment that cannot be had here, and where it can: descriptor format sense data only. Null when there is none.</summary>
    public UserDataSegmentReferral? Referral { get; init; }

    /// <summary>What failed a third-party copy; null when there is none.</summary>
    public CopyFault? Copy { get; init; }

    /// <summary>BIT POINTER, 0 to 7: the most significant bit of the field in error; null when the byte as a whole is meant.</summary>
    public byte? BitPointer { get; init; }

    /// <summary>C/D: whether <see cref="FieldPointer"/> counts in the CDB (true) or in the parameter list.</summary>
    public bool FieldInCdb { get; init; }

    /// <summary>SKSV, C/D, BPV and BIT POINTER: the byte before a valid FIELD POINTER, in either sense data format.</summary>
    internal byte SenseKeySpecificFlags => (byte)(0x80 | (FieldInCdb ? 0x40 : 0) | (BitPointer is { } bit ? 0x08 | bit : 0));

    /// <summary>INVALID FIELD IN CDB, pointing at the byte (and bit) in error.</summary>
    public static Sense InvalidCdbField(int at, int? bit = null) =>
        InvalidFieldInCdb with { FieldPointer = (ushort)at, BitPointer = (byte?)bit, FieldInCdb = true };

    /// <summary>INVALID FIELD IN PARAMETER LIST, pointing at the byte (and bit) in error.</summary>
    public static Sense InvalidParameter(int at, int? bit = null) =>
        InvalidFieldInParameterList with { FieldPointer = (ushort)at, BitPointer = (byte?)bit };
}
