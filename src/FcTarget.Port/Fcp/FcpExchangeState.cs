// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>Where an FCP exchange stands, seen from the target.</summary>
internal enum FcpExchangeState : byte
{
    Free,

    /// <summary>The LU has the command; nothing moves.</summary>
    Executing,

    /// <summary>FCP_DATA of a segment goes out.</summary>
    SendingData,

    /// <summary>An FCP_XFER_RDY waits for its turn or for receive credit.</summary>
    RequestingData,

    /// <summary>FCP_DATA of a burst comes in.</summary>
    ReceivingData,

    /// <summary>FCP_RSP waits for its turn.</summary>
    Responding,

    /// <summary>FCP_RSP asked for FCP_CONF and it has not come.</summary>
    Confirming,

    /// <summary>Aborted, and the LU has not let go of it yet.</summary>
    Aborting,
}
