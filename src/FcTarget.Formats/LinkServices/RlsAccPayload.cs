// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>LS_ACC to RLS (FC-LS-3, RLS): 28 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RlsAccPayload : IWirePayload
{                                      // word | 31..24  | 23..0
    public ElsCommand Command;         //  0   | 02h     | 000000h
    public UInt24BE Reserved1;         //
    public LinkErrorStatusBlock Lesb;  // 1-6  | Link Error Status Block

    /// <summary>The same words as a port on Ethernet counts them.</summary>
    public FcoeLinkErrorStatusBlock FcoeLesb
    {
        readonly get => Unsafe.BitCast<LinkErrorStatusBlock, FcoeLinkErrorStatusBlock>(Lesb);
        set => Lesb = Unsafe.BitCast<FcoeLinkErrorStatusBlock, LinkErrorStatusBlock>(value);
    }

    public static int WireSize => 28;
}

/// <summary>Link Error Status Block, LESB (FC-FS-3): six counters that wrap, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct LinkErrorStatusBlock : IWirePayload
{                                                      // word | 31..0
    public UInt32BE LinkFailures;                      //  0   | link failure count
    public UInt32BE LossOfSynchronization;             //  1   | loss-of-synchronization count
    public UInt32BE LossOfSignal;                      //  2   | loss-of-signal count
    public UInt32BE PrimitiveSequenceProtocolErrors;   //  3   | primitive sequence protocol error count
    public UInt32BE InvalidTransmissionWords;          //  4   | invalid transmission word count
    public UInt32BE InvalidCrcs;                       //  5   | invalid CRC count

    public static int WireSize => 24;
}

/// <summary>Link Error Status Block of an FCoE port (FC-BB-6, FCoE LESB): six counters that wrap, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcoeLinkErrorStatusBlock : IWirePayload
{                                                      // word | 31..0
    public UInt32BE LinkFailures;                      //  0   | link failure count
    public UInt32BE VirtualLinkFailures;               //  1   | virtual link failure count
    public UInt32BE MissedAdvertisements;              //  2   | missed discovery advertisement, or FIP keep alive, count
    public UInt32BE SymbolErrors;                      //  3   | symbol error during carrier count
    public UInt32BE ErroredBlocks;                     //  4   | errored block count
    public UInt32BE FrameCheckSequenceErrors;          //  5   | frame check sequence error count

    public static int WireSize => 24;
}
