// SPDX-License-Identifier: MIT

using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// Bounded buffers of one size. A task that finds none waits in line and is continued when its turn comes, so a shortage makes
/// commands slow but loses none. The lock is a leaf.
/// </summary>
internal sealed class IoBufferPool(int bufferLength, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Stack<IoBuffer> _free = new(capacity);
    private ScsiTask? _firstWaiting, _lastWaiting;
    private int _made;
    private int _outstanding;

    public int BufferLength => bufferLength;

    /// <summary>Buffers in use.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>
    /// Puts a buffer in <see cref="ScsiTask.LuBuffer"/>. False: the task stands in line, and when there is a buffer in LuBuffer its
    /// PostContinue is called.
    /// </summary>
    public bool TryTake(ScsiTask task)
    {
        lock (_gate)
        {
            if (_free.TryPop(out IoBuffer? buffer) || TryMake(out buffer))
            {
                _outstanding++;
                task.LuBuffer = buffer;
                return true;
            }
            task.LuNext = null;
            if (_lastWaiting is null) _firstWaiting = task;
            else _lastWaiting.LuNext = task;
            _lastWaiting = task;
            return false;
        }
    }

    /// <summary>Takes a task out of the line. False when it is not there: its buffer, and its Continue, are on the way.</summary>
    public bool TryCancel(ScsiTask task)
    {
        lock (_gate)
        {
            ScsiTask? before = null;
            for (ScsiTask? at = _firstWaiting; at is not null; before = at, at = at.LuNext)
            {
                if (at != task) continue;
                if (before is null) _firstWaiting = task.LuNext;
                else before.LuNext = task.LuNext;
                if (_lastWaiting == task) _lastWaiting = before;
                task.LuNext = null;
                return true;
            }
            return false;
        }
    }

    /// <summary>Gives a buffer to the first in line, or back. Any thread.</summary>
    public void Return(IoBuffer buffer)
    {
        ScsiTask next;
        lock (_gate)
        {
            if (_firstWaiting is null)
            {
                _outstanding--;
                _free.Push(buffer);
                return;
            }
            next = _firstWaiting;
            _firstWaiting = next.LuNext;
            if (_firstWaiting is null) _lastWaiting = null;
            next.LuNext = null;
            next.LuBuffer = buffer;
        }
        next.PostContinue();
    }

    private bool TryMake(out IoBuffer buffer)
    {
        buffer = null!;
        if (_made == capacity) return false;
        _made++;
        buffer = new IoBuffer(this, bufferLength); // kept for ever: a warm pool makes none
        return true;
    }
}
