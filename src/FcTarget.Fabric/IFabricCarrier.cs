// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;

namespace FcTarget.Fabric;

/// <summary>How the fabric's services reach a port. Called on the loop; must not call back into the fabric before it returns.</summary>
public interface IFabricCarrier
{
    /// <summary>Sends one sequence.</summary>
    /// <param name="to">Whom to.</param>
    /// <param name="header">FC header of the sequence: F_CTL as its last frame has it, SEQ_CNT zero; its addresses are final.</param>
    /// <param name="payload">Maybe more than a frame: it is split by the port's receive data field size. Lives only for the call.</param>
    void Send(FabricPort to, FcHeader header, ReadOnlySpan<byte> payload);
}
