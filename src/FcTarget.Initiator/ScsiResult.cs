// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Scsi;

namespace FcTarget.Initiator;

/// <summary>What came of a command, for good: <see cref="InitiatorCommand"/> is used again, this is not.</summary>
public sealed record ScsiResult
{
    public required InitiatorOutcome Outcome { get; init; }

    /// <summary>Meaningful when the outcome is Completed.</summary>
    public ScsiStatus Status { get; init; }

    /// <summary>Sense data as received; empty when there is none.</summary>
    public ReadOnlyMemory<byte> SenseData { get; init; }

    /// <summary>Bytes over (positive) or under (negative) FCP_DL.</summary>
    public long Residual { get; init; }

    public uint BytesMoved { get; init; }

    /// <summary>RSP_CODE of a task management function.</summary>
    public FcpRspCode? RspCode { get; init; }

    /// <summary>What the target did, when the outcome is ProtocolError.</summary>
    public ProtocolViolation? Violation { get; init; }

    public bool IsGood => Outcome == InitiatorOutcome.Completed && Status == ScsiStatus.Good;

    /// <summary>Sense key, ASC and ASCQ; null without sense data.</summary>
    public Sense? Sense => ReadSense(SenseData.Span);

    public bool IsUnitAttention => Status == ScsiStatus.CheckCondition && Sense is { Key: SenseKey.UnitAttention };

    public override string ToString() => Outcome switch
    {
        InitiatorOutcome.Completed when Sense is { } sense => $"{Status}, {sense.Key} {sense.Asc:x2}/{sense.Ascq:x2}",
        InitiatorOutcome.Completed when RspCode is { } code => code.ToString(),
        InitiatorOutcome.Completed => Status.ToString(),
        InitiatorOutcome.ProtocolError => $"ProtocolError, {Violation}",
        _ => Outcome.ToString(),
    };

    /// <summary>What a command that is over has come to.</summary>
    public static ScsiResult Of(InitiatorCommand command) => new()
    {
        Outcome = command.Outcome,
        Status = command.Status,
        SenseData = command.SenseData.IsEmpty ? default : command.SenseData.ToArray(),
        Residual = command.Residual,
        BytesMoved = command.BytesMoved,
        RspCode = command.RspCode,
        Violation = command.Violation,
    };

    // Fixed format has response codes 70h and 71h, descriptor format 72h and 73h (SPC-4 4.5.1).
    private static Sense? ReadSense(ReadOnlySpan<byte> data) => data.IsEmpty ? null : (data[0] & 0x7F) switch
    {
        0x70 or 0x71 when data.Length >= 14 => new Sense((SenseKey)(data[2] & 0x0F), data[12], data[13]),
        0x72 or 0x73 when data.Length >= 4 => new Sense((SenseKey)(data[1] & 0x0F), data[2], data[3]),
        _ => null,
    };
}
