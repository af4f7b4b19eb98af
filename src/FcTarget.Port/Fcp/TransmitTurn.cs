// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// The place of an FC-4 function in the line of those on its wire that have something to send: the loop asks nobody else, however many
/// N_Ports there are.
/// </summary>
internal sealed class TransmitTurn : ITransmitNode<TransmitTurn>
{
    private readonly TransmitQueue<TransmitTurn> _line;

    public TransmitTurn(IFc4 function, LocalPort local)
    {
        Function = function;
        _line = local.Port.SendLine;
    }

    public IFc4 Function { get; }

    public TransmitTurn? NextToSend { get; set; }

    public TransmitTurn? PreviousToSend { get; set; }

    public TransmitQueue<TransmitTurn>? QueuedIn { get; set; }

    /// <summary>The function has something to send.</summary>
    public void Request()
    {
        if (QueuedIn is null) _line.Enqueue(this);
    }

    /// <summary>
    /// Lets each function in line send, within its budget; those that have more to send line up again. True when there is more.
    /// </summary>
    public static bool Take(TransmitQueue<TransmitTurn> line)
    {
        bool more = false;
        TransmitTurn? last = line.Last;
        for (TransmitTurn? turn = null; turn != last && line.First is not null;)
        {
            turn = line.First;
            line.Remove(turn);
            more |= turn.Function.Transmit();
            if (turn.Function.HasFramesToSend) turn.Request();
        }
        return more;
    }
}
