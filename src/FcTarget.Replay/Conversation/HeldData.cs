// SPDX-License-Identifier: MIT

using System.Buffers;

namespace FcTarget.Replay.Conversation;

/// <summary>FCP_DATA of the capture that waits until our target asks for it.</summary>
internal readonly record struct HeldData(uint Offset, byte[] Buffer, int Length)
{
    public ReadOnlySpan<byte> Data => Buffer.AsSpan(0, Length);

    public static HeldData Of(uint offset, ReadOnlySpan<byte> data)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        return new HeldData(offset, buffer, data.Length);
    }

    public void Release() => ArrayPool<byte>.Shared.Return(Buffer);
}
