// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.Stores;

/// <summary>A pinned buffer of an <see cref="IoBufferPool"/>; a task has at most one.</summary>
internal sealed class IoBuffer(IoBufferPool owner, int length)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    public Memory<byte> Memory => _bytes;

    public int Length => _bytes.Length;

    public void Return() => owner.Return(this);
}
