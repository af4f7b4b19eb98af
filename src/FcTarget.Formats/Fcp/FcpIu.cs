// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;

namespace FcTarget.Formats.Fcp;

/// <summary>R_CTL of the FCP information units (FCP-4, information units); all have TYPE 08h.</summary>
public static class FcpIu
{
    /// <summary>06h: FCP_CMND, commands and task management functions.</summary>
    public const RCtl Cmnd = RCtl.UnsolicitedCommand;

    /// <summary>05h: FCP_XFER_RDY.</summary>
    public const RCtl XferRdy = RCtl.DataDescriptor;

    /// <summary>01h: FCP_DATA, both directions.</summary>
    public const RCtl Data = RCtl.SolicitedData;

    /// <summary>07h: FCP_RSP.</summary>
    public const RCtl Rsp = RCtl.CommandStatus;

    /// <summary>03h: FCP_CONF, which has no payload.</summary>
    public const RCtl Conf = RCtl.SolicitedControl;
}
