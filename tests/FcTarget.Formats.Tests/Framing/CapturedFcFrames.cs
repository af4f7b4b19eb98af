// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Tests.TestSupport;

namespace FcTarget.Formats.Tests.Framing;

/// <summary>An FC frame of a capture, header and payload, whether FCoE carried it or a FIP descriptor.</summary>
public sealed record CapturedFcFrame(string File, int Number, byte[] Bytes)
{
    public override string ToString() => $"{File} frame {Number}";
}

/// <summary>Every FC frame in the captures.</summary>
public static class CapturedFcFrames
{
    public static readonly IReadOnlyList<CapturedFcFrame> All =
        [.. CaptureFrames.All.SelectMany(f => FcFramesOf(f.Bytes).Select(fc => new CapturedFcFrame(f.File, f.Number, fc)))];

    /// <summary>One FC frame by its file and the number of the Ethernet frame, as in Wireshark.</summary>
    public static byte[] Get(string file, int number) => All.Single(f => f.File == file && f.Number == number).Bytes;

    private static List<byte[]> FcFramesOf(ReadOnlySpan<byte> ethernet)
    {
        List<byte[]> found = [];
        EthernetFrame.TryRead(ethernet, out EthernetFrame frame).Should().BeTrue();
        if (frame.EtherType == EtherType.Fcoe)
        {
            FcoeFrame.TryRead(frame.Payload, verifyCrc: true, out FcoeFrame fcoe).Should().Be(FcoeError.None);
            found.Add(fcoe.Frame.ToArray());
        }
        else if (frame.EtherType == EtherType.Fip)
        {
            FipMessage.TryRead(frame.Payload, out FipMessage fip).Should().Be(FipError.None);
            FipDescriptorReader descriptors = fip.Descriptors;
            while (descriptors.MoveNext())
            {
                if (descriptors.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> fc)) found.Add(fc.ToArray());
            }
        }
        return found;
    }
}
