// SPDX-License-Identifier: MIT

namespace FcTarget.Tests;

internal static class Allocated
{
    /// <summary>
    /// Bytes this thread allocates in the action: the least of a few tries, since a collection that another test causes is
    /// accounted to us with what was left of our allocation context. What the action allocates itself shows in every try.
    /// </summary>
    public static long By(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 5 && least != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
