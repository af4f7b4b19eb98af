// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>
/// Parameter data of a command that is not on the data path, in an array of the shared pool that <see cref="ScsiTask.LuBuffer"/>
/// holds until the task is over. Once warm nothing is allocated.
/// </summary>
public static class ParameterData
{
    /// <summary>Gives the task an array of at least <paramref name="size"/> bytes, not cleared.</summary>
    public static byte[] Rent(ScsiTask task, int size)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(size);
        task.LuBuffer = array;
        return array;
    }

    /// <summary>
    /// Sends what the initiator allows of the data in the rented array: the smaller of its length and ALLOCATION LENGTH
    /// (SPC-4 4.2.5.6). Nothing to send ends the task with GOOD; otherwise <see cref="End"/> follows from Continue.
    /// </summary>
    public static void Send(ScsiTask task, int available, uint allocationLength)
    {
        int length = (int)Math.Min((uint)available, allocationLength);
        if (length == 0) End(task, ScsiStatus.Good);
        else task.SendData(((byte[])task.LuBuffer!).AsMemory(0, length));
    }

    /// <summary>Gives the array back, if there is one, and completes the task.</summary>
    public static void End(ScsiTask task, ScsiStatus status)
    {
        Return(task);
        task.Complete(status);
    }

    /// <summary>Gives the array back, if the task has one.</summary>
    public static void Return(ScsiTask task)
    {
        if (task.LuBuffer is not byte[] array) return;
        task.LuBuffer = null;
        ArrayPool<byte>.Shared.Return(array);
    }
}
