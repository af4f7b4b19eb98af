// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// FCP_XFER_RDY is a target's flow control: what all bursts on a wire together ask for stays below what its capture buffer holds. One a
/// wire, shared by our targets on it; the bursts that do not fit wait in line.
/// </summary>
internal sealed class BurstCredit
{
    /// <summary>Bytes all bursts under way may ask for together: a quarter of the live wire's 16 MiB capture buffer, whose slots are larger
    /// than the frames in them.</summary>
    public const uint Total = 4 * 1024 * 1024;

    private readonly TransmitQueue<FcpExchange> _waiting = new();

    /// <summary>Bytes that are left.</summary>
    public uint Left { get; private set; } = Total;

    /// <summary>Grants the exchange its burst, now or later.</summary>
    public void Request(FcpExchange exchange, uint bytes)
    {
        if (Left >= bytes && _waiting.IsEmpty)
        {
            Left -= bytes;
            exchange.GrantCredit(bytes);
        }
        else
        {
            _waiting.Enqueue(exchange);
        }
    }

    public void Return(uint bytes)
    {
        Left += bytes;
        while (_waiting.First is { } next && Left >= next.BurstLength)
        {
            _waiting.Remove(next);
            Left -= next.BurstLength;
            next.GrantCredit(next.BurstLength);
        }
    }
}
