// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;

namespace FcTarget.Replay.Survey;

/// <summary>An FCP exchange that is open in the survey.</summary>
internal sealed class SurveyedCommand
{
    private readonly byte[] _cdb = new byte[FcpCmnd.MaxCdbLength];
    private readonly byte[] _answer = new byte[512];
    private int _answered;

    /// <summary>The frame of the FCP_CMND.</summary>
    public long Number { get; private set; }

    public FcId Initiator { get; private set; }

    public FcId Target { get; private set; }

    /// <summary>-1 when it is none that can be read.</summary>
    public int Lun { get; private set; }

    public UnitSurvey? Unit { get; private set; }

    public ReadOnlySpan<byte> Cdb => _cdb;

    /// <summary>FCP_DL.</summary>
    public uint DataLength { get; private set; }

    public ulong Lba { get; set; }

    public ulong Blocks { get; set; }

    /// <summary>A READ: its data is content of the medium.</summary>
    public bool Reads { get; set; }

    /// <summary>End of the highest FCP_DATA, in bytes.</summary>
    public uint DataEnd { get; set; }

    /// <summary>Bytes of FCP_DATA, either way.</summary>
    public long DataBytes { get; set; }

    /// <summary>The first 512 bytes of parameter data.</summary>
    public ReadOnlySpan<byte> Answer => _answer.AsSpan(0, _answered);

    public void Begin(long number, in FcHeader header, int lun, UnitSurvey? unit, in FcpCmnd command)
    {
        (Initiator, Target, Lun) = (header.SId, header.DId, lun);
        Number = number;
        Unit = unit;
        _cdb.AsSpan().Clear();
        command.Cdb.CopyTo(_cdb);
        DataLength = command.DataLength;
        Lba = Blocks = 0;
        DataBytes = 0;
        Reads = false;
        _answered = 0;
        DataEnd = 0;
    }

    public void Keep(uint offset, ReadOnlySpan<byte> data)
    {
        if (offset >= _answer.Length) return;
        int length = Math.Min(data.Length, _answer.Length - (int)offset);
        data[..length].CopyTo(_answer.AsSpan((int)offset));
        _answered = Math.Max(_answered, (int)offset + length);
    }
}
