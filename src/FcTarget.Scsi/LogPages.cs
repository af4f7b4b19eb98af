// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Log page codes (SPC-4 7.3, SBC-3 6.3).</summary>
public enum LogPageCode : byte
{
    SupportedLogPages = 0x00,
    WriteErrorCounters = 0x02,
    ReadErrorCounters = 0x03,
    VerifyErrorCounters = 0x05,
    NonMediumErrors = 0x06,
    LogicalBlockProvisioning = 0x0C,
    Temperature = 0x0D,
    SelfTestResults = 0x10,
    GeneralStatisticsAndPerformance = 0x19,
    InformationalExceptions = 0x2F,
}

/// <summary>Builds a log page (SPC-4 7.3.2): add parameters, then <see cref="End"/>.</summary>
public ref struct LogPageWriter(Span<byte> to)
{
    /// <summary>Bytes of a page before its parameters.</summary>
    public const int HeaderLength = 4;

    private const byte SubpageFormat = 0x40;
    private const int ParameterHeaderLength = 4;

    private readonly Span<byte> _to = to;
    private int _at = HeaderLength;

    /// <summary>
    /// Adds a parameter and returns the bytes of its value, cleared. Parameters below <paramref name="first"/> are left out: the span is then
    /// of no consequence.
    /// </summary>
    /// <param name="code">PARAMETER CODE.</param>
    /// <param name="length">Bytes of the value.</param>
    /// <param name="format">FORMAT AND LINKING: 00b bounded counter, 11b binary list.</param>
    /// <param name="first">PARAMETER POINTER of the CDB.</param>
    public Span<byte> Add(ushort code, int length, byte format, ushort first)
    {
        Span<byte> parameter = _to.Slice(_at, ParameterHeaderLength + length);
        parameter.Clear();
        if (code < first) return parameter[ParameterHeaderLength..];
        WriteUInt16BigEndian(parameter, code);
        parameter[2] = format;
        parameter[3] = (byte)length;
        _at += parameter.Length;
        return parameter[ParameterHeaderLength..];
    }

    /// <summary>Adds a counter of 8 bytes.</summary>
    public void AddCounter(ushort code, long value, ushort first) => WriteInt64BigEndian(Add(code, 8, 0, first), value);

    /// <summary>Adds one byte to a page that is a list and no parameters.</summary>
    public void AddByte(byte value) => _to[_at++] = value;

    /// <summary>Writes the header. Returns the length of the page in bytes.</summary>
    public readonly int End(LogPageCode page, byte subpage)
    {
        _to[0] = (byte)((byte)page | (subpage != 0 ? SubpageFormat : 0));
        _to[1] = subpage;
        WriteUInt16BigEndian(_to[2..], (ushort)(_at - HeaderLength));
        return _at;
    }
}
