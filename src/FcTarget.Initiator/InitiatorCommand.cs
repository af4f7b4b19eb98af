// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Port;
using FcTarget.Scsi;

namespace FcTarget.Initiator;

/// <summary>Told when a command is over.</summary>
public interface ICommandOwner
{
    /// <summary>
    /// The command is over and its memory is the caller's again. On the loop; the command may be submitted anew from here.
    /// </summary>
    void OnCompleted(InitiatorCommand command);
}

/// <summary>
/// A SCSI command or task management function as an initiator sees it: filled in, submitted, read, and used again. Belongs to the
/// initiator from Submit to OnCompleted.
/// </summary>
public sealed class InitiatorCommand : ILoopWork
{
    /// <summary>Longest CDB (FCP-4 with additional CDB): 32 bytes.</summary>
    public const int MaxCdbLength = FcpCmnd.MaxCdbLength;

    /// <summary>Sense data kept, in bytes (SPC-4 4.5.1: 252 is the most there is).</summary>
    public const int MaxSenseLength = 252;

    private readonly byte[] _cdb = new byte[MaxCdbLength];
    private readonly byte[] _sense = new byte[MaxSenseLength];
    private int _cdbLength;
    private int _senseLength;

    // ---- what is asked for ---------------------------------------------------------------------------------------

    /// <summary>Whom it is for.</summary>
    public RemotePort Target { get; set; } = null!;

    public Lun Lun { get; set; }

    /// <summary>The CDB, up to 32 bytes.</summary>
    public ReadOnlySpan<byte> Cdb
    {
        get => _cdb.AsSpan(0, _cdbLength);
        set
        {
            value.CopyTo(_cdb);
            _cdbLength = value.Length;
        }
    }

    /// <summary>A task management function instead of a command; the CDB and data mean nothing then.</summary>
    public FcpTaskManagementFlags TaskManagement { get; set; }

    public TaskAttribute Attribute { get; set; }

    /// <summary>Where read data goes; empty for a command that reads nothing.</summary>
    public Memory<byte> DataIn { get; set; }

    /// <summary>The data to write; empty for a command that writes nothing.</summary>
    public ReadOnlyMemory<byte> DataOut { get; set; }

    /// <summary>FCP_DL in bytes when it is not the length of the buffer: at most that.</summary>
    public uint? ExpectedLength { get; set; }

    /// <summary>Time from the moment FCP_CMND is due until the command is aborted. The default is Linux's for disks.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Who is told of the end.</summary>
    public ICommandOwner? Owner { get; set; }

    // ---- what came of it -----------------------------------------------------------------------------------------

    public InitiatorOutcome Outcome { get; internal set; }

    /// <summary>SCSI status; meaningful when the outcome is Completed.</summary>
    public ScsiStatus Status { get; internal set; }

    /// <summary>Sense data of FCP_RSP; empty when there is none.</summary>
    public ReadOnlySpan<byte> SenseData => _sense.AsSpan(0, _senseLength);

    /// <summary>Bytes over (positive) or under (negative) FCP_DL, as FCP_RESID says.</summary>
    public long Residual { get; internal set; }

    /// <summary>RSP_CODE; null without FCP_RSP_INFO.</summary>
    public FcpRspCode? RspCode { get; internal set; }

    /// <summary>Bytes received, each counted once, or sent.</summary>
    public uint BytesMoved { get; internal set; }

    /// <summary>What the target did, when the outcome is ProtocolError.</summary>
    public ProtocolViolation? Violation { get; internal set; }

    /// <summary>Whether the outcome is Completed and the status GOOD.</summary>
    public bool IsGood => Outcome == InitiatorOutcome.Completed && Status == ScsiStatus.Good;

    /// <summary>FCP_DL.</summary>
    internal uint DataLength => ExpectedLength ?? (uint)Math.Max(DataIn.Length, DataOut.Length);

    /// <summary>The exchange that carries it; null while it waits in line and when it is over.</summary>
    internal InitiatorExchange? Exchange { get; set; }

    /// <summary>The next command that waits for an exchange.</summary>
    internal InitiatorCommand? NextInLine { get; set; }

    internal bool IsUnderWay { get; private set; }

    /// <exception cref="ArgumentException">The command is under way, goes both ways, or expects more than its buffer holds.</exception>
    internal void Begin()
    {
        if (IsUnderWay) throw new ArgumentException("The command is under way.");
        if (!DataIn.IsEmpty && !DataOut.IsEmpty) throw new ArgumentException("A command reads or writes, not both.");
        int holds = Math.Max(DataIn.Length, DataOut.Length);
        if (DataLength > holds) throw new ArgumentException($"The command expects more than the {holds} bytes its buffer holds.");
        IsUnderWay = true;
        Outcome = InitiatorOutcome.None;
        Status = ScsiStatus.Good;
        _senseLength = 0;
        Residual = 0;
        RspCode = null;
        BytesMoved = 0;
        Violation = null;
    }

    internal void KeepSense(ReadOnlySpan<byte> sense)
    {
        _senseLength = Math.Min(sense.Length, MaxSenseLength);
        sense[.._senseLength].CopyTo(_sense);
    }

    internal void End(InitiatorOutcome outcome)
    {
        Outcome = outcome;
        IsUnderWay = false;
        Owner?.OnCompleted(this);
    }

    /// <summary>A command that could not begin ends on the loop's next occasion, never within Submit.</summary>
    void ILoopWork.RunOnLoop(int kind) => End(InitiatorOutcome.PortLost);
}
