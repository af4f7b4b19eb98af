// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>Timeout qualifier of the LS_ACC to RTV (FC-LS-3, RTV).</summary>
[Flags]
public enum RtvQualifier : uint
{
    None = 0,

    /// <summary>E_D_TOV is in units of 1 ns instead of 1 ms.</summary>
    EDTovInNanoseconds = 0x0400_0000,

    /// <summary>R_T_TOV is 100 us instead of 100 ms.</summary>
    RTTovShort = 0x0008_0000,
}

/// <summary>LS_ACC to RTV (FC-LS-3, RTV): 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RtvAccPayload : IWirePayload
{                                      // word | 31..24  | 23..0
    public ElsCommand Command;         //  0   | 02h     | 000000h
    public UInt24BE Reserved1;         //
    public UInt32BE RATov;             //  1   | R_A_TOV, milliseconds
    public UInt32BE EDTov;             //  2   | E_D_TOV, milliseconds or nanoseconds
    private UInt32BE _qualifier;       //  3   | timeout qualifier

    public RtvQualifier Qualifier
    {
        readonly get => (RtvQualifier)(uint)_qualifier;
        set => _qualifier = (uint)value;
    }

    /// <summary>
    /// The answer for these time-outs: E_D_TOV in milliseconds where it is whole ones, in nanoseconds where it is not and 32 bits hold it,
    /// else rounded up. R_A_TOV is rounded up to milliseconds.
    /// </summary>
    public static RtvAccPayload Of(TimeSpan rATov, TimeSpan eDTov)
    {
        bool fine = eDTov.Ticks % TimeSpan.TicksPerMillisecond != 0 && eDTov.TotalNanoseconds <= uint.MaxValue;
        return new RtvAccPayload
        {
            Command = ElsCommand.LsAcc,
            RATov = Milliseconds(rATov),
            EDTov = fine ? (uint)(eDTov.Ticks * TimeSpan.NanosecondsPerTick) : Milliseconds(eDTov),
            Qualifier = fine ? RtvQualifier.EDTovInNanoseconds : RtvQualifier.None,
        };
    }

    private static uint Milliseconds(TimeSpan value) => (uint)Math.Clamp(Math.Ceiling(value.TotalMilliseconds), 0, uint.MaxValue);

    /// <summary>E_D_TOV in milliseconds, rounded up when the sender counts nanoseconds.</summary>
    public readonly uint EDTovMilliseconds => (Qualifier & RtvQualifier.EDTovInNanoseconds) == 0
        ? EDTov
        : (uint)(((ulong)(uint)EDTov + 999_999) / 1_000_000);

    public static int WireSize => 16;
}
