// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace FcTarget.Port;

/// <summary>What can wait in a <see cref="TransmitQueue{T}"/>: it is in at most one, through these fields.</summary>
internal interface ITransmitNode<T> where T : class, ITransmitNode<T>
{
    T? NextToSend { get; set; }

    T? PreviousToSend { get; set; }

    TransmitQueue<T>? QueuedIn { get; set; }
}

/// <summary>An intrusive first-in, first-out queue of exchanges that have something to send.</summary>
internal sealed class TransmitQueue<T> where T : class, ITransmitNode<T>
{
    private readonly TransmitTurn? _turn;
    private T? _last;

    /// <param name="turn">Takes its turn when something is queued; null: whoever owns the queue looks by itself.</param>
    public TransmitQueue(TransmitTurn? turn = null) => _turn = turn;

    public T? First { get; private set; }

    public T? Last => _last;

    public bool IsEmpty => First is null;

    public void Enqueue(T node)
    {
        Debug.Assert(node.QueuedIn is null);
        node.QueuedIn = this;
        node.PreviousToSend = _last;
        node.NextToSend = null;
        if (_last is null) First = node;
        else _last.NextToSend = node;
        _last = node;
        _turn?.Request();
    }

    public void Remove(T node)
    {
        Debug.Assert(node.QueuedIn == this);
        if (node.PreviousToSend is { } previous) previous.NextToSend = node.NextToSend;
        else First = node.NextToSend;
        if (node.NextToSend is { } next) next.PreviousToSend = node.PreviousToSend;
        else _last = node.PreviousToSend;
        node.NextToSend = null;
        node.PreviousToSend = null;
        node.QueuedIn = null;
    }

    /// <summary>Lets the next one have its turn.</summary>
    public void Rotate()
    {
        if (First is not { } first || first == _last) return;
        Remove(first);
        Enqueue(first);
    }
}
