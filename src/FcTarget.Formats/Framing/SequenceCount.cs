// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>SEQ_CNT arithmetic (FC-FS-3, Frame_Header): 16 bits that wrap from FFFFh to 0000h.</summary>
public static class SequenceCount
{
    public static ushort Next(ushort seqCnt) => unchecked((ushort)(seqCnt + 1));

    /// <summary>The SEQ_CNT of the frame that many frames later.</summary>
    public static ushort Add(ushort seqCnt, int frames) => unchecked((ushort)(seqCnt + frames));

    /// <summary>
    /// How many frames after <paramref name="first"/> the frame with <paramref name="seqCnt"/> comes: 0 to 65535, across a wrap
    /// too.
    /// </summary>
    public static int FramesAfter(ushort first, ushort seqCnt) => unchecked((ushort)(seqCnt - first));
}

/// <summary>SEQ_ID arithmetic (FC-FS-3, Frame_Header): 8 bits that wrap from FFh to 00h.</summary>
public static class SequenceId
{
    public static byte Next(byte seqId) => unchecked((byte)(seqId + 1));
}
