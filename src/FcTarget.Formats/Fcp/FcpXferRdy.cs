// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcp;

/// <summary>FCP_XFER_RDY (FCP-4 9.3): 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FcpXferRdy : IWirePayload
{                                      // word | 31..0
    public UInt32BE DataRo;            //  0   | FCP_DATA_RO: offset of the burst's first byte
    public UInt32BE BurstLen;          //  1   | FCP_BURST_LEN, bytes
    public UInt32BE Reserved1;         //  2   | reserved

    public static int WireSize => 12;
}
