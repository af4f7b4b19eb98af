// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>
/// Bits of <c>fcx_flags</c>, as COMSTAR numbers them. COMSTAR shows <see cref="LportXferActive"/> at both ends of every transfer.
/// </summary>
[Flags]
public enum FcXferFlags : ushort
{
    None = 0,

    /// <summary>Data goes to the remote port: a read.</summary>
    ToRport = 0x0001,

    /// <summary>Data comes from the remote port: a write.</summary>
    FromRport = 0x0002,

    /// <summary>The port sends status GOOD with the last data of this transfer.</summary>
    SendStatusGood = 0x0004,

    /// <summary>That status has been sent.</summary>
    StatusGoodSent = 0x0008,

    DontCache = 0x0010,
    DontReuse = 0x0020,

    /// <summary>The memory is the logical unit's own.</summary>
    LuDataBuf = 0x0040,

    /// <summary>The transfer is with the port.</summary>
    LportXferActive = 0x8000,
}
